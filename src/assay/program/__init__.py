"""What names refer to across the module: imports, classes and their methods."""
