"""Every text of the pages is translated, nothing is left over, and the compiled catalogues are up to date."""

from __future__ import annotations

import importlib.util
import re
import sys
from pathlib import Path
from types import ModuleType

import pytest

TOOL = Path(__file__).resolve().parents[2] / "tools" / "catalogue.py"
_HOLE = re.compile(r"%\((\w+)\)s")


@pytest.fixture(scope="module")
def catalogue() -> ModuleType:
    spec = importlib.util.spec_from_file_location("catalogue", TOOL)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules["catalogue"] = module
    spec.loader.exec_module(module)
    return module


def test_every_text_is_translated(catalogue: ModuleType) -> None:
    files = catalogue.catalogues()
    assert files
    for file in files:
        untranslated, unused = catalogue.missing(file)
        assert not untranslated, f"{file}: add these, then run python tools/catalogue.py"
        assert not unused


def test_the_compiled_catalogues_are_up_to_date(catalogue: ModuleType) -> None:
    for file in catalogue.catalogues():
        assert (file / "django.mo").read_bytes() == catalogue.compiled(file), "run python tools/catalogue.py"


def test_translations_keep_the_holes(catalogue: ModuleType) -> None:
    for file in catalogue.catalogues():
        for message in catalogue.read(file):
            asked = message.id if isinstance(message.id, tuple) else (message.id,)
            given = message.string if isinstance(message.string, tuple) else (message.string,)
            if message.id:
                for text in given:
                    assert set(_HOLE.findall(text)) == set(_HOLE.findall(asked[-1])), message.id
