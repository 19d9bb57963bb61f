"""Rules, observations and their evidence; checkers write them, reports read them."""
