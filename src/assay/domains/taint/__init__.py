"""Taint: where outside data gets to, what is done to it on the way, and what it may still hold."""
