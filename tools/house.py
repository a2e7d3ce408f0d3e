"""Check rules of the house that no linter knows: file length, room names, hosts in tracked files."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
LONGEST = 400
NO_ROOMS = re.compile(r"(^|/)(utils?|common|helpers?|misc)(\.py|/)")
REGISTRY = re.compile(r"https?://[^\s\"')>]*(?:pypi|pythonhosted|npmjs|registry)[^\s\"')>]*", re.IGNORECASE)


def main() -> int:
    """Print what breaks the rules. Returns the exit code."""
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True)  # noqa: S607
    wrong = []
    for name in listed.stdout.splitlines():
        file = ROOT / name
        if not file.is_file():
            continue
        if NO_ROOMS.search(name):
            wrong.append(f"{name}: a room whose name says nothing")
        try:
            text = file.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        if name.startswith("src/") and name.endswith(".py") and text.count("\n") > LONGEST:
            wrong.append(f"{name}: {text.count(chr(10))} lines, more than {LONGEST}")
        if found := REGISTRY.search(text):
            wrong.append(f"{name}: names a package registry ({found.group()[:40]})")
    for line in wrong:
        print(line, file=sys.stderr)  # noqa: T201
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
