"""Wiring only: Django settings, addresses, the server process.

`configure(folder)` points this process at one workspace. Nothing else of the house needs it: a library user
opens workspaces without Django.
"""

from safar.server.configuration import AlreadyConfigured, configure

__all__ = ["AlreadyConfigured", "configure"]
