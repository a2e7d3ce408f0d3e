"""What `tools/house.py` holds the tree to, and that it sees what breaks the rules."""

from __future__ import annotations

import ast
import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

TOOL = Path(__file__).resolve().parents[2] / "tools" / "house.py"


@pytest.fixture(scope="module")
def house() -> ModuleType:
    spec = importlib.util.spec_from_file_location("house", TOOL)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.skipif(not (TOOL.parents[1] / ".git").exists(), reason="an unpacked archive does not tell its files")
def test_the_tree_keeps_the_rules(house: ModuleType, capsys: pytest.CaptureFixture[str]) -> None:
    assert house.main() == 0, capsys.readouterr().err


def _broken(house: ModuleType, name: str, text: str) -> list[str]:
    return list(house._broken_code(name, text))


def test_long_functions_and_deep_ones_are_seen(house: ModuleType) -> None:
    long = "def f():\n" + "    a = 1\n" * 61
    assert len(_broken(house, "src/safar/web/x.py", long)) == 1
    told = 'def f():\n    """' + "words\n" * 70 + '    """\n    return 1\n'
    assert _broken(house, "src/safar/web/x.py", told) == []
    deep = "def f():\n" + "".join(f"{'    ' * depth}if a:\n" for depth in range(1, 6)) + "    " * 6 + "return 1\n"
    assert len(_broken(house, "src/safar/web/x.py", deep)) == 1


def test_what_stands_beside_an_if_lies_no_deeper(house: ModuleType) -> None:
    beside = "if a:\n    b = 1\n" + "elif c:\n    b = 2\n" * 9 + "else:\n    b = 3\n"
    assert house._depth(ast.parse(beside).body) == 1
    inside = "try:\n    a()\nexcept E:\n    for b in c:\n        with d:\n            e()\n"
    assert house._depth(ast.parse(inside).body) == 3


def test_clocks_are_read_by_entry_points_only(house: ModuleType) -> None:
    text = "now = datetime.now(UTC)\n"
    assert len(_broken(house, "src/safar/analysis/x.py", text)) == 1
    assert _broken(house, "src/safar/cli/x.py", text) == []


def test_marks_of_open_work_are_seen_in_any_file(house: ModuleType) -> None:
    for mark in ("X" * 3, "TO" + "DO", "FIX" + "ME"):
        assert house.MARKS.search(b"\x00\xff" + mark.encode() + b"\x00")
    assert not house.MARKS.search(b"todo XX fix me")
