"""The tag that marks a piece of a page as the same for many readers; see `safar.web.shared_html`."""

from __future__ import annotations

from django import template
from django.template.base import FilterExpression, Node, NodeList, Parser, Token
from django.template.context import Context
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from safar.web.shared_html import SHARED, Sharing

register = template.Library()


class SharedNode(Node):
    """Writes its inside with nothing but the named variables, or gives what was written before."""

    def __init__(self, nodelist: NodeList, sharing: FilterExpression, names: tuple[str, ...]) -> None:
        self.nodelist, self._sharing, self._names = nodelist, sharing, names

    def render(self, context: Context) -> SafeString:
        """The piece."""
        sharing = self._sharing.resolve(context)

        # What a request brought of its own (days that were typed) is never shared, and is read from the request.
        own = ("request",) if sharing is None else ()

        def write() -> SafeString:
            inside = context.new({name: context.get(name) for name in (*self._names, "preferences", *own)})
            return self.nodelist.render(inside)

        if not isinstance(sharing, Sharing):
            return write() if sharing is None else SafeString("")
        preferences = context.get("preferences")
        return SHARED.get((id(self), get_language(), preferences, sharing), write)


@register.tag
def shared(parser: Parser, token: Token) -> SharedNode:
    """`{% shared SHARING with NAME … %} … {% endshared %}`; a SHARING of None writes anew each time."""
    parts = token.split_contents()
    if len(parts) < 4 or parts[2] != "with":
        raise template.TemplateSyntaxError("shared SHARING with NAME …")
    nodelist = parser.parse(("endshared",))
    parser.delete_first_token()
    return SharedNode(nodelist, parser.compile_filter(parts[1]), tuple(parts[3:]))
