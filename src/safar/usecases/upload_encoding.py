"""The encoding of an uploaded text, where its letters do not tell it: what it could be, and saying so."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import tomlkit

from safar.files.encoding import mostly_undecodable, readings
from safar.files.recipe import read_recipe
from safar.usecases.import_ import propose
from safar.usecases.uploads import Upload, save_recipe
from safar.usecases.workspace import Workspace

_SAMPLE = 64 * 1024


def likely_encodings(upload: Upload, encodings: Sequence[str]) -> dict[str, str]:
    """Of those asked for, the ones that the first undecodable file could be in, and how its first letters then read."""
    samples = []
    for path in upload.paths:
        with path.open("rb") as file:
            samples.append(file.read(_SAMPLE))
    foreign = next((one for one in samples if mostly_undecodable(one)), samples[0] if samples else b"")
    return readings(foreign, encodings)


def tell_encoding(*, workspace: Workspace, upload: Upload, encoding: str) -> Upload:
    """Have the upload read in an encoding: by its recipe, where it has one, else by one that is proposed now.

    Raises: BadRecipe, FileProblem.
    """
    if text := upload.recipe_text:
        document: Any = tomlkit.parse(text)
        document.setdefault("format", tomlkit.table())["encoding"] = encoding
        changed = tomlkit.dumps(document)
        read_recipe(changed)
        return save_recipe(upload, changed)
    ready, recipe = propose(workspace=workspace, paths=upload.paths, encoding=encoding, names=upload.names)
    return save_recipe(upload, recipe.text, ready=ready)
