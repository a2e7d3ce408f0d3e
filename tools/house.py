"""Check rules of the house that no linter knows: sizes, names, marks, and what may not be read where."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
LONGEST = 400
LONGEST_FUNCTION = 60
"""Lines of a function's body, its docstring apart."""
DEEPEST = 4
"""Blocks within blocks of one function; an `elif` stands beside its `if`."""
NO_ROOMS = re.compile(r"(^|/)(utils?|common|helpers?|misc)(\.py|/)")
REGISTRY = re.compile(r"https?://[^\s\"')>]*(?:pypi|pythonhosted|npmjs|registry)[^\s\"')>]*", re.IGNORECASE)
MARKS = re.compile(rb"XX" rb"X|TO" rb"DO|FIX" rb"ME|NotImplemented" rb"Error")
"""What says that work is left open. Split here, so that this file may be searched like every other."""
CLOCK = re.compile(r"\bdatetime\.now\(|\bdate\.today\(|\btimezone\.now\(|\btime\.time\(|\bos\.(environ|getenv)\b")
BELOW = re.compile(r"src/safar/(domain|frameworks|analysis|study|log|files|datasets|charts|store|usecases)/.*\.py")
"""Nothing here reads a clock or the environment: whoever enters passes them in."""
ENTRY = "src/safar/usecases/library.py"
"""A workspace as a library user meets it is an entry point too."""


def main() -> int:
    """Print what breaks the rules. Returns the exit code."""
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True)  # noqa: S607
    wrong = [line for name in listed.stdout.splitlines() if (ROOT / name).is_file() for line in _broken(name)]
    for line in wrong:
        print(line, file=sys.stderr)  # noqa: T201
    return 1 if wrong else 0


def _broken(name: str) -> Iterator[str]:
    content = (ROOT / name).read_bytes()
    if NO_ROOMS.search(name):
        yield f"{name}: a room whose name says nothing"
    if mark := MARKS.search(content):
        yield f"{name}: holds {mark.group().decode()} (in a picture by chance: python tools/pack_pictures.py)"
    try:
        text = content.decode()
    except UnicodeDecodeError:
        return
    if found := REGISTRY.search(text):
        yield f"{name}: names a package registry ({found.group()[:40]})"
    if name.startswith("src/") and name.endswith(".py"):
        yield from _broken_code(name, text)


def _broken_code(name: str, text: str) -> Iterator[str]:
    lines = text.count("\n")
    if lines > LONGEST:
        yield f"{name}: {lines} lines, more than {LONGEST}"
    if BELOW.fullmatch(name) and name != ENTRY and (found := CLOCK.search(text)):
        yield f"{name}: reads {found.group()} below the entry points: pass it in"
    for node in ast.walk(ast.parse(text)):
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        here = f"{name}:{node.lineno}: {node.name}"
        body = node.body[1:] if ast.get_docstring(node) is not None else node.body
        length = (body[-1].end_lineno or 0) - body[0].lineno + 1 if body else 0
        if length > LONGEST_FUNCTION:
            yield f"{here} has {length} lines, more than {LONGEST_FUNCTION}"
        if _depth(body) > DEEPEST:
            yield f"{here} nests {_depth(body)} blocks, more than {DEEPEST}"


def _depth(body: Sequence[ast.stmt]) -> int:
    """How many blocks lie within each other at most; functions and classes within count for themselves."""
    deepest = 0
    for one in body:
        if isinstance(one, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            continue
        parts = [*getattr(one, "handlers", ()), *getattr(one, "cases", ())]
        blocks: list[Sequence[ast.stmt]] = [getattr(one, "body", ()), getattr(one, "finalbody", ())]
        blocks += [part.body for part in parts]
        after: Sequence[ast.stmt] = getattr(one, "orelse", ())
        if isinstance(one, ast.If) and len(after) == 1 and isinstance(after[0], ast.If):
            deepest = max(deepest, _depth(after))
        else:
            blocks.append(after)
        deepest = max([deepest, *(_depth(block) + 1 for block in blocks if block)])
    return deepest


if __name__ == "__main__":
    sys.exit(main())
