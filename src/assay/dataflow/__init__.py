"""Monotone data-flow analysis over control-flow graphs; knows no security."""
