"""All or nothing: what a verb writes within `atomic()` is kept together, or not at all."""

from django.db.transaction import atomic

__all__ = ["atomic"]
