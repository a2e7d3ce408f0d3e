"""Whose database this is."""

from __future__ import annotations

from safar.store.models import Home


def claim_home(workspace: str) -> str:
    """The workspace that the database belongs to; an empty database belongs to `workspace` from now on."""
    return Home.objects.get_or_create(only=True, defaults={"workspace": workspace})[0].workspace
