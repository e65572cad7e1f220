"""Counting: texts into numbers of words, on all cores, and what is counted in them."""
