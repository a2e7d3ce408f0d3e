"""A field that is needed in some cases only: its hint says when, and it is not called optional."""

from __future__ import annotations

from django import forms


class ConditionalField(forms.CharField):
    """A text that may be left out unless another field asks for it; the form checks which."""

    is_conditional = True
