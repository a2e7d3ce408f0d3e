"""Published models with their data and what other engines found: optional, private to whoever has them."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from safar.analysis.path_model.moments import Sample
from safar.domain.path_model import Construct, Interaction, Measured, Mode, PathModel
from safar.domain.path_model import Path as Claim

Matrix = NDArray[np.float64]


def reference(shared_data: Path, name: str) -> dict[str, Any]:
    """What another engine found."""
    found: dict[str, Any] = json.loads((shared_data / "path_models" / "reference" / f"{name}.json").read_text())
    return found


def table(found: dict[str, Any], rows: tuple[str, ...], columns: tuple[str, ...]) -> Matrix:
    """A named matrix in the order of these names."""
    values = np.array(found["values"], dtype=np.float64)
    picked: Matrix = values[np.ix_([found["rows"].index(r) for r in rows], [found["cols"].index(c) for c in columns])]
    return picked


def model_of(
    shared_data: Path,
    name: str,
    *,
    mode: Mode | None = None,
    measured: Measured = Measured.FACTOR,
    interactions: tuple[Interaction, ...] = (),
) -> tuple[PathModel, Sample]:
    """A published model (mode: for all constructs) and its rows; missing answers are the item's mean."""
    folder = shared_data / "path_models"
    told = json.loads((folder / "models" / f"{name}.json").read_text())
    constructs = []
    for construct, how in told["constructs"].items():
        if "*" in construct:
            continue
        chosen = mode or (Mode.B if how["mode"] == "B" else Mode.A)
        kind = Measured.COMPOSITE if chosen is Mode.B else measured
        constructs.append(Construct(name=construct, items=tuple(how["indicators"]), mode=chosen, measured=kind))
    model = PathModel(
        name=name,
        constructs=tuple(constructs),
        paths=tuple(Claim(source=source, target=target) for source, target in told["paths"]),
        interactions=interactions,
    )
    with (folder / told["dataset"].split(" ")[0]).open(newline="") as file:
        rows = np.array([[float(row[item]) for item in model.items] for row in csv.DictReader(file)])
    if (missing := told.get("missing_value")) is not None:
        rows = np.where(rows == missing, np.nan, rows)
        rows = np.where(np.isnan(rows), np.nanmean(rows, axis=0), rows)
    return model, Sample(rows, np.ones(len(rows)))


def rebus_model(shared_data: Path) -> tuple[PathModel, Sample]:
    """The model of plspm's data `simdata`: 400 rows of two classes."""
    with (shared_data / "path_models" / "datasets" / "rebus_simdata.csv").open(newline="") as file:
        rows = np.array([[float(row[f"mv{k}"]) for k in range(1, 14)] for row in csv.DictReader(file)])
    names = [f"mv{k}" for k in range(1, 14)]
    model = PathModel(
        name="rebus",
        constructs=(
            Construct(name="Price", items=tuple(names[:5])),
            Construct(name="Quality", items=tuple(names[5:10])),
            Construct(name="Satisfaction", items=tuple(names[10:])),
        ),
        paths=(Claim(source="Price", target="Satisfaction"), Claim(source="Quality", target="Satisfaction")),
    )
    return model, Sample(rows, np.ones(400))
