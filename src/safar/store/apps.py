"""The Django app."""

from __future__ import annotations

from django.apps import AppConfig


class StoreConfig(AppConfig):
    """What people decide and who they are."""

    name = "safar.store"
    label = "store"
    verbose_name = "Safar"
    default_auto_field = "django.db.models.BigAutoField"
