"""The templates of a program: which file a name means, and what it prints without escaping."""
