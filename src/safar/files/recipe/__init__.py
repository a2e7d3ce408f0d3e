"""The recipe: how the rows of a source become facts. Declarative TOML, read strictly."""

from safar.files.recipe.model import Recipe
from safar.files.recipe.read import RecipeNotReadable, read_recipe
from safar.files.recipe.section import BadRecipe, UnknownField

__all__ = ["BadRecipe", "Recipe", "RecipeNotReadable", "UnknownField", "read_recipe"]
