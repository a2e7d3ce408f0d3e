"""The forms of further analyses of a study: one for each, with what its command can choose, in plain words.

An empty number is the usual one. Bounds are those of the command and the library, less where one server would be busy
too long (`domain.choice_bounds`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from safar.analysis.path_model.importance import Weighing
from safar.analysis.path_model.naming import called, labels_of
from safar.analysis.path_model.prediction import Antecedents, Benchmark
from safar.analysis.path_model.run import Run
from safar.domain.choice_bounds import USUAL, on_page
from safar.domain.path_model import PathModel
from safar.usecases.study_groups import GroupColumn, GroupColumns
from safar.web import numerals

MOST_GROUPS_TOLD = 4
WEIGHINGS = {
    Weighing.ANSWERS: _("weights of the answers as they are"),
    Weighing.STANDARDIZED: _("weights of standardized answers, as some tools do"),
}
ANTECEDENTS = {
    Antecedents.DIRECT: _("from what acts on a construct directly"),
    Antecedents.EARLIEST: _("from the beginnings: constructs that nothing acts on"),
}
BENCHMARKS = {
    Benchmark.EXOGENOUS: _("a regression on the items that nothing acts on"),
    Benchmark.OTHERS: _("a regression on the items of all other constructs"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Basis:
    """What the forms stand on. rows: of the answers, 0 where they are not known; groups: None where not needed."""

    model: PathModel
    run: Run
    rows: int
    groups: GroupColumns | None
    language: str


def _count(name: str, label: Any, help_text: Any = "") -> forms.IntegerField:
    least, most = on_page(name)
    widget = forms.NumberInput({"autocomplete": "off"})
    return forms.IntegerField(
        label=label, required=False, min_value=least, max_value=most, help_text=help_text, widget=widget
    )


def _usual(name: str) -> str:
    return gettext("Usually %(count)s.") % {"count": numerals.number(USUAL[name])}


class FurtherForm(forms.Form):
    """A further analysis. kind: its name."""

    kind: ClassVar[str] = ""
    pairs: ClassVar[tuple[tuple[str, ...], ...]] = ()
    """Names of fields, those that stand in one row together."""

    def __init__(self, data: Mapping[str, Any] | None, *, basis: Basis, initial: Mapping[str, Any]) -> None:
        self.basis = basis
        super().__init__(data, auto_id=f"id_{self.kind}_%s", initial=dict(initial))
        for name, field in self.fields.items():
            field.is_conditional = True  # type: ignore[attr-defined]  # its hint says what happens without it
            if name in USUAL and name != "seed" and not field.help_text:
                field.help_text = _usual(name)

    def lines(self) -> list[list[forms.BoundField]]:
        """The fields as they stand beside each other."""
        return [[self[name] for name in names] for names in self.pairs]

    @property
    def hindrance(self) -> str:
        """Why it cannot be started at all; "": it can."""
        return ""

    def choices(self) -> dict[str, Any]:
        """What was chosen."""
        return {name: value for name, value in self.cleaned_data.items() if value not in (None, "")}

    @classmethod
    def first(cls, run: Run, kept: Mapping[str, str]) -> dict[str, Any]:
        """What the form begins with: what was chosen the last time, else the usual."""
        made = run.resampling
        usual = {name: count for name, count in USUAL.items() if name in cls.base_fields}
        if "seed" in cls.base_fields and made is not None:
            usual["seed"] = made.seed
        return {**usual, **kept}


class ScreenForm(FurtherForm):
    """Items before any model."""

    kind = "screen"
    pairs = (("factors", "seed"), ("confirmatory",))
    factors = _count("factors", _("Factors to extract"), _("Empty: as many as parallel analysis proposes."))
    seed = _count("seed", _("Seed"))
    confirmatory = forms.BooleanField(
        label=_("Also confirm the constructs' factors (CFA)"), required=False, initial=True
    )

    def clean_factors(self) -> int | None:
        """Fewer than items."""
        told: int | None = self.cleaned_data["factors"]
        items = len(self.basis.model.items)
        if told is not None and told >= items:
            raise forms.ValidationError(
                gettext("The model has %(items)s items: extract fewer factors.") % {"items": numerals.number(items)}
            )
        return told

    @classmethod
    def first(cls, run: Run, kept: Mapping[str, str]) -> dict[str, Any]:
        """A tick is kept as a word."""
        return {**super().first(run, kept), "confirmatory": kept.get("confirmatory", "yes") == "yes"}


class PredictForm(FurtherForm):
    """Prediction of new rows."""

    kind = "predict"
    pairs = (("folds", "repeats", "seed"), ("antecedents",), ("benchmark",))
    folds = _count(
        "folds",
        _("Parts of the rows (folds)"),
        _("Each part is predicted by the model of all others; 0 leaves out one row at a time."),
    )
    repeats = _count("repeats", _("How often rows are split anew"))
    seed = _count("seed", _("Seed"))
    antecedents = forms.ChoiceField(
        label=_("A prediction starts"), required=False,
        choices=[(str(one), text) for one, text in ANTECEDENTS.items()],
    )  # fmt: skip
    benchmark = forms.ChoiceField(
        label=_("It is held against"), required=False, choices=[(str(one), text) for one, text in BENCHMARKS.items()]
    )

    def clean_folds(self) -> int | None:
        """None, or two and more, and no more than rows."""
        told: int | None = self.cleaned_data["folds"]
        if told == 1:
            raise forms.ValidationError(gettext("One part leaves nothing to learn from: 2 at least, or 0."))
        if told is not None and 0 < self.basis.rows < told:
            raise forms.ValidationError(
                gettext("There are %(rows)s rows: no more parts than rows.")
                % {"rows": numerals.number(self.basis.rows)}
            )
        return told


class ImportanceForm(FurtherForm):
    """Importance and performance."""

    kind = "importance"
    pairs = (("target",), ("weighing",))
    target = forms.ChoiceField(
        label=_("Target construct"), required=False,
        help_text=_("What is to be improved; the map shows what moves it."),
    )  # fmt: skip
    weighing = forms.ChoiceField(
        label=_("Performance is weighed by"), required=False,
        choices=[(str(one), text) for one, text in WEIGHINGS.items()],
    )  # fmt: skip

    def __init__(self, data: Mapping[str, Any] | None, *, basis: Basis, initial: Mapping[str, Any]) -> None:
        super().__init__(data, basis=basis, initial=initial)
        field = self.fields["target"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101  # declared so above
        labels, targets = labels_of(basis.model), basis.model.endogenous
        field.choices = [(one, called(one, labels, basis.language)) for one in reversed(targets)]

    @property
    def hindrance(self) -> str:
        """The map needs the ends of the scale."""
        return "" if self.basis.run.scale is not None else "scale"


class GroupsForm(FurtherForm):
    """Groups compared."""

    kind = "groups"
    pairs = (("by",), ("permutations", "seed"))
    by = forms.ChoiceField(label=_("Column of groups"), error_messages={"required": _("Choose a column.")})
    permutations = _count("permutations", _("Permutations and resamples"))
    seed = _count("seed", _("Seed"))

    def __init__(self, data: Mapping[str, Any] | None, *, basis: Basis, initial: Mapping[str, Any]) -> None:
        super().__init__(data, basis=basis, initial=initial)
        field = self.fields["by"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101  # declared so above
        found = basis.groups
        told = [] if found is None else [(one.name, _column_words(one)) for one in found.columns]
        plain = [] if found is None else [(one, one) for one in found.names]
        field.choices = [("", gettext("choose …")), *told, *plain]
        if found is not None and not found.of_file:
            field.help_text = gettext("A channel, a unit, or an attribute of customers as it held at the answer.")
        elif found is not None and found.others:
            field.help_text = (
                ngettext(
                    "%(count)s column is not listed: one value only, or too many.",
                    "%(count)s columns are not listed: one value only, or too many.",
                    found.others,
                )
                % {"count": numerals.number(found.others)}
            )  # fmt: skip

    @property
    def hindrance(self) -> str:
        """There must be a column that makes groups."""
        found = self.basis.groups
        return "groups" if found is None or not (found.columns or found.names) else ""

    def clean_by(self) -> str:
        """Its groups are large enough."""
        told: str = self.cleaned_data["by"]
        found = () if self.basis.groups is None else self.basis.groups.columns
        if any(one.few for one in found if one.name == told):
            raise forms.ValidationError(
                gettext("A group of this column has too few rows for the model's %(items)s items; join small groups.")
                % {"items": numerals.number(len(self.basis.model.items))}
            )
        return told


class SegmentsForm(FurtherForm):
    """Segments that nobody knew."""

    kind = "segments"
    pairs = (("most", "show", "seed"),)
    most = _count("most", _("Most segments that are tried"))
    show = _count("show", _("Segments to show"), _("Empty: as many as the criteria choose."))
    seed = _count("seed", _("Seed"))

    def clean(self) -> dict[str, Any]:
        """No more are shown than tried."""
        data = super().clean() or self.cleaned_data
        most = data.get("most") or USUAL["most"]
        if (data.get("show") or 0) > most and "show" not in self.errors:
            self.add_error("show", gettext("No more segments can be shown than are tried."))
        return data


FORMS: tuple[type[FurtherForm], ...] = (ScreenForm, PredictForm, ImportanceForm, GroupsForm, SegmentsForm)


def _column_words(one: GroupColumn) -> str:
    """A column with its groups and their rows."""
    groups = gettext(", ").join(
        f"{label[:40]} {numerals.number(rows)}" for label, rows in one.groups[:MOST_GROUPS_TOLD]
    )
    more = "" if len(one.groups) <= MOST_GROUPS_TOLD else " …"
    said = ngettext("%(count)s group", "%(count)s groups", len(one.groups)) % {
        "count": numerals.number(len(one.groups))
    }
    return f"{one.name} – {said}: {groups}{more}"
