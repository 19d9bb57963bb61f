"""Depot keeps uploaded files and makes previews of them."""
