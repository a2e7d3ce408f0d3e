"""The ready recipes that come with the program."""

from __future__ import annotations

from importlib.resources import files
from importlib.resources.abc import Traversable

from safar.errors import NotFound
from safar.files.recipe.model import Recipe
from safar.files.recipe.read import read_recipe
from safar.files.recipe.section import near

_SIDE = (".journey.toml", ".rules.toml")


class NoSuchRecipe(NotFound):
    """There is no ready recipe of that name, nor a file."""

    code = "recipe.not-found"
    next_step = "List the ready recipes with `safar import --list-recipes`, or name a .toml file."


def ready_names() -> list[str]:
    """Names of the ready recipes."""
    names = [entry.name for entry in _folder().iterdir() if entry.name.endswith(".toml")]
    return sorted(name.removesuffix(".toml") for name in names if not name.endswith(_SIDE))


def ready_text(name: str) -> str:
    """The TOML of a ready recipe. Raises: NoSuchRecipe."""
    known = ready_names()
    if name not in known:
        raise NoSuchRecipe(f"There is no ready recipe {name!r}{near(name, known)}; there are {', '.join(known)}.")
    return (_folder() / f"{name}.toml").read_text(encoding="utf-8")


def ready_recipe(name: str) -> Recipe:
    """A ready recipe. Raises: NoSuchRecipe."""
    return read_recipe(ready_text(name))


def ready_beside(name: str, kind: str) -> str | None:
    """The journey or the rules (`kind`) that go with a ready recipe, as TOML; None where it has none."""
    entry = _folder() / f"{name}.{kind}.toml"
    return entry.read_text(encoding="utf-8") if entry.is_file() else None


def _folder() -> Traversable:
    return files("safar.files") / "recipes"
