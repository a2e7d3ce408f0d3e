"""In which old encoding a text seems to be, judged by its letters: a proposal that somebody has to look at."""

from __future__ import annotations

import re

_HIGH = re.compile(rb"[\x80-\xff]")
_WORDS = re.compile(r"[^\W\d_]+")
_PERSIAN, _WESTERN, _CYRILLIC = "windows-1256", "windows-1252", "windows-1251"
_MOST = 0.7
"""Least share of the telling words that have to speak for an encoding."""
_ENOUGH = 2000
"""Telling lines that are looked at."""


def guess_encoding(sample: bytes) -> str | None:
    """The encoding of a text that is not UTF-8, as spreadsheets save it; None where nothing speaks for one.

    A word of high bytes alone whose letters are all Arabic in windows-1256 is Persian or Arabic; a word that mixes
    ASCII letters with accented ones is Western. Neighbors of windows-1252 (Turkish, Polish) cannot be told from it.
    """
    lines = [line for line in sample.splitlines() if _HIGH.search(line)][:_ENOUGH]
    votes = {_PERSIAN: 0, _WESTERN: 0, _CYRILLIC: 0, "": 0}
    for line in lines:
        for word in re.findall(rb"[A-Za-z\x80-\xff]+", line):
            if _HIGH.search(word) and (vote := _vote(word)) is not None:
                votes[vote] += 1
    told = sum(votes.values())
    if not told:
        return _WESTERN if lines else None  # signs alone: € and dashes stand at one place in all of them
    best = max(votes, key=lambda name: votes[name])
    return best if best and votes[best] >= _MOST * told else None


def _vote(word: bytes) -> str | None:
    """What a run of letters and high bytes speaks for: an encoding, "" against all of them, None for nothing."""
    western = _WORDS.findall(word.decode(_WESTERN, errors="replace"))
    if any(not part.isascii() and re.search(r"[A-Za-z]", part) for part in western):
        return _WESTERN
    arabic = "".join(_WORDS.findall(word.decode(_PERSIAN)))
    if arabic.isascii():
        return None  # signs around plain letters
    if len(arabic) >= 2 and all("\u0600" <= letter <= "\u06ff" for letter in arabic):
        return _PERSIAN
    cyrillic = "".join(_WORDS.findall(word.decode(_CYRILLIC, errors="replace")))
    if len(cyrillic) >= 3 and all("\u0400" <= letter <= "\u04ff" for letter in cyrillic):
        return _CYRILLIC if cyrillic[1:].islower() or cyrillic.isupper() else ""
    return "" if len(arabic) >= 3 else None
