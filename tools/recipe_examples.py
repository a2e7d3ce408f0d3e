"""Run the examples of docs/reference/recipe-file.md and write (or check) the facts that they give.

An example is a run of fenced blocks: one or more `text` blocks whose first line `# name.csv` names the file, one
`toml` block with the recipe, and one `text` block whose first line is `# facts`, with what comes out. Run with --write
after editing an example.
"""

from __future__ import annotations

import re
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "reference" / "recipe-file.md"
_FENCE = re.compile(r"^```(text|toml)\n(.*?)^```\n", re.MULTILINE | re.DOTALL)
_QUIET: dict[str, Any] = {
    "speaker": "customer",
    "view": "experienced",
    "weight": 1.0,
    "utc_offset_min": 0,
    "kind": "contact",
    "subject_kind": "customer",
}
_NEVER = ("customer_ns", "subject_ns", "scale_min", "scale_max", "scale_best", "submission")
_RENAMED = {"customer_ext": "customer", "subject_ext": "subject"}


def examples(text: str) -> list[tuple[list[tuple[str, str]], str, re.Match[str]]]:
    """(files, recipe, the match of the facts block) of every example, in order."""
    found = []
    files: list[tuple[str, str]] = []
    recipe = ""
    for match in _FENCE.finditer(text):
        kind, body = match.groups()
        first, _, rest = body.partition("\n")
        if kind == "toml":
            recipe = body
        elif first == "# facts":
            found.append((files, recipe, match))
            files, recipe = [], ""
        elif first.startswith("# "):
            files.append((first.removeprefix("# ").strip(), rest))
    return found


def facts_of(files: list[tuple[str, str]], recipe: str) -> str:
    """What an example gives: one line a fact, then what was set aside. Columns at their usual value are left out."""
    from safar.files.recipe import read_recipe
    from safar.log import Log
    from safar.settings import Settings
    from safar.usecases.importing.run import run_import

    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        for name, text in files:
            (place / name).write_text(text, encoding="utf-8")
        log = Log.create(place / "log", settings=Settings(), salt=b"0" * 32, now=datetime(2025, 1, 1, tzinfo=UTC))
        report = run_import(
            log,
            settings=Settings(),
            paths=[place / name for name, _ in files],
            recipe=read_recipe(recipe),
            now=datetime(2025, 1, 1, tzinfo=UTC),
            dry_run=True,
            snapshot=False,
            progress=None,
        )
    lines = []
    for one in report.sample:
        told = [
            f"{_RENAMED.get(name, name)} {value}"
            for name, value in one["fact"].items()
            if name not in _NEVER and _QUIET.get(name) != value
        ]
        lines.append(f"{one['table'].removesuffix('s')} {one['record']} {one['slot']}: {', '.join(told)}")
    for why in report.reasons:
        value = f" {why.value!r}" if why.value is not None else ""
        lines.append(f"set aside: record {why.record}, {why.column}{value}: {why.reason}")
    return "\n".join(lines) + "\n"


def rewritten(text: str) -> str:
    """The page with every facts block as it comes out now."""
    for files, recipe, match in reversed(examples(text)):
        new = f"```text\n# facts\n{facts_of(files, recipe)}```\n"
        text = text[: match.start()] + new + text[match.end() :]
    return text


def main() -> int:
    """Write or check the page."""
    text = PAGE.read_text(encoding="utf-8")
    new = rewritten(text)
    if "--write" in sys.argv:
        PAGE.write_text(new, encoding="utf-8")
        return 0
    if new != text:
        sys.stderr.write(
            "docs/reference/recipe-file.md: examples give other facts; run tools/recipe_examples.py --write\n"
        )
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
