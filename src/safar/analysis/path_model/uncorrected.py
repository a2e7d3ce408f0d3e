"""What the correction for error of measurement does not reach (docs/methods/higher-order-constructs.md)."""

from __future__ import annotations

from safar.domain.path_model import Measured, PathModel


def uncorrected_higher_orders(model: PathModel) -> tuple[str, ...]:
    """Higher-order composites of common factors: their items are scores that hold error, and a composite's are taken as
    they are. A higher-order common factor is corrected by what its parts' scores have in common.
    """
    errs = _erring(model)
    return tuple(
        one.name
        for one in model.higher_orders
        if one.measured is Measured.COMPOSITE and any(part in errs for part in one.parts)
    )


def uncorrected_interactions(model: PathModel) -> tuple[str, ...]:
    """Interactions of what is measured with error: it multiplies in their products, however these are made."""
    errs = _erring(model)
    errs |= {one.name for one in model.higher_orders if one.measured is Measured.FACTOR or errs & set(one.parts)}
    return tuple(one.name for one in model.interactions if errs & set(one.factors))


def _erring(model: PathModel) -> set[str]:
    """Common factors of several items: of a single one no error is known."""
    return {one.name for one in model.constructs if one.measured is Measured.FACTOR and len(one.items) > 1}
