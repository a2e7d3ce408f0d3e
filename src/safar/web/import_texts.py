"""What imports and lists of found words say, as the catalogues of the pages know it: see `problem_texts`."""

from __future__ import annotations

from django.utils.translation.trans_null import gettext_noop

TEXTS: tuple[str, ...] = (
    gettext_noop("Say which column names the question; words that people wrote are a comment."),
    gettext_noop("column %(column)s: it names %(found)s questions; %(most)s are the most."),
    gettext_noop("Words are looked for in feedback, two letters at least."),
)
"""Of errors."""
