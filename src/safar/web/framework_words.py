"""The words of frameworks: roles, sides, kinds, levels, and where a paper prints something."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation.trans_null import gettext_noop

from safar.domain.framework import Element, ElementKind, Framework, Level, Role, Side
from safar.frameworks import Likeness
from safar.web.page_language import page_language


def role_names() -> dict[Role, str]:
    """The places of a paradigm model."""
    return {
        Role.CAUSAL: _("causal conditions"),
        Role.CENTRAL: _("central phenomenon"),
        Role.STRATEGY: _("strategies"),
        Role.CONSEQUENCE: _("consequences"),
        Role.CONTEXT: _("context"),
        Role.INTERVENING: _("intervening conditions"),
    }


def side_names() -> dict[Side, str]:
    """Who acts."""
    return {
        Side.CUSTOMER: _("customer"),
        Side.COMPANY: _("company"),
        Side.NEITHER: _("neither: a fact of the surroundings"),
    }


def kind_names() -> dict[ElementKind, str]:
    """What one does with an element."""
    return {
        ElementKind.INDICATOR: _("indicator"),
        ElementKind.PRACTICE: _("practice"),
        ElementKind.CONDITION: _("condition"),
        ElementKind.OUTCOME: _("outcome"),
        ElementKind.STRUCTURE: _("grouping"),
    }


def kind_meanings() -> dict[ElementKind, str]:
    """The same, as a sentence."""
    return {
        ElementKind.INDICATOR: _("Something to measure."),
        ElementKind.PRACTICE: _("Something that the company does or lacks: it is assessed."),
        ElementKind.CONDITION: _(
            "Something of the surroundings to know: it explains shifts that no touchpoint caused."
        ),
        ElementKind.OUTCOME: _("Something that follows when the rest goes well: one sees it come."),
        ElementKind.STRUCTURE: _("A grouping: it holds what stands below it."),
    }


def level_names() -> dict[Level, str]:
    """How high an element stands."""
    return {
        Level.GROUP: _("group"),
        Level.CATEGORY: _("category"),
        Level.SUBCATEGORY: _("subcategory"),
        Level.CODE: _("code"),
    }


def level_counts(level: Level, n: int) -> str:
    """The name of a level beside a number of its elements."""
    if n == 1:
        return level_names()[level]
    return {
        Level.GROUP: _("groups"),
        Level.CATEGORY: _("categories"),
        Level.SUBCATEGORY: _("subcategories"),
        Level.CODE: _("codes"),
    }[level]


def likeness_names() -> dict[Likeness, str]:
    """How two elements correspond."""
    return {
        Likeness.SAME: _("the same"),
        Likeness.RENAMED: _("renamed"),
        Likeness.CHANGED: _("changed"),
        Likeness.ALIKE: _("alike by name"),
    }


def step_name(framework: Framework, step: str) -> str:
    """What a step is called: the highest element that stands for it, else its id."""
    language = page_language()
    own = [one for one in framework.elements if one.step == step]
    return min(own, key=lambda one: one.depth).label.text(language) if own else step


def path_words(framework: Framework, element: Element) -> str:
    """The names of what stands above an element."""
    language = page_language()
    return " › ".join(one.label.text(language) for one in framework.path(element.id)[:-1])


def paper_words(text: str) -> str:
    """A heading or the name of a figure, as the packaged papers have them; anything else as it stands."""
    return _(text) if text in _PAPER_WORDS else {"r2": "R²"}.get(text, text)


_PAPER_WORDS = frozenset(
    {
        gettext_noop("Number of main categories"),
        gettext_noop("Agreement of the two coders"),
        gettext_noop("What table 6 shows"),
        gettext_noop("Themes of the interviews"),
        gettext_noop("Nine factors"),
        gettext_noop("Factor analysis"),
        gettext_noop("Approaches taken from the literature"),
        gettext_noop("People interviewed singly"),
        gettext_noop("Order of steps 4 and 5 of the implement path"),
        gettext_noop("Number of subcategories"),
        gettext_noop("Names of the six dimensions"),
        gettext_noop("Size of the survey"),
        gettext_noop("Number of items in the questionnaire"),
        gettext_noop("Normality of the variables"),
        gettext_noop("Overall goodness of fit"),
        gettext_noop("Strength of the R² values"),
        gettext_noop("What table 11 prints"),
        gettext_noop("Number of codes"),
        gettext_noop("Mentions in table 1"),
        gettext_noop("alpha"),
        gettext_noop("appearances"),
        gettext_noop("ks_significance"),
        gettext_noop("loading"),
        gettext_noop("mentions"),
        gettext_noop("sd"),
        gettext_noop("t"),
        gettext_noop("variance"),
        gettext_noop("mean"),
        gettext_noop("codes"),
    }
)
