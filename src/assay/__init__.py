"""Assay reviews Python code for security weaknesses (CWE) and shows its evidence."""

from typing import Final

__version__: Final = "0.1.0"
