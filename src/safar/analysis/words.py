"""Find what customers said by the words in it, as people type them: bounded, the newest words first."""

from __future__ import annotations

from collections.abc import Sequence

import ibis
import ibis.expr.types as ir

from safar.analysis.keep import keep
from safar.domain.fact import Speaker
from safar.domain.matching import JOINER, LEFT_OUT, LOOK_ALIKES

MOST_TEXTS = 300_000
"""Texts that one search looks through, newest first: so it ends in time on a log of any size, always with the same
answer."""
_ORDER = ("ts", "row_no", "slot_no", "row_id", "slot")


@ibis.udf.scalar.builtin  # type: ignore[untyped-decorator]
def strip_accents(text: str) -> str:  # type: ignore[empty-body]  # the engine's own
    """Letters without the marks on them."""


def find_words(feedback: ir.Table, *, words: Sequence[str], most: int = MOST_TEXTS) -> tuple[ir.Table, bool]:
    """The customers' words among the newest `most` texts that hold all of `words`, and whether older ones were left.

    Case, accents, half-spaces and look-alike Persian letters do not count. What employees and managers wrote is never
    looked at. Engine: DuckDB (its own `strip_accents`).
    """
    said = feedback.filter(
        feedback["text"].notnull() & (feedback["text"] != "") & (feedback["speaker"] == Speaker.CUSTOMER.value)
    )
    is_more = int(said.count().to_pyarrow().as_py()) > most
    if is_more:
        said = said.order_by([ibis.desc(said[name]) for name in _ORDER]).limit(most)
    plain = _folded(said["text"])
    test: ir.BooleanValue = ibis.literal(True)
    for word in words:
        # A half-space may have been typed as a space, or as nothing at all.
        holds = plain.contains(_folded(ibis.literal(word)))
        if JOINER in word:
            holds = holds | plain.contains(_folded(ibis.literal(word.replace(JOINER, " "))))
        test = test & holds
    return keep(said.filter(test)), is_more


def newest(found: ir.Table, most: int) -> ir.Table:
    """The newest of them, in order."""
    return found.order_by([ibis.desc(found[name]) for name in _ORDER]).limit(most)


def _folded(text: ir.StringValue) -> ir.StringValue:
    plain: ir.StringValue = text
    for letter, same in LOOK_ALIKES.items():
        plain = plain.replace(letter, same)
    for nothing in LEFT_OUT:
        plain = plain.replace(nothing, "")
    bare: ir.StringValue = strip_accents(plain)
    return bare.lower()
