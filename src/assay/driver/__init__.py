"""Runs the layers over many files, in order or in parallel, within a budget."""
