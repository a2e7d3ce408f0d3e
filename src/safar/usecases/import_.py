"""Bringing files into the experience log by a recipe, undoing that, and giving back what was set aside."""

from __future__ import annotations

import filecmp
import shutil
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from safar.errors import Conflict, InputError, NotFound
from safar.files.journey import read_journey
from safar.files.recipe import Recipe, read_recipe
from safar.files.recipe.ready import ready_beside, ready_names, ready_recipe, ready_text
from safar.files.records import Progress
from safar.usecases.importing import proposing
from safar.usecases.importing.aside import aside_files
from safar.usecases.importing.report import ImportReport
from safar.usecases.importing.run import run_import

if TYPE_CHECKING:
    from safar.log import CommitReport
    from safar.usecases.workspace import Workspace

FIRST = 100_000
"""Records of each file that a dry run reads."""


class NothingSetAside(NotFound):
    """An import set nothing aside, or does not exist."""

    code = "import.nothing-set-aside"
    next_step = "See with `safar log versions` which imports set rows aside."


class NoFiles(InputError):
    """No file was named."""

    code = "import.no-files"
    next_step = "Name at least one file."


class TimeNotTold(InputError):
    """The recipe does not say when things happened: no column was seen to hold a time, and nobody has told one."""

    code = "import.time-not-told"
    next_step = 'Say which column holds the time, or one time for all rows, like time = "2026-01-31" in the recipe.'


class RecipeFileDiffers(Conflict):
    """A proposed recipe was to be written to a file that says something else, perhaps what somebody corrected."""

    code = "import.recipe-differs"
    next_step = (
        "Replace the file by the proposal with --replace-recipe, write the proposal to another one with "
        "--save NAME.toml, or import by the file that is there with --recipe."
    )


class FileInTheWay(Conflict):
    """Rows set aside were to be written over a file that exists, perhaps one that is being mended."""

    code = "import.file-in-the-way"
    next_step = "Name another file with -o, or write over it with --force."


def import_files(
    *,
    workspace: Workspace,
    paths: Sequence[Path | str],
    recipe: Recipe | str | Path,
    now: datetime,
    dry_run: bool = False,
    snapshot: bool = False,
    encoding: str | None = None,
    sheet: str | None = None,
    first: int | None = FIRST,
    compared: bool = True,
    progress: Progress | None = None,
    names: Mapping[Path, str] | None = None,
    origin: Mapping[str, str] | None = None,
) -> ImportReport:
    """Bring files into the log: all good rows as one version, or nothing.

    `recipe`: a recipe, the name of a ready one, a path, or TOML text. `snapshot`: the files hold everything that
    the source holds now; what they lack goes away. `encoding` (of text files) and `sheet` (of workbooks) go before
    what the recipe says. `first`: how many records of each file a dry run reads, so that it is quick on a huge file;
    None reads and checks all. `compared`: whether a dry run that read everything compares it with the log, so that it
    tells what is new, corrected, unchanged and would go, as the import does.
    `names`: what files are called, where that is not how they lie on disk. `origin`: kept with the import: who asked
    ("by"), and for which upload; no names of people.
    The same files twice change nothing; a row that changed replaces its own facts alone. Rows that cannot be used
    are set aside with the reason, and the rest lands.
    Raises: BadRecipe, TimeNotTold, FileProblem, ColumnNotFound, FileNotMatched, FileNotGiven; nothing was changed then.
    """
    if not paths:
        raise NoFiles("No file was named to import.")
    found = find_recipe(recipe)
    if found.untimed:
        raise TimeNotTold("No column was seen to hold a time, and nobody has said when it was.")
    return run_import(
        workspace.log,
        settings=workspace.settings,
        paths=[Path(path) for path in paths],
        recipe=found,
        now=now,
        dry_run=dry_run,
        snapshot=snapshot,
        encoding=encoding,
        sheet=sheet,
        first=first,
        compared=compared,
        progress=progress,
        names=names,
        origin=origin,
    )


def find_recipe(recipe: Recipe | str | Path) -> Recipe:
    """A recipe from itself, its path, its text, or the name of a ready one. Raises: BadRecipe, NoSuchRecipe."""
    if isinstance(recipe, Recipe):
        return recipe
    if isinstance(recipe, Path):
        return read_recipe(recipe)
    if "\n" in recipe or "=" in recipe:
        return read_recipe(recipe)
    if recipe.endswith(".toml") or Path(recipe).is_file():
        return read_recipe(Path(recipe))
    return ready_recipe(recipe)


