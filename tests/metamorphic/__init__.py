"""Neighbours of spec cases: programs of the same meaning, written otherwise."""
