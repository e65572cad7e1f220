"""The method of composition: how prevalence depends on covariates, with what is uncertain."""