def propose(
    *,
    workspace: Workspace,
    paths: Sequence[Path | str],
    encoding: str | None = None,
    sheet: str | None = None,
    header: bool | None = None,
    names: Mapping[Path, str] | None = None,
) -> tuple[str | None, Recipe]:
    """A recipe for files that have none: (name of a ready recipe that fits, or None; the recipe, text included).

    A proposal is valid at once and meant to be read and edited. `header`: whether the first line names the columns;
    None: look. Raises: FileProblem, NoFiles.
    """
    if not paths:
        raise NoFiles("No file was named to import.")
    files = [Path(path) for path in paths]
    return proposing.propose(
        files, settings=workspace.settings, encoding=encoding, sheet=sheet, header=header, names=names
    )


def keep_proposal(recipe: Recipe, *, to: Path, replace: bool = False) -> bool:
    """Write a proposed recipe to a file; False where that file says the same already.

    Raises: RecipeFileDiffers, where it says something else and is not to be replaced.
    """
    if to.exists():
        if to.is_file() and to.read_text(encoding="utf-8", errors="replace") == recipe.text:
            return False
        if not replace:
            raise RecipeFileDiffers(
                f"{to} exists and differs from this proposal, so nothing was written and nothing imported."
            )
    to.write_text(recipe.text, encoding="utf-8")
    return True


def publish_beside(*, workspace: Workspace, recipe: str, now: datetime) -> bool:
    """Put the journey and rules that go with a ready recipe in force, where the workspace has facts of no other.

    True where they were published: the recipe has both, and the workspace has not published that journey yet.
    """
    if recipe not in ready_names():
        return False
    journey, rules = ready_beside(recipe, "journey"), ready_beside(recipe, "rules")
    if journey is None or rules is None:
        return False
    if read_journey(journey).id in workspace.published.names("journey"):
        return False
    workspace.publish_journey(journey, now=now, note=f"with the ready recipe {recipe}")
    workspace.publish_rules(rules, now=now, note=f"with the ready recipe {recipe}")
    return True


def ready_recipes() -> list[dict[str, str]]:
    """The ready recipes: name and what each is for."""
    return [{"name": name, "about": ready_recipe(name).about} for name in ready_names()]


def recipe_text(name: str) -> str:
    """The TOML of a ready recipe. Raises: NoSuchRecipe."""
    return ready_text(name)


def undo_import(*, workspace: Workspace, import_no: int, now: datetime, dry_run: bool = False) -> CommitReport:
    """Bring back what stood before an import, as a new version. Raises: the log's errors for an unknown import.

    `dry_run`: only tell what would come back (`new`) and go (`removed`).
    """
    if dry_run:
        return workspace.log.foresee_undo(import_no, now=now)
    return workspace.log.undo(import_no, now=now)


def set_aside_files(*, workspace: Workspace, import_no: int) -> list[Path]:
    """The CSV files of the rows that an import set aside. Raises: NothingSetAside."""
    found = aside_files(workspace.log.import_folder(import_no))
    if not found:
        if not 0 < import_no <= workspace.log.head().import_no:
            raise NothingSetAside(f"There is no import {import_no}.")
        raise NothingSetAside(f"Import {import_no} set no rows aside.")
    return found


def save_set_aside(*, workspace: Workspace, import_no: int, to: Path, force: bool = False) -> list[Path]:
    """Copy what an import set aside: to the file `to` and, of several files, beside it with numbers (`mend.csv`,
    `mend-2.csv`), or into the folder `to`. `force`: write over files that hold something else.

    Raises: NothingSetAside, FileInTheWay, OSError.
    """
    found = set_aside_files(workspace=workspace, import_no=import_no)
    if to.is_dir():
        targets = [to / path.name for path in found]
    else:
        targets = [to, *(to.with_name(f"{to.stem}-{number}{to.suffix}") for number in range(2, len(found) + 1))]
    for path, target in zip(found, targets, strict=True):
        if target.exists() and not force and not filecmp.cmp(path, target, shallow=False):
            raise FileInTheWay(f"{target} exists and holds something else, so nothing was written.")
    return [Path(shutil.copyfile(path, target)) for path, target in zip(found, targets, strict=True)]


def mended_recipe(*, workspace: Workspace, import_no: int) -> Recipe:
    """The recipe that an import used, to import its mended rows by. Raises: NothingSetAside, BadRecipe."""
    path = workspace.log.path / "imports" / f"{import_no:08d}" / "recipe.toml"
    if not path.is_file():
        raise NothingSetAside(f"There is no import {import_no}.")
    return read_recipe(path)
