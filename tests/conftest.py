"""Puts this folder on the path of the tests, for helpers that they share."""
