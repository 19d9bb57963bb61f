"""From bytes to a parsed file: text, tree, comments, lost regions and the role of the file."""
