"""Knowledge about libraries, as data, and its loader."""
