"""What a value may be: constants, open resources, raised exceptions."""
