"""How a structural topic model is fitted: formulas, a start, compiled E-steps and M-steps."""
