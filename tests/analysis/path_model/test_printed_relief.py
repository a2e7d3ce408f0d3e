"""The relief paper's printed numbers: read as packaged, the same as in its text and framework, and what is objected."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from safar import frameworks
from safar.analysis.path_model.printed import objections
from safar.files.path_model.printed_form import read_printed
from safar.usecases.path_models import ModelFileMissing, object_to

PRINTED = read_printed(frameworks.printed_results("relief") or "")
NAMES = {
    "satisfaction with service": "satisfaction",
    "customer experience": "experience",
    "loyalty": "loyalty",
    "strategy": "strategy",
    "relief support": "relief-support",
}


def test_numbers_are_those_of_the_framework() -> None:
    framework = frameworks.load("relief")
    for one in PRINTED.constructs:
        figures = framework.element(f"measured.{NAMES[one.name]}").figures
        assert figures == {
            "mean": one.mean, "sd": one.deviation, "variance": one.variance, "ks_significance": one.normality_p,
            "loading": one.loadings[0], "alpha": one.alpha, "r2": one.r2,
        }  # fmt: skip
    arrows = {
        (one.source.removeprefix("measured."), one.target.removeprefix("measured.")): one.figures["t"]
        for one in framework.relations
    }
    assert {(NAMES[one.source], NAMES[one.target]): one.coefficient for one in PRINTED.paths} == arrows


def test_numbers_are_those_of_the_paper(shared_data: Path) -> None:
    """The paper's text writes 0.65 as 65/0."""
    text = (shared_data.parent / "seeds" / "relief-services.txt").read_text(encoding="utf-8")

    def part(begin: str, end: str) -> str:
        return " ".join(text.split(begin, 1)[1].split(end, 1)[0].split())

    def fractions(told: str) -> list[float]:
        return [float(f"{whole or 0}.{rest}") for rest, whole in re.findall(r"(\d+)[/](\d)", told)]

    ks = part("Kolmogorov-Smirnov Test \nVariables", "Table 9")
    assert fractions(ks) == [one.normality_p for one in PRINTED.constructs]
    spread = part("Average Response \n", "Validity means")
    assert fractions(spread) == [x for one in PRINTED.constructs for x in (one.mean, one.deviation, one.variance)]
    loads = part("Cronbach's Alpha  \n", "In the case of significant correlation")
    found = {float(f"0.{rest}") for rest in re.findall(r"\b(\d\d)/(?:0|\.)", loads)}
    assert found == {x for one in PRINTED.constructs for x in (*one.loadings, one.alpha)}
    arrows = part("Path Coefficients \nPath coefficients Direction", "The coefficient of determination")
    assert [float(x) for x in re.findall(r"\d+\.\d+", arrows)] == [one.coefficient for one in PRINTED.paths]
    explained = part("Endogenous latent variables R2", "As in the table above")
    assert [float(x) for x in re.findall(r"0\.\d{3}", explained)] == [one.r2 for one in PRINTED.constructs]
    whole = " ".join(text.split())
    assert "collected from 330 customers" in whole
    assert "320 questionnaires" in whole
    assert f"Df {PRINTED.bartlett_df}" in whole
    assert f"GOF of {PRINTED.gof}" in whole
    assert f"all variables is greater than {PRINTED.r2_above}" in whole
    assert "significance of all variables is less than the error rate of 0.05" in whole


@pytest.mark.parametrize(
    ("about", "says"),
    [
        ("counts", ["330 and as 320", "33 and as 32 and as 31"]),
        ("not-measured", ["Nothing is known of trust"]),
        ("normality", ["p from 0.057 to 0.427. At 0.05 5 of 5 do not depart from normality"]),
        ("variance", ["customer experience: deviation 0.80, variance 0.73", "support: deviation 0.80, variance 0.75"]),
        ("bartlett", ["That means 17 items"]),
        ("coefficients", ["can only be t-values"]),
        ("t-value", ["t 152.56"]),
        ("r2-exogenous", ["satisfaction with service and strategy"]),
        ("r2-claim", ["satisfaction with service 0.635"]),
        ("gof", ["printed as 0.72. The printed loadings and R² give 0.67 or 0.69"]),
        ("alpha", ["about 22 items"]),
        ("convergent-validity", ["satisfaction with service: loading 0.65", "loyalty: loading 0.69"]),
    ],
)
def test_every_objection_of_a_careful_reader_is_raised(about: str, says: list[str]) -> None:
    """Those that the framework's page lists as contradictions (ten), and two that follow from alphas and loadings."""
    found = [str(one) for one in object_to("relief") if one.about == about]
    assert len(found) == len(says)
    for one, told in zip(found, says, strict=True):
        assert told in one


def test_nothing_else_is_objected_and_no_other_paper_is_known() -> None:
    assert len(object_to("relief")) == len(objections(PRINTED)) == 15
    assert frameworks.printed_results("stepwise") is None
    assert frameworks.printed_results("../relief") is None
    with pytest.raises(ModelFileMissing):
        object_to("stepwise")
