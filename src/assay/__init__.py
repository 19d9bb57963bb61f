"""Assay reviews Python code for security weaknesses (CWE) and shows its evidence."""

# Imports nothing: with `python -m assay`, this runs before `__main__` has mended the path.
__version__ = "0.1.0"
