"""The forms of studies. Errors of verbs are set beside the fields that they are about."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from safar.analysis.path_model.answers import Missing
from safar.analysis.path_model.estimate import Options
from safar.analysis.path_model.intervals import IntervalMethod
from safar.analysis.path_model.result import Resampling, Run
from safar.analysis.path_model.weights import Scheme
from safar.domain.choice_bounds import on_page
from safar.domain.fact import Speaker
from safar.domain.model_sketch import ModelSketch, SketchConstruct, SketchPath
from safar.domain.path_model import BadPathModel, Measured, Mode
from safar.files.path_model import read_level_lines, write_level_lines
from safar.usecases.keeping import LONGEST_TITLE
from safar.usecases.study_access import LONGEST_MODEL
from safar.web import numerals
from safar.web.problem_words import error_words

_PLAIN = {"autocomplete": "off"}
_CODE = {"autocomplete": "off", "dir": "ltr", "spellcheck": "false"}
_DIGITS = str.maketrans("۰۱۲۳۴۵۶۷۸۹٠١٢٣٤٥٦٧٨٩٫٬", "01234567890123456789.,")
_MOST_CODES = 20
_LARGEST = 1e9

GAPS = {
    Missing.CASEWISE: _("leave out rows with gaps"),
    Missing.MEAN: _("fill gaps with the item's mean"),
    Missing.NIPALS: _("let each row count for what it holds (NIPALS)"),
}
INTERVALS = {
    IntervalMethod.PERCENTILE: _("percentile"),
    IntervalMethod.BIAS_CORRECTED: _("bias-corrected"),
    IntervalMethod.BCA: _("bias-corrected and accelerated (BCa)"),
    IntervalMethod.BASIC: _("basic"),
    IntervalMethod.NORMAL: _("normal"),
    IntervalMethod.STUDENT: _("Student's t"),
}
SCHEMES = {Scheme.PATH: _("path"), Scheme.FACTORIAL: _("factorial"), Scheme.CENTROID: _("centroid")}
SPEAKERS = {
    Speaker.CUSTOMER: _("customers"),
    Speaker.EMPLOYEE: _("employees"),
    Speaker.MANAGER: _("managers"),
}
MEASURED = {Measured.FACTOR: _("common factor"), Measured.COMPOSITE: _("composite")}
MODES = {Mode.A: _("A: by correlations"), Mode.B: _("B: by regression"), Mode.UNIT: _("unit: all the same")}
SIGNS = {"": _("either"), "+": _("positive"), "-": _("negative")}
_SIGN_OF = {"": None, "+": 1, "-": -1}


class StudyForm(forms.Form):
    """A study's title, and who sees it."""

    title = forms.CharField(label=_("Title"), max_length=LONGEST_TITLE, widget=forms.TextInput(_PLAIN))
    shared = forms.BooleanField(label=_("Share it with the team"), required=False)


