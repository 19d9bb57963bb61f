"""Truth from running: each call that a package's tests reach raises once (see README.md)."""
