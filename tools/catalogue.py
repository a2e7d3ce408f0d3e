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
_CALLS = {"_", "gettext", "ngettext", "gettext_lazy", "counted"}
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
    for file in sorted(WEB.rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in _CALLS:
                texts = tuple(a.value for a in node.args if isinstance(a, ast.Constant) and isinstance(a.value, str))
                if texts:
                    found.add(texts)
    return found


def catalogues() -> list[Path]:
    """The catalogues in their readable form."""
    return sorted(WEB.glob("locale/*/LC_MESSAGES/django.po"))


def read(file: Path) -> Catalog:
    """A catalogue."""
    with file.open("rb") as stream:
        return read_po(stream, abort_invalid=True)


def compiled(file: Path) -> bytes:
    """A catalogue in the form that programs read."""
    out = BytesIO()
    write_mo(out, read(file))
    return out.getvalue()


def missing(file: Path) -> tuple[set[tuple[str, ...]], set[tuple[str, ...]]]:
    """Messages without a translation, and translations that nothing uses."""
    told = {
        (m.id,) if isinstance(m.id, str) else tuple(m.id)
        for m in read(file)
        if m.id and (all(m.string) if isinstance(m.string, tuple) else m.string)
    }
    return used() - told, told - used()


def main(arguments: list[str]) -> int:
    """Compile, or print what is missing. Returns the exit code."""
    wrong = 0
    for file in catalogues():
        if "--missing" in arguments:
            for title, messages in zip(("not translated", "not used"), missing(file), strict=True):
                for message in sorted(messages):
                    print(f"{file.parent.parent.name}: {title}: {message}")  # noqa: T201
                    wrong = 1
        else:
            file.with_suffix(".mo").write_bytes(compiled(file))
    return wrong


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
