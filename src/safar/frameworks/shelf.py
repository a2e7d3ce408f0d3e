"""Where frameworks come from: the packaged files, and a company's own."""

from __future__ import annotations

from functools import lru_cache
from importlib.resources import files
from pathlib import Path

from safar.domain.framework import LINKS, BadFramework, Framework
from safar.errors import NotFound
from safar.frameworks.coverage import covered, known_capabilities
from safar.frameworks.deriving import derived_from
from safar.frameworks.reading import framework_from, parse

_NAMES = ("stepwise", "automotive", "relief", "b2b", "platform")


class UnknownFramework(NotFound):
    """No packaged framework and no file has that name."""

    code = "framework.unknown"
    next_step = "See the names with: safar frameworks list"


def names() -> tuple[str, ...]:
    """Names of the packaged frameworks; the first one is the default."""
    return _NAMES


@lru_cache(maxsize=len(_NAMES))
def load(name: str) -> Framework:
    """A packaged framework, each element with what measures or manages it. Raises: UnknownFramework."""
    if name not in _NAMES:
        raise UnknownFramework(f"There is no framework {name!r}; packaged are {', '.join(_NAMES)}.")
    text = (files("safar.frameworks") / f"{name}.toml").read_text(encoding="utf-8")
    return covered(framework_from(parse(text, where=f"{name}.toml"), where=f"{name}.toml"))


def printed_results(name: str) -> str | None:
    """A paper's printed results as a TOML text (docs/reference/path-model-file.md); None where none are packaged."""
    found = files("safar.frameworks") / "printed" / f"{name}.toml"
    return found.read_text(encoding="utf-8") if name in _NAMES and found.is_file() else None


def load_file(path: Path | str) -> Framework:
    """A company's own framework file: whole, or derived from `base` (a packaged name or a file beside it).

    Raises: UnknownFramework when the file or its base does not exist, BadFramework when it cannot be used.
    """
    return _load_file(Path(path), seen=())


def find(name: str) -> Framework:
    """A packaged framework by its name, or a file by its path."""
    if name in _NAMES or not (name.endswith(".toml") or Path(name).is_file()):
        return load(name)
    return load_file(name)


def load_text(text: str, *, where: str) -> Framework:
    """As `load_file`, from text; a base can only be a packaged one."""
    return _from_text(text, where=where, folder=None, seen=())


def is_link(key: str) -> bool:
    """Whether a `measured_by` names something of the company's own, as "touchpoint:bill"."""
    what, _sep, name = key.partition(":")
    return what in LINKS and bool(name.strip())


def _load_file(path: Path, *, seen: tuple[Path, ...]) -> Framework:
    if path.resolve() in seen:
        raise BadFramework(f"{path}: its bases go round in a circle.")
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError as error:
        raise UnknownFramework(f"There is no file {path}.") from error
    except (OSError, UnicodeDecodeError) as error:
        raise BadFramework(f"{path}: cannot be read as UTF-8 text: {error}") from error
    return _from_text(text, where=path.name, folder=path.parent, seen=(*seen, path.resolve()))


def _from_text(text: str, *, where: str, folder: Path | None, seen: tuple[Path, ...]) -> Framework:
    content = parse(text, where=where)
    if "base" not in content:
        found = framework_from(content, where=where)
    else:
        base = content["base"]
        if not isinstance(base, str):
            raise BadFramework(f'{where}: base must be the name of a framework, such as "stepwise".')
        if folder is not None and base.endswith(".toml"):
            found = derived_from(content, base=_load_file(folder / base, seen=seen), where=where)
        elif base in _NAMES:
            found = derived_from(content, base=load(base), where=where)
        else:
            raise UnknownFramework(f"{where}: base speaks of {base!r}; packaged are {', '.join(_NAMES)}.")
    for element in found.elements:
        for key in element.measured_by:
            if key not in known_capabilities() and not is_link(key):
                raise BadFramework(
                    f"{where}, element {element.id!r}: measured_by speaks of {key!r}; "
                    f"known are {', '.join(sorted(known_capabilities()))}."
                )
    return found
