"""In which encoding a text file is, and its text as UTF-8 where it is in another."""

from __future__ import annotations

import codecs
from collections.abc import Iterable, Iterator
from pathlib import Path

from safar.files.letters import guess_encoding
from safar.files.reading_errors import BadReadOption, WrongEncoding

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_BEFORE, _AFTER = 12, 36
"""Letters shown around the first one that is not ASCII."""
INVALID = b"\xff"
"""Stands in the UTF-8 copy for bytes that the told encoding cannot decode: never valid in UTF-8."""


def detect_encoding(sample: bytes, *, told: str | None, path: Path, guess: bool = False) -> str:
    """The codec's name, "utf-8" where nothing speaks against it. A byte order mark stands above all.

    `guess`: an old encoding may be told by its letters.

    Raises: BadReadOption for an unknown or binary codec; WrongEncoding when the sample is no UTF-8.
    """
    marked = next((name for mark, name in _BOMS if sample.startswith(mark)), None)
    if told is not None:
        try:
            info = codecs.lookup(told)
        except LookupError as cause:
            raise BadReadOption(f"{path}: {told!r} is no encoding that Python knows.") from cause
        if not getattr(info, "_is_text_encoding", True):
            raise BadReadOption(f"{path}: {told!r} is no text encoding.")
        return marked or {"utf-8-sig": "utf-8", "ascii": "utf-8"}.get(info.name, info.name)
    if marked is not None:
        return marked
    guessed = _without_mark(sample)
    if guessed is not None:
        return guessed
    if mostly_undecodable(sample):
        if guess and (likely := guess_encoding(sample)) is not None:
            return likely
        raise WrongEncoding(f"{path}: the text is not UTF-8, and no encoding was told.")
    return "utf-8"


def mostly_undecodable(sample: bytes) -> bool:
    """Whether most of the lines that hold more than ASCII are no UTF-8."""
    lines = sample.splitlines()
    foreign = [line for line in lines[:-1] if not line.isascii()]
    bad = sum(not decodable(line) for line in foreign)
    if len(foreign) == 0 and lines:
        # The sample may end in the middle of a character: what is only unfinished is not wrong.
        try:
            codecs.getincrementaldecoder("utf-8")().decode(lines[-1])
        except UnicodeDecodeError:
            return True
    return bad * 2 > len(foreign)


def decodable(raw: bytes) -> bool:
    """Whether the bytes are UTF-8."""
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def readings(sample: bytes, encodings: Iterable[str]) -> dict[str, str]:
    """What the first letters beyond ASCII would be in each encoding that can decode the sample, with some around them.

    UTF-8 is always among those asked for that are given: what it cannot decode shows as a sign of its own.
    """
    found = {}
    for name in encodings:
        errors = "replace" if name == "utf-8" else "strict"
        try:
            text = codecs.getincrementaldecoder(name)(errors=errors).decode(sample)
        except UnicodeError:
            continue
        at = next((i for i, sign in enumerate(text) if not sign.isascii()), 0)
        shown = text[max(0, at - _BEFORE) : at + _AFTER]
        found[name] = " ".join("".join(sign if sign.isprintable() else " " for sign in shown).split())
    return found


def _without_mark(sample: bytes) -> str | None:
    """UTF-16 without a mark shows as zero bytes in every other place."""
    even, odd = sample[0:4096:2], sample[1:4096:2]
    if len(sample) < 4 or not odd:
        return None
    if odd.count(0) * 2 > len(odd) and even.count(0) * 10 < len(even):
        return "utf-16-le"
    if even.count(0) * 2 > len(even) and odd.count(0) * 10 < len(odd):
        return "utf-16-be"
    return None


def as_utf8(chunks: Iterable[bytes], *, encoding: str) -> Iterator[bytes]:
    """Text as UTF-8 without a byte order mark; undecodable bytes become `INVALID`."""
    decoder = codecs.getincrementaldecoder(encoding)(errors="safar-mark-invalid")
    started = False
    for chunk in chunks:
        text = decoder.decode(chunk)
        if not started and text:
            started = True
            text = text.removeprefix("\ufeff")
        yield _encoded(text)
    yield _encoded(decoder.decode(b"", final=True))


def _encoded(text: str) -> bytes:
    try:
        return text.encode("utf-8", errors="surrogateescape")
    except UnicodeEncodeError:  # a lone surrogate that some decoders let through
        return text.encode("utf-8", errors="surrogatepass")


def _mark_invalid(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return "\udcff", error.end  # surrogateescape writes this as the byte FF


codecs.register_error("safar-mark-invalid", _mark_invalid)
