"""The tag around a table whose rows are cards on a narrow screen; see `safar.web.card_rows`."""

from __future__ import annotations

from django import template
from django.template.base import Node, NodeList, Parser, Token
from django.template.context import Context
from django.utils.safestring import SafeString, mark_safe

from safar.web.card_rows import card_rows

register = template.Library()


class CardsNode(Node):
    """Writes its inside with roles and labels."""

    def __init__(self, nodelist: NodeList) -> None:
        self.nodelist = nodelist

    def render(self, context: Context) -> SafeString:
        """The table."""
        # What was inside was escaped there; this adds attributes that are made of it.
        return mark_safe(card_rows(self.nodelist.render(context)))  # noqa: S308


@register.tag
def cards(parser: Parser, token: Token) -> CardsNode:
    """`{% cards %}<table class="plain cards"> … </table>{% endcards %}`."""
    nodelist = parser.parse(("endcards",))
    parser.delete_first_token()
    return CardsNode(nodelist)
