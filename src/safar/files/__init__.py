"""Readers and writers of exchange formats, one module or folder a format."""
