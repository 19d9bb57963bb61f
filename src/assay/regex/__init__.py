"""Regular expressions as automata: which are ambiguous, and on what text. Knows no program."""
