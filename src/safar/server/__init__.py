"""Wiring only: Django settings, addresses, the server process."""
