"""Where a page goes after something on it was moved by its buttons."""

from __future__ import annotations


def pressed(what: str, part: str, *, place: int, places: int) -> str:
    """The fragment of an address: the button that was pressed, so that it has the focus and can be pressed again.

    Where the part has come to the end, the other button; else (dragged, or alone) the part. place: where it is now.
    """
    ends = {"up": place <= 0, "down": place >= places - 1}
    if what not in ends or all(ends.values()):
        return part
    button = what if not ends[what] else next(one for one in ends if one != what)
    return f"{button}-{part}"
