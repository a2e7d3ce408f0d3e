"""The packaged journeys as text: `files.journey` reads them, as it reads a company's own."""

from __future__ import annotations

from importlib.resources import files

from safar.frameworks.shelf import UnknownFramework

_NAMES = ("nine-steps", "five-stages")


def journey_texts() -> dict[str, str]:
    """The TOML text of every packaged journey, by name; the first one is the default."""
    return {name: journey_text(name) for name in _NAMES}


def journey_text(name: str = "nine-steps") -> str:
    """The TOML text of a packaged journey. Raises: UnknownFramework."""
    if name not in _NAMES:
        raise UnknownFramework(
            f"There is no journey {name!r}.", next_step=f"Packaged journeys are {' and '.join(_NAMES)}."
        )
    return (files("safar.frameworks") / "journeys" / f"{name}.toml").read_text(encoding="utf-8")
