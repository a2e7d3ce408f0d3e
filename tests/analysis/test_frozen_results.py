"""Results are never changed, and say what there is to whoever mistypes a name."""

from __future__ import annotations

import copy
import pickle
from dataclasses import FrozenInstanceError, fields, replace

import pytest

from safar.analysis.result import Frozen, Origin, Result
from safar.analysis.variants import Variant, Variants
from tests.analysis.test_journey_map_result import a_map

VARIANT = Variant(path=("a", "b"), passages=2, share=1.0, median_s=60.0)
WAYS = Variants(passages=2, distinct=1, single=0, variants=(VARIANT,), origin=Origin(log_version=1))
RESULTS = (a_map(), VARIANT, WAYS)


@pytest.mark.parametrize("result", RESULTS, ids=lambda one: type(one).__name__)
def test_a_field_cannot_be_set_and_it_says_how_to_get_another(result: Frozen) -> None:
    name = fields(result)[0].name  # type: ignore[arg-type]
    with pytest.raises(FrozenInstanceError, match=rf"is never changed: dataclasses.replace.*{name}"):
        setattr(result, name, 1)


@pytest.mark.parametrize("result", RESULTS, ids=lambda one: type(one).__name__)
def test_a_name_that_is_no_field_is_refused_too_and_the_fields_are_named(result: Frozen) -> None:
    with pytest.raises(FrozenInstanceError) as refused:
        result.mood = "good"  # type: ignore[attr-defined]
    assert isinstance(refused.value, AttributeError)
    for field in fields(result):  # type: ignore[arg-type]
        assert field.name in str(refused.value)
    with pytest.raises(FrozenInstanceError, match="never changed"):
        del result.mood  # type: ignore[attr-defined]


def test_a_mistyped_name_is_answered_with_close_ones() -> None:
    found = a_map()
    with pytest.raises(AttributeError, match="JourneyMap has no 'stesp'; did you mean steps"):
        _ = found.stesp  # type: ignore[attr-defined]
    with pytest.raises(AttributeError, match="to_polars"):
        _ = found.to_polar  # type: ignore[attr-defined]
    with pytest.raises(AttributeError, match=r"it has .*passages.*rows.*variants"):
        _ = WAYS.xyzzy  # type: ignore[attr-defined]
    assert getattr(found, "_repr_mimebundle_", None) is None
    assert not hasattr(found, "nothing_like_it")


def test_results_are_copied_replaced_and_pickled_as_before() -> None:
    for result in (VARIANT, WAYS):
        assert copy.deepcopy(result) == result == pickle.loads(pickle.dumps(result))  # noqa: S301
    assert replace(VARIANT, passages=3).passages == 3


def test_a_result_of_its_own_kind() -> None:
    class Empty(Result):
        """No dataclass: not frozen by Python, but mistyped names are told all the same."""

    with pytest.raises(AttributeError, match="did you mean rows"):
        _ = Empty().row  # type: ignore[attr-defined]


def test_variants_say_what_they_leave_out() -> None:
    assert (WAYS.unlisted, "more way" in repr(WAYS)) == (0, False)
    some = replace(WAYS, passages=5, distinct=3)
    assert some.unlisted == 3
    assert repr(some).endswith("… and 2 more ways, 3 passages; `most` lists more.")
