"""A first path model from a framework's paradigm roles: causal → central → strategies → consequences.

Context and intervening conditions act on the strategies, and on how strongly the central phenomenon leads to them.
It is a beginning to be changed: items are the framework's subcategories, and nobody has asked anybody yet.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from safar.domain.framework import Element, Framework, Role
from safar.domain.path_model import Construct, Interaction, Path, PathModel
from safar.errors import InputError

_NOT_A_NAME = re.compile(r"\W+")


class NoParadigm(InputError):
    """A framework lacks the paradigm roles that a path model could be proposed from."""

    code = "path-model.no-paradigm"
    next_step = "Take a framework with causal, central, strategy and consequence roles: `safar model propose relief`."


def propose(framework: Framework, *, language: str = "en", moderators: bool = True) -> PathModel:
    """The model that the roles suggest. language: of the model's name. moderators: with interactions.

    A construct is the highest element of a role that groups others (a category); its items are what stands directly
    below it. Every path expects a positive effect but for what moderates. Raises: NoParadigm.
    """
    chosen = {role: _categories(framework, role) for role in Role}
    if missing := [role for role in (Role.CAUSAL, Role.CENTRAL, Role.STRATEGY, Role.CONSEQUENCE) if not chosen[role]]:
        raise NoParadigm(f"Framework {framework.name!r} has no elements of the role {missing[0]}.")
    names = {element.id: _name(element, chosen) for elements in chosen.values() for element in elements}
    central, strategies = chosen[Role.CENTRAL], chosen[Role.STRATEGY]
    surroundings = [*chosen[Role.CONTEXT], *chosen[Role.INTERVENING]]
    pairs: list[tuple[str, str, int | None]] = []
    for sources, targets, sign in (
        (chosen[Role.CAUSAL], central, 1),
        (central, strategies, 1),
        (surroundings, strategies, None),
        (strategies, chosen[Role.CONSEQUENCE], 1),
    ):
        pairs += [(names[a.id], names[b.id], sign) for b in targets for a in sources]
    interactions = [
        Interaction(factors=(names[core.id], names[around.id]))
        for core in central
        for around in surroundings
        if moderators
    ]
    pairs += [(one.name, names[target.id], None) for target in strategies for one in interactions]
    return PathModel(
        name=framework.label.text(language),
        constructs=tuple(
            _construct(framework, element, names[element.id]) for role in Role for element in chosen[role]
        ),
        interactions=tuple(interactions),
        paths=tuple(
            Path(source=source, target=target, sign=sign, hypothesis=f"H{number}")
            for number, (source, target, sign) in enumerate(pairs, start=1)
        ),
    )


def _categories(framework: Framework, role: Role) -> list[Element]:
    """The elements of a role that become constructs: below a group of that role its children, else itself."""
    own = [element for element in framework.elements if element.role is role and framework.children(element.id)]
    top = [element for element in own if not any(element.id.startswith(f"{other.id}.") for other in own)]
    found: list[Element] = []
    for element in top:
        grouped = [child for child in framework.children(element.id) if framework.children(child.id)]
        found += grouped or [element]
    return found


def _name(element: Element, chosen: dict[Role, list[Element]]) -> str:
    """The last part of its id, or more of it where two end alike."""
    everyone: Sequence[Element] = [one for elements in chosen.values() for one in elements]
    last = element.id.rpartition(".")[2]
    alike = [one for one in everyone if one.id.rpartition(".")[2] == last]
    return _plain(last if len(alike) == 1 else element.id)


def _plain(text: str) -> str:
    """A name that both forms of a model file can hold."""
    found = _NOT_A_NAME.sub("_", text)
    return found if found[:1].isalpha() else f"x{found}"


def _construct(framework: Framework, element: Element, name: str) -> Construct:
    below = [_plain(child.id.rpartition(".")[2]) for child in framework.children(element.id)]
    return Construct(
        name=name,
        # Of two constructs' items none may be named alike.
        items=tuple(f"{name}_{item}" for item in below),
        label=element.label,
        element=f"{framework.name}:{element.id}",
    )
