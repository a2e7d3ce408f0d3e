"""Models proposed from paradigm roles: every role in its place, both forms of file hold them."""

from __future__ import annotations

import pytest

from safar import frameworks
from safar.domain.framework import Role
from safar.files.path_model import read_lavaan, read_toml, write_lavaan, write_path_model
from safar.frameworks.proposing import NoParadigm, propose


@pytest.mark.parametrize("name", ["automotive", "relief", "stepwise"])
def test_roles_lead_from_causes_to_consequences(name: str) -> None:
    framework = frameworks.load(name)
    model = propose(framework)
    role = {
        one.name: framework.element(str(one.element).partition(":")[2]).role for one in model.constructs if one.element
    }
    allowed = {
        (Role.CAUSAL, Role.CENTRAL), (Role.CENTRAL, Role.STRATEGY), (Role.STRATEGY, Role.CONSEQUENCE),
        (Role.CONTEXT, Role.STRATEGY), (Role.INTERVENING, Role.STRATEGY),
    }  # fmt: skip
    for path in model.paths:
        if "*" in path.source:
            core, around = path.source.split("*")
            assert role[core] is Role.CENTRAL
            assert role[around] in (Role.CONTEXT, Role.INTERVENING)
            assert role[path.target] is Role.STRATEGY
        else:
            assert (role[path.source], role[path.target]) in allowed
    assert read_toml(write_path_model(model)) == model
    assert read_lavaan(write_lavaan(model)).paths == tuple(
        type(path)(source=path.source, target=path.target)
        for target in model.endogenous
        for path in model.paths
        if path.target == target
    )


def test_automotive_has_its_fifteen_categories_and_relief_its_six() -> None:
    """DOMAIN: 15 main categories; six roles."""
    assert len(propose(frameworks.load("automotive")).constructs) == 15
    relief = propose(frameworks.load("relief"))
    assert [len(one.items) for one in relief.constructs] == [5, 5, 6, 4, 6, 5]
    assert relief.constructs[0].label is not None
    assert not propose(frameworks.load("relief"), moderators=False).interactions


def test_without_roles_nothing_is_proposed() -> None:
    with pytest.raises(NoParadigm, match="no elements of the role causal"):
        propose(frameworks.load("b2b"))
