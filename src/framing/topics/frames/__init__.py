"""Frames above topics: which topics each sums, and what a codebook suggests."""