class NewStudyForm(forms.Form):
    """A new study: where its model comes from."""

    title = forms.CharField(label=_("Title"), max_length=LONGEST_TITLE, widget=forms.TextInput(_PLAIN))
    way = forms.ChoiceField(
        label=_("Begin with"),
        choices=(
            ("nothing", _("an empty model")),
            ("framework", _("a proposal from a framework")),
            ("file", _("a file: TOML or lavaan's syntax")),
        ),
        widget=forms.RadioSelect,
        initial="nothing",
    )
    framework = forms.ChoiceField(label=_("Framework"), required=False)
    file = forms.FileField(
        label=_("Model file"),
        required=False,
        widget=forms.ClearableFileInput({"accept": ".toml,.txt,.lav,.R"}),
        help_text=_("It becomes the model as it is written; a [run] table in it becomes the study's choices."),
    )

    def __init__(self, *args: Any, frameworks: list[tuple[str, str]], **more: Any) -> None:
        super().__init__(*args, **more)
        field = self.fields["framework"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101  # declared so above
        field.choices = frameworks

    def clean(self) -> dict[str, Any]:
        """A file is read as text."""
        data = super().clean() or self.cleaned_data
        if data.get("way") == "framework" and not data.get("framework"):
            self.add_error("framework", gettext("Choose a framework."))
        if data.get("way") != "file":
            return data
        sent = data.get("file")
        if sent is None:
            if "file" not in self.errors:
                self.add_error("file", gettext("Choose a file."))
        elif sent.size > 4 * LONGEST_MODEL:
            self.add_error("file", gettext("The file is too large to be a model."))
        else:
            try:
                data["text"] = sent.read().decode("utf-8-sig")
            except UnicodeDecodeError:
                self.add_error("file", gettext("The file is no text in UTF-8."))
        return data


class ReadingForm(forms.Form):
    """How answers are read."""

    codes = forms.CharField(
        label=_("Codes that mean no answer"),
        required=False,
        max_length=200,
        widget=forms.TextInput(_CODE),
        help_text=_("Numbers, with spaces between them, such as 99 or -1."),
    )
    least = forms.CharField(
        label=_("Least answer"),
        required=False,
        max_length=20,
        widget=forms.TextInput({**_CODE, "inputmode": "decimal"}),
    )
    greatest = forms.CharField(
        label=_("Greatest answer"),
        required=False,
        max_length=20,
        widget=forms.TextInput({**_CODE, "inputmode": "decimal"}),
    )
    missing = forms.ChoiceField(label=_("Rows with gaps"), choices=[(str(one), text) for one, text in GAPS.items()])
    weight = forms.CharField(
        label=_("Column of case weights"), required=False, max_length=200, widget=forms.TextInput(_CODE)
    )

    def clean_codes(self) -> tuple[float, ...]:
        """As numbers."""
        told = [one for one in re.split(r"[\s;،]+", self.cleaned_data["codes"].strip()) if one]
        if len(told) > _MOST_CODES:
            raise forms.ValidationError(gettext("That is too many codes."))
        return tuple(_number(one) for one in told)

    def clean(self) -> dict[str, Any]:
        """A scale has two ends."""
        data = super().clean() or self.cleaned_data
        ends: list[float | None] = []
        for name in ("least", "greatest"):
            told = str(data.get(name) or "").strip()
            try:
                ends.append(_number(told) if told else None)
            except forms.ValidationError as error:
                self.add_error(name, error)
                return data
        if (ends[0] is None) != (ends[1] is None):
            self.add_error("greatest", gettext("Name both ends of the scale, or none."))
        elif ends[0] is not None and ends[1] is not None and not ends[0] < ends[1]:
            self.add_error("greatest", gettext("It must be more than the least answer."))
        data["scale"] = None if None in ends else tuple(ends)
        return data

    @staticmethod
    def first(run: Run) -> dict[str, Any]:
        """What the form begins with."""
        return {
            "codes": " ".join(f"{one:g}" for one in run.codes),
            "least": "" if run.scale is None else f"{run.scale[0]:g}",
            "greatest": "" if run.scale is None else f"{run.scale[1]:g}",
            "missing": str(run.missing),
            "weight": run.weight or "",
        }

    def onto(self, run: Run) -> Run:
        """The choices with what the form says."""
        data = self.cleaned_data
        return replace(
            run,
            codes=data["codes"],
            scale=data["scale"],
            missing=Missing(data["missing"]),
            weight=data["weight"].strip() or None,
        )


class EstimateForm(forms.Form):
    """How the model is estimated."""

    resamples = forms.IntegerField(label=_("Resamples"), min_value=0, max_value=on_page("resamples")[1])
    seed = forms.IntegerField(
        label=_("Seed"),
        min_value=on_page("seed")[0],
        max_value=on_page("seed")[1],
        help_text=_("The same seed gives the same numbers."),
    )
    interval = forms.ChoiceField(label=_("Intervals"), choices=[(str(one), text) for one, text in INTERVALS.items()])
    confidence = forms.TypedChoiceField(label=_("Confidence"), coerce=float, choices=())
    scheme = forms.ChoiceField(label=_("Weighting scheme"), choices=[(str(one), text) for one, text in SCHEMES.items()])
    consistent = forms.BooleanField(
        label=_("Consistent: correct common factors for the error of their items (PLSc)"), required=False
    )
    ordered = forms.BooleanField(
        label=_("Ordered answers: their order counts, not their distances (polychoric correlations)"), required=False
    )
    drop = forms.BooleanField(
        label=_("Leave resamples out whose estimates cannot be right; otherwise they are counted and kept"),
        required=False,
    )
    exact_fit = forms.BooleanField(label=_("Also test whether the model fits exactly"), required=False)
    copula = forms.BooleanField(label=_("Also look for hidden causes (Gaussian copula terms)"), required=False)

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        field = self.fields["confidence"]
        assert isinstance(field, forms.TypedChoiceField)  # noqa: S101  # declared so above
        told = {0.8, 0.9, 0.95, 0.99, 0.999, float(self.initial.get("confidence", 0.95))}
        field.choices = [(f"{one:g}", numerals.share(one, 0 if one * 100 % 1 == 0 else 1)) for one in sorted(told)]

    @staticmethod
    def first(run: Run) -> dict[str, Any]:
        """What the form begins with."""
        made = run.resampling or Resampling(resamples=0)
        return {
            "resamples": made.resamples,
            "seed": made.seed,
            "interval": str(made.interval),
            "confidence": f"{made.confidence:g}",
            "scheme": str(run.options.scheme),
            "consistent": run.options.consistent,
            "ordered": run.ordered,
            "drop": made.drop_inadmissible,
            "exact_fit": run.exact_fit,
            "copula": run.copula,
            "missing": str(run.missing),
        }

    def clean_ordered(self) -> bool:
        """A gap among ordered answers has no mean."""
        told = bool(self.cleaned_data["ordered"])
        if told and self.initial.get("missing", Missing.CASEWISE) != Missing.CASEWISE:
            raise forms.ValidationError(
                gettext("Ordered answers need whole rows: choose on the data page to leave out rows with gaps.")
            )
        return told

    def clean_resamples(self) -> int:
        """None, or enough to make an interval of."""
        count: int = self.cleaned_data["resamples"]
        if 0 < count < on_page("resamples")[0]:
            raise forms.ValidationError(gettext("Draw 2 resamples at least, or none (0)."))
        return count

    def onto(self, run: Run) -> Run:
        """The choices with what the form says."""
        data = self.cleaned_data
        options: Options = replace(run.options, scheme=Scheme(data["scheme"]), consistent=bool(data["consistent"]))
        made = Resampling(
            resamples=data["resamples"],
            seed=data["seed"],
            interval=IntervalMethod(data["interval"]),
            confidence=data["confidence"],
            drop_inadmissible=bool(data["drop"]),
        )
        return replace(
            run,
            options=options,
            resampling=made if made.resamples else None,
            ordered=data["ordered"],
            exact_fit=bool(data["exact_fit"]),
            copula=bool(data["copula"]),
        )


class ConstructForm(forms.Form):
    """A construct of the model."""

    name = forms.CharField(label=_("Name"), max_length=100, widget=forms.TextInput({**_PLAIN, "dir": "auto"}))
    items = forms.CharField(
        label=_("Items"),
        required=False,
        max_length=20_000,
        widget=forms.Textarea({**_CODE, "rows": 2}),
        help_text=_("Names of columns, with spaces or commas between them; quote a name that has a space."),
    )
    levels = forms.CharField(
        label=_("Items that are no numbers"),
        required=False,
        max_length=20_000,
        widget=forms.Textarea({**_CODE, "rows": 2}),
        help_text=_("A line an item — region: nominal, or plan: ordinal, or speed: slow < fair < fast."),
    )
    measured = forms.ChoiceField(label=_("Its items are"), choices=[(str(one), text) for one, text in MEASURED.items()])
    mode = forms.ChoiceField(label=_("Mode"), choices=[(str(one), text) for one, text in MODES.items()])

    @staticmethod
    def first(one: SketchConstruct) -> dict[str, Any]:
        """What the form begins with."""
        told = [f'"{item}"' if re.search(r"[\s,،]", item) else item for item in one.parts or one.items]
        return {
            "name": one.name,
            "items": " ".join(told),
            "levels": write_level_lines(one.levels),
            "measured": str(one.measured),
            "mode": str(one.mode),
        }

    def clean_levels(self) -> str:
        """Lines that say levels."""
        told = str(self.cleaned_data["levels"])
        try:
            read_level_lines(told)
        except BadPathModel as error:
            raise forms.ValidationError(error_words(error)) from None
        return told

    def construct(self, before: SketchConstruct | None, sketch: ModelSketch) -> SketchConstruct:
        """The construct that the form tells; what it does not show stays. All items being constructs: a higher one."""
        data = self.cleaned_data
        listed = tuple(quoted or plain for quoted, plain in re.findall(r'"([^"]+)"|([^\s,،"]+)', data["items"]))
        others = {one.name for one in sketch.everything if before is None or one.name != before.name}
        higher = len(listed) > 1 and set(listed) <= others
        told = before or SketchConstruct(name="")
        return replace(
            told,
            name=" ".join(data["name"].split()),
            items=() if higher else listed,
            parts=listed if higher else (),
            levels=() if higher else read_level_lines(data["levels"]),
            measured=Measured(data["measured"]),
            mode=Mode(data["mode"]),
        )


class PathForm(forms.Form):
    """A path of the model."""

    source = forms.CharField(
        label=_("From"),
        max_length=310,
        widget=forms.TextInput({**_PLAIN, "dir": "auto", "list": "names"}),
        help_text=_("A construct, or two joined by an asterisk for a moderation: trust*experience."),
    )
    target = forms.CharField(
        label=_("To"), max_length=100, widget=forms.TextInput({**_PLAIN, "dir": "auto", "list": "names"})
    )
    sign = forms.ChoiceField(label=_("Expected sign"), required=False, choices=list(SIGNS.items()))
    hypothesis = forms.CharField(
        label=_("Hypothesis"), required=False, max_length=60, widget=forms.TextInput({**_PLAIN, "dir": "auto"})
    )

    def path(self) -> SketchPath:
        """The path that the form tells."""
        data = self.cleaned_data
        source = "*".join(part.strip() for part in data["source"].replace(":", "*").split("*"))
        return SketchPath(
            source=source,
            target=data["target"].strip(),
            sign=_SIGN_OF[data["sign"]],
            hypothesis=" ".join(data["hypothesis"].split()),
        )


def _number(text: str) -> float:
    try:
        found = float(text.translate(_DIGITS))
    except ValueError:
        raise forms.ValidationError(gettext("“%(text)s” is no number.") % {"text": text[:20]}) from None
    if not abs(found) < _LARGEST:
        raise forms.ValidationError(gettext("“%(text)s” is no number.") % {"text": text[:20]})
    return found
