"""What the import pages show: an upload with its recipe and preview, and imports in words."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from safar.errors import SafarError
from safar.files.reading_errors import FileProblem, WrongEncoding
from safar.files.recipe import Recipe, read_recipe
from safar.files.recipe.model import NO_TIME
from safar.files.recipe.roles import ColumnUse
from safar.usecases.import_ import import_files, mended_recipe, propose
from safar.usecases.importing.recognition import SeenFile, look_at
from safar.usecases.importing.report import ImportReport
from safar.usecases.imports import ImportEntry
from safar.usecases.upload_encoding import likely_encodings
from safar.usecases.uploads import Upload, read_checked, save_recipe
from safar.usecases.workspace import Workspace
from safar.web import numerals
from safar.web.import_table import (
    DELIMITERS,
    ENCODINGS,
    MOST_COLUMNS,
    NUMBERS,
    HeadForm,
    may_edit,
    plain_uses,
    read_head,
    roles,
    rows,
    set_beside,
)
from safar.web.problem_words import error_words, problem_text
from safar.web.reading import lately
from safar.web.reason_words import reason_told, warning_told

PREVIEWED = 500
"""Records of each file that the preview reads."""
MOST_SAMPLES = 24


@dataclass(frozen=True, slots=True, kw_only=True)
class Posted:
    """What was typed and not taken."""

    uses: Mapping[str, ColumnUse] | None = None
    head: HeadForm | None = None
    text: str | None = None
    message: str = ""


def settle_recipe(workspace: Workspace, upload: Upload) -> tuple[Upload, SafarError | None]:
    """See to it that an upload has a recipe: of the import whose rows are mended, a ready one, or a proposal.

    Gives what is wrong where none can be made.
    """
    if upload.recipe_text:
        return upload, None
    try:
        if upload.mended is not None:
            recipe = mended_recipe(workspace=workspace, import_no=upload.mended)
            return save_recipe(upload, recipe.text), None
        ready, recipe = propose(workspace=workspace, paths=upload.paths, names=upload.names)
    except SafarError as error:
        return upload, error
    return save_recipe(upload, recipe.text, ready=ready), None


def draft_context(
    workspace: Workspace, upload: Upload, *, now: datetime, posted: Posted | None = None
) -> dict[str, Any]:
    """Everything on the page of an upload."""
    posted = posted or Posted()
    upload, fault = settle_recipe(workspace, upload)
    text, checked = upload.recipe_text, read_checked(upload)
    context: dict[str, Any] = {
        "upload": upload,
        "text": text if posted.text is None else posted.text,
        "text_wrong": posted.message if posted.text is not None else "",
        "refused": bool(posted.message),
        "fault": _fault_told(upload, fault),
        "unread": _unread(upload, fault),
        "checked": checked,
        "taken_away": sum(fact["removed"] for fact in checked["facts"]) if checked else 0,
        "checked_reasons": told_reasons(checked["reasons"]) if checked else [],
        "seen": [],
    }
    if fault:
        return context
    try:
        recipe = read_recipe(text)
        seen, report = lately(
            workspace,
            ("upload", upload.id, text),
            lambda: (_look(workspace, upload, recipe), _preview(workspace, upload, recipe, now=now)),
        )
    except SafarError as error:
        wrong = upload.told(error.message)
        seen = _look_anyhow(workspace, upload)
        report, preview = None, (problem_text(wrong, code=error.code), problem_text(error.next_step))
        # Where the file's columns are seen, the encoding is a field beside them.
        if not seen and (unread := _unread(upload, error)):
            context["unread"], preview = unread, (preview[0], "")
    else:
        wrong, preview = "", ("", "")
    context["seen"] = seen
    context["preview_wrong"], context["preview_next"] = preview
    if report is not None:
        context["report"] = report
        context["samples"] = _samples(report)
        context["warnings"] = plain_warnings(report.warnings)
    if seen:
        context |= _table(text, seen, posted, report, wrong)
    return context


def _fault_told(upload: Upload, fault: SafarError | None) -> str:
    if fault is None:
        return ""
    # What to do about an unknown encoding is the field below it.
    told = problem_text(fault.message, code=fault.code) if isinstance(fault, WrongEncoding) else error_words(fault)
    return upload.told(told)


def _unread(upload: Upload, fault: SafarError | None) -> dict[str, str]:
    """The encodings to choose from, and how the file would read in each, where that is what is wrong."""
    return likely_encodings(upload, ENCODINGS) if isinstance(fault, WrongEncoding) else {}


def _table(text: str, seen: list[SeenFile], posted: Posted, report: ImportReport | None, wrong: str) -> dict[str, Any]:
    first = seen[0]
    head = posted.head or read_head(text, first)
    message = posted.message if posted.text is None else ""
    at_head, at_columns, elsewhere = set_beside(message or wrong, first)
    aside: dict[str, list[str]] = {}
    for reason in report.reasons if report is not None else ():
        aside.setdefault(reason.column or "", []).append(
            (
                ngettext(
                    "%(rows)s row: %(reason)s, as in “%(value)s”",
                    "%(rows)s rows: %(reason)s, as in “%(value)s”",
                    reason.rows,
                )
                if reason.value
                else ngettext("%(rows)s row: %(reason)s", "%(rows)s rows: %(reason)s", reason.rows)
            )
            % {
                "rows": numerals.number(reason.rows),
                "reason": reason_told(reason.reason),
                "value": (reason.value or "–")[:40],
            }
        )
    fixed = read_head(text, first).time
    if fixed == NO_TIME:
        at_head["time"] = _("Nothing is imported until the time is told.")
    head = replace(head, wrong=at_head)
    columns = [column.name for column in first.columns]
    listed = rows(first, posted.uses or plain_uses(text, first), wrong=at_columns, aside=aside)
    return {
        "head": head,
        "time_of_all": fixed,
        "shown_time": "" if head.time == NO_TIME else head.time,
        "rows": listed,
        "has_masked": any(masked for row in listed for _example, masked in row.examples),
        "many": [(one, rows(one, plain_uses(text, one), wrong={}, aside={})) for one in seen[1:]],
        "wrong": elsewhere if message else "",
        "may_edit": may_edit(text, seen),
        "too_wide": len(first.columns) > MOST_COLUMNS,
        "roles": roles(),
        "columns": columns,
        "other_key": head.key if head.key not in ("", "*", *columns) else "",
        "has_amount": any(row.use.role == "amount" for row in listed),
        "has_numbers": any(row.use.role in ("amount", "duration", "weight", "rating") for row in listed),
        "numbers": list(NUMBERS),
        "guessed": "# CHECK THIS: guessed from the letters" in text,
        "encodings": [one for one in ENCODINGS if one != head.encoding],
        "delimiters": [(one, {"\t": _("tab")}.get(one, one)) for one in DELIMITERS],
        "aside_elsewhere": [told for name, many in aside.items() if name not in columns for told in many],
    }


def _look(workspace: Workspace, upload: Upload, recipe: Recipe | None) -> list[SeenFile]:
    return [look_at(workspace, path, name=name, recipe=recipe) for path, name in upload.names.items()]


def _look_anyhow(workspace: Workspace, upload: Upload) -> list[SeenFile]:
    """The files as they are read without the recipe, where it cannot be used."""
    try:
        return _look(workspace, upload, None)
    except FileProblem:
        return []


def _preview(workspace: Workspace, upload: Upload, recipe: Recipe, *, now: datetime) -> ImportReport:
    return import_files(
        workspace=workspace,
        paths=upload.paths,
        names=upload.names,
        recipe=recipe,
        now=now,
        dry_run=True,
        first=PREVIEWED,
        compared=False,
    )


def _samples(report: ImportReport) -> list[dict[str, Any]]:
    """What the first rows become, fact by fact."""
    kinds = {"interactions": _("Contact"), "feedback": _("Answer"), "attributes": _("About the customer")}
    found = []
    for one in report.sample[:MOST_SAMPLES]:
        names = _told_names(one["table"])
        fact = [
            (names.get(name, name.partition("_")[2]), _cell(value))
            for name, value in one["fact"].items()
            if (name in names or name.startswith(("link_", "prop_"))) and (name, value) != ("state", "answered")
        ]
        found.append({"record": one["record"], "kind": kinds.get(one["table"], one["table"]), "fact": fact[:12]})
    return found


def _told_names(table: str) -> dict[str, str]:
    """The columns of a fact that the preview tells, and what they are called. Times are UTC."""
    if table == "feedback":
        names = {"customer_ext": _("Customer"), "question": _("Question"), "value": _("Value")}
        return names | {"text": _("Comment"), "option": _("Choice"), "state": _("State")}
    if table == "attributes":
        return {"subject_ext": _("Customer"), "name": _("Name"), "value": _("Value"), "valid_from": _("Since (UTC)")}
    names = {"ts": _("Time (UTC)"), "customer_ext": _("Customer"), "event": _("Event"), "channel": _("Channel")}
    names |= {"unit": _("Unit"), "status": _("Status"), "amount": _("Amount of money")}
    return names | {"currency": _("Currency"), "duration_s": _("Duration")}


def _cell(value: object) -> str:
    if isinstance(value, datetime):
        if not numerals.speech().mirrored:
            return value.isoformat(sep=" ", timespec="seconds")
        return replace(numerals.speech(), zone=UTC).moment(value if value.tzinfo else value.replace(tzinfo=UTC))
    if isinstance(value, float | Decimal):
        return numerals.plain_digits(f"{value:f}".rstrip("0").rstrip(".") if value != 0 else "0")
    text = value.hex() if isinstance(value, bytes) else str(value)
    return text if len(text) <= 80 else text[:79] + "…"


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportRow:
    """An import with the name of who asked for it; empty where nobody is known."""

    entry: ImportEntry
    who: str


def import_rows(entries: Sequence[ImportEntry], names: Mapping[UUID, str]) -> list[ImportRow]:
    """Imports for the list."""
    return [ImportRow(entry=one, who=names.get(one.by, "") if one.by else "") for one in entries]


def plain_warnings(warnings: Sequence[str]) -> list[str]:
    """Without the notes on how a file was read, and that no key is named: the page tells that in fields."""
    return [warning_told(one) for one in warnings if ": Read " not in one and ": the recipe names no key, " not in one]


def told_reasons(reasons: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Reasons in the reader's language."""
    return [{**one, "reason": reason_told(str(one["reason"]))} for one in reasons]


def toml_fault(text: str) -> str:
    """Why a text is no recipe; empty where it is one."""
    try:
        read_recipe(text)
    except SafarError as error:
        return error_words(error)
    except (RecursionError, tomllib.TOMLDecodeError) as error:
        return str(error)
    return ""
