"""Fitting again, otherwise: other seeds, numbers of topics, documents, labels."""
