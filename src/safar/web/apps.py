"""The Django app."""

from __future__ import annotations

from django.apps import AppConfig


class WebConfig(AppConfig):
    """Pages."""

    name = "safar.web"
    label = "web"
