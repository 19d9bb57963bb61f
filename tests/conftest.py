"""Puts this folder on the path of the tests, so that they can share helpers such as `fake_ledgers`."""
