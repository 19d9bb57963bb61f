"""One file a weakness; every module of this package that defines a checker is registered."""
