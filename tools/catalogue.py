"""The translations of the pages: list what is to be translated, and compile the catalogues.

    python tools/catalogue.py            # compile every django.po to django.mo
    python tools/catalogue.py --missing  # print what has no translation, or is not used any more

Needs no gettext on the machine: Babel reads and writes the catalogues.
"""

from __future__ import annotations

import ast
import re
import sys
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

ROOT = Path(__file__).resolve().parents[1]
WEB = ROOT / "src" / "safar" / "web"
_SAFAR = ROOT / "src" / "safar"
_PLACES = (WEB, _SAFAR / "charts" / "sheet", _SAFAR / "charts" / "slides")
_FILES = (_SAFAR / "domain" / "speech.py", _SAFAR / "usecases" / "export_map.py")
"""Where the texts of pages are written, and of files that say the same."""
_CALLS = {"_", "gettext", "ngettext", "gettext_lazy", "gettext_noop", "counted", "keep_words"}
_TRANSLATE = re.compile(r'{%\s*translate\s+"((?:[^"\\]|\\.)*)"')
_BLOCK = re.compile(r"{%\s*blocktranslate\b([^%]*)%}(.*?){%\s*endblocktranslate\s*%}", re.DOTALL)
_PLURAL = re.compile(r"{%\s*plural\s*%}")
_VARIABLE = re.compile(r"{{\s*(\w+)\s*}}")


def used() -> set[tuple[str, ...]]:
    """Every message of the pages: (text,) or (one, many)."""
    found: set[tuple[str, ...]] = set()
    for file in sorted(WEB.rglob("*.html")):
        text = file.read_text(encoding="utf-8")
        found |= {(match.replace("%", "%%"),) for match in _TRANSLATE.findall(text)}
        for _, body in _BLOCK.findall(text):
            found.add(tuple(_VARIABLE.sub(r"%(\1)s", part.replace("%", "%%")) for part in _PLURAL.split(body)))
    for file in sorted([*_FILES, *(one for place in _PLACES for one in place.rglob("*.py"))]):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in _CALLS:
                texts = tuple(a.value for a in node.args if isinstance(a, ast.Constant) and isinstance(a.value, str))
                if texts:
                    found.add(texts)
    return found


def catalogues() -> list[Path]:
    """The folder of each language. It holds one readable catalogue a feature, and what programs read of all."""
    return sorted(WEB.glob("locale/*/LC_MESSAGES"))


def read(folder: Path) -> Catalog:
    """All texts of one language. Raises: ValueError where two files translate the same text differently."""
    whole: Catalog | None = None
    for file in sorted(folder.glob("*.po")):
        with file.open("rb") as stream:
            part = read_po(stream, abort_invalid=True)
        if whole is None:
            whole = part
            continue
        for message in part:
            there = whole.get(message.id) if message.id else None
            if there is not None and there.string != message.string:
                raise ValueError(f"{file}: {message.id!r} is translated as {there.string!r} elsewhere")
            if message.id and there is None:
                whole.add(message.id, message.string)
    if whole is None:
        raise ValueError(f"{folder} holds no catalogue")
    return whole


def compiled(folder: Path) -> bytes:
    """A language in the form that programs read."""
    out = BytesIO()
    write_mo(out, read(folder))
    return out.getvalue()


def missing(folder: Path) -> tuple[set[tuple[str, ...]], set[tuple[str, ...]]]:
    """Messages without a translation, and translations that nothing uses."""
    told = {
        (m.id,) if isinstance(m.id, str) else tuple(m.id)
        for m in read(folder)
        if m.id and (all(m.string) if isinstance(m.string, tuple) else m.string)
    }
    return used() - told, told - used()


def main(arguments: list[str]) -> int:
    """Compile, or print what is missing. Returns the exit code."""
    wrong = 0
    for folder in catalogues():
        if "--missing" in arguments:
            for title, messages in zip(("not translated", "not used"), missing(folder), strict=True):
                for message in sorted(messages):
                    print(f"{folder.parent.name}: {title}: {message}")  # noqa: T201
                    wrong = 1
        else:
            (folder / "django.mo").write_bytes(compiled(folder))
    return wrong


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
