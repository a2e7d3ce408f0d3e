"""What is said of items and fit, against other engines' on published data and against its definitions.

Provenance: cSEM 0.6.1 (`assess`), seminr 2.3.4 (`summary`) and plspm 0.5.1 in R 4.2.2 on the data that come with them.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from safar.analysis.path_model import quality
from safar.analysis.path_model.communality import communality, goodness_of_fit, redundancy, unidimensionality
from safar.analysis.path_model.estimate import Fits, Options, estimate
from safar.analysis.path_model.fit import misfit
from safar.analysis.path_model.fit_indices import fit_indices
from safar.analysis.path_model.rivals import adjusted_r2, criteria, effect_sizes_anew, fullest_model
from safar.analysis.path_model.weights import Scheme
from safar.domain.path_model import Measured, Mode
from tests.analysis.path_model.reference_kit import model_of, reference, table

CASES = {
    **{
        f"satisfaction_mode{mode.value}_{scheme}": ("satisfaction", mode, scheme, False)
        for mode in (Mode.A, Mode.B)
        for scheme in Scheme
    },
    **{f"satisfaction_plsc_{scheme}": ("satisfaction", Mode.A, scheme, True) for scheme in Scheme},
    "threecommonfactors_plsc_path": ("threecommonfactors", None, Scheme.PATH, True),
    "corprep_simple_plsc_path": ("corp_rep_simple", None, Scheme.PATH, True),
    "corprep_simple_modeA_path": ("corp_rep_simple", None, Scheme.PATH, False),
}
EXTENDED = {"corprep_extended_path": ("corp_rep_extended", None, Scheme.PATH, False)}
BY_SEMINR = [*EXTENDED, *(name for name in CASES if "centroid" not in name and "three" not in name)]


def fitted(shared_data: Path, name: str, tolerance: float = 1e-12) -> tuple[Any, Any, Fits, Options]:
    model_name, mode, scheme, consistent = (CASES | EXTENDED)[name]
    measured = Measured.FACTOR if consistent else Measured.COMPOSITE
    model, sample = model_of(shared_data, model_name, mode=mode, measured=measured)
    options = Options(scheme=scheme, consistent=consistent, tolerance=tolerance)
    return model, sample, estimate(model, sample, np.ones((1, sample.n)), options), options


def named(values: Any, names: tuple[str, ...]) -> dict[str, float]:
    return {name: float(value) for name, value in zip(names, values, strict=True) if np.isfinite(value)}


def told(values: dict[str, Any]) -> dict[str, float]:
    return {name: value for name, value in values.items() if value is not None}


@pytest.mark.parametrize("name", CASES)
def test_measurement_equals_csem(shared_data: Path, name: str) -> None:
    model, _, fits, _ = fitted(shared_data, name)
    found, names = reference(shared_data, f"csem/{name}")["assess"], fits.layout.constructs
    reliability = found["Reliability"]
    several = {one.name for one in model.constructs if len(one.items) > 1}

    def same(ours: Any, theirs: dict[str, Any]) -> None:
        """That engine says 1 of a single item or leaves it out."""
        mine, other = named(ours[0], names), told(theirs)
        assert {k: v for k, v in mine.items() if k in several} == pytest.approx(
            {k: v for k, v in other.items() if k in several}, abs=1e-9
        )

    same(quality.alpha(fits.correlations, fits.layout), reliability["Cronbachs_alpha"])
    same(quality.average_variance_extracted(fits), found["AVE"])
    same(quality.rho_c(fits), found["RhoC"])
    same(quality.rho_c(fits, total=quality.Total.DATA), found["RhoC_mm"])
    same(quality.rho_c(fits, weighted=True, total=quality.Total.DATA), found["RhoC_weighted"])
    same(quality.rho_c(fits, weighted=True), found["RhoC_weighted_mm"])
    same(fits.structure.reliabilities, reliability["Dijkstra-Henselers_rho_A"])


@pytest.mark.parametrize("name", CASES)
def test_distinctness_equals_csem(shared_data: Path, name: str) -> None:
    """That engine leaves out single items here, and gives squared correlations for Fornell and Larcker's."""
    _, _, fits, _ = fitted(shared_data, name)
    whole = reference(shared_data, f"csem/{name}")
    signed = quality.htmt(fits.correlations, fits.layout, signed=True)
    for told_, ours in [
        (whole["assess"]["HTMT"]["htmts"], quality.htmt(fits.correlations, fits.layout)),
        (whole["assess"]["HTMT2"]["htmts"], quality.htmt2(fits.correlations, fits.layout)),
        (whole["htmt_signed"]["HTMT"]["htmts"], signed),
        (whole["assess"]["Fornell-Larcker"], quality.fornell_larcker(fits) ** 2),
    ]:
        names = tuple(told_["rows"])
        places = [fits.layout.constructs.index(one) for one in names]
        lower = np.tril_indices(len(names), -1)
        expected = table(told_, names, names)
        assert ours[0][np.ix_(places, places)][lower] == pytest.approx(expected[lower], abs=1e-9)
    # Its columns are those that act on something, its rows those that several act on.
    vifs, f2 = whole["assess"]["VIF"], whole["assess"]["F2"]
    mine = np.nan_to_num(quality.effect_sizes(fits)[0])
    names = fits.layout.constructs
    for row, values in zip(f2["rows"], f2["values"], strict=True):
        assert named(mine[:, names.index(row)], names) == pytest.approx(
            dict(zip(f2["cols"], values, strict=True)), abs=1e-9
        )
    mine = quality.antecedent_vif(fits)[0]
    for row, values in zip(np.atleast_1d(vifs["rows"]).tolist(), vifs["values"], strict=True):
        columns = np.ravel(vifs["cols"]).tolist()  # one row is written differently there
        theirs = {k: v for k, v in zip(columns, np.ravel(values).tolist(), strict=True) if v}
        assert named(mine[:, names.index(row)], names) == pytest.approx(theirs, abs=1e-9)


@pytest.mark.parametrize("name", CASES)
def test_fit_equals_csem(shared_data: Path, name: str) -> None:
    _, sample, fits, _ = fitted(shared_data, name)
    whole = reference(shared_data, f"csem/{name}")
    found, saturated = whole["assess"], whole["saturated_fit"]
    estimated, loose = misfit(fits, saturated=False), misfit(fits, saturated=True)
    indices = fit_indices(fits, sample.n)
    tens = np.log(10) ** 2  # that engine's geodesic distance takes logarithms to the base of ten
    assert {
        "SRMR": estimated.srmr[0], "DL": estimated.d_uls[0], "DG": estimated.d_g[0] / tens, "DML": estimated.d_ml[0],
        "NFI": estimated.nfi[0], "Df": indices.df, "Chi_square": indices.chi_square[0],
        "Chi_square_df": indices.relative[0], "CFI": indices.cfi[0], "GFI": indices.gfi[0], "IFI": indices.ifi[0],
        "RMSEA": indices.rmsea[0], "RMS_theta": indices.rms_theta[0], "CN": indices.critical_n[0],
        "GoF": goodness_of_fit(fits)[0],
        # Which that engine cuts at one.
        "NNFI": min(indices.nnfi[0], 1.0),
    } == pytest.approx({key: one for key, one in found.items() if isinstance(one, int | float)}, abs=1e-9)  # fmt: skip
    assert [loose.srmr[0], loose.d_uls[0], loose.d_g[0] / tens] == pytest.approx(
        [saturated["srmr"], saturated["dl"], saturated["dg"]], abs=1e-9
    )


@pytest.mark.parametrize("name", CASES)
def test_information_criteria_equal_csem(shared_data: Path, name: str) -> None:
    model, sample, fits, options = fitted(shared_data, name)
    found = reference(shared_data, f"csem/{name}")["assess"]
    fullest = estimate(fullest_model(model), sample, np.ones((1, sample.n)), options)
    ours = criteria(fits, sample.n, fullest=fullest)
    for key, values in [
        ("AIC", ours.aic), ("AICc", ours.aicc), ("AICu", ours.aicu), ("BIC", ours.bic), ("FPE", ours.fpe),
        ("HQ", ours.hq), ("HQc", ours.hqc), ("GM", ours.gm), ("Mallows_Cp", ours.cp),
        ("R2_adj", adjusted_r2(fits, sample.n)),
    ]:  # fmt: skip
        assert named(values[0], fits.layout.constructs) == pytest.approx(found[key], abs=1e-9), key
    alone = criteria(fits, sample.n)
    assert np.isnan(alone.gm).all()


@pytest.mark.parametrize("name", BY_SEMINR)
def test_tables_equal_seminr(shared_data: Path, name: str) -> None:
    model, sample, fits, options = fitted(shared_data, name, tolerance=1e-7)
    found, names = reference(shared_data, f"seminr/{name}"), fits.layout.constructs
    several = fits.layout.sizes > 1
    theirs = table(found["reliability"], names, ("alpha", "rhoC", "AVE"))
    mine = np.stack(
        [
            quality.alpha(fits.correlations, fits.layout)[0],
            quality.rho_c(fits)[0],
            quality.average_variance_extracted(fits)[0],
        ],
        axis=1,
    )
    assert mine[several] == pytest.approx(theirs[several], abs=1e-9)
    lower = np.tril_indices(len(names), -1)
    assert quality.htmt(fits.correlations, fits.layout)[0][lower] == pytest.approx(
        table(found["htmt"], names, names)[lower], abs=1e-9
    )
    # Of consistent models that engine shows the correlations of scores here and the VIFs from them, uncorrected.
    uncorrected = replace(fits, structure=replace(fits.structure, constructs=fits.weights.scores))
    lower = np.tril_indices(len(names))
    assert quality.fornell_larcker(uncorrected)[0][lower] == pytest.approx(
        table(found["fl_criteria"], names, names)[lower], abs=1e-9
    )
    assert fits.weights.loadings[0] == pytest.approx(table(found["cross_loadings"], model.items, names), abs=1e-9)
    vifs = {item: value for block in found["vif_items"].values() for item, value in block.items() if value}
    assert named(quality.item_vif(fits.correlations, fits.layout)[0], model.items) == pytest.approx(
        dict.fromkeys(model.items, 1.0) | vifs, abs=1e-9
    )
    mine = quality.antecedent_vif(uncorrected)[0]
    for target, values in found["vif_antecedents"].items():
        got = named(mine[:, names.index(target)], names)
        # That engine gives none where a construct has one cause: there it is 1.
        assert got == pytest.approx({key: value or 1.0 for key, value in values.items()}, abs=1e-9)
    f2 = effect_sizes_anew(model, sample, options)
    assert np.nan_to_num(f2) == pytest.approx(table(found["f2"], names, names), abs=1e-9)


@pytest.mark.parametrize("name", ["satisfaction_modeA_path", "satisfaction_modeB_path", "corprep_simple_modeA_path"])
def test_criteria_equal_seminr(shared_data: Path, name: str) -> None:
    """Of consistent models that engine takes the R² of the uncorrected one, so they are left out here."""
    _, sample, fits, _ = fitted(shared_data, name, tolerance=1e-7)
    found, ours = reference(shared_data, f"seminr/{name}")["it_criteria"], criteria(fits, sample.n)
    for row, values in [("AIC", ours.aic), ("BIC", ours.bic)]:
        theirs = dict(zip(found["cols"], found["values"][found["rows"].index(row)], strict=True))
        assert named(values[0], fits.layout.constructs) == pytest.approx(theirs, abs=1e-7)


@pytest.mark.parametrize("scheme", Scheme)
@pytest.mark.parametrize("mode", [Mode.A, Mode.B])
def test_communality_equals_plspm(shared_data: Path, mode: Mode, scheme: Scheme) -> None:
    model, _, fits, _ = fitted(shared_data, f"satisfaction_mode{mode.value}_{scheme}")
    found = reference(shared_data, f"plspm_r/satisfaction_mode{mode.value}_{scheme}_scaledTRUE")
    # That engine stops at 1e-6, so its last digits are its own.
    assert goodness_of_fit(fits)[0] == pytest.approx(found["gof"], abs=1e-6)
    outer = {row["name"]: (row["communality"], row["redundancy"]) for row in found["outer_model"]}
    pairs = zip(communality(fits)[0], redundancy(fits)[0], strict=True)
    for item, pair in zip(model.items, pairs, strict=True):
        assert pair == pytest.approx(outer[item], abs=1e-5)
    of_items = unidimensionality(fits.correlations, fits.layout)
    for j, row in enumerate(found["unidim"]):
        assert [of_items.first[0, j], of_items.second[0, j]] == pytest.approx(
            [row["eig.1st"], row["eig.2nd"]], abs=1e-9
        )
        if mode is Mode.A:
            assert of_items.dillon_goldstein[0, j] == pytest.approx(row["DG.rho"], abs=1e-9)


def test_single_items_have_no_reliability_to_speak_of(shared_data: Path) -> None:
    _, _, fits, _ = fitted(shared_data, "corprep_simple_plsc_path")
    single = fits.layout.constructs.index("CUSA")
    assert np.isnan(quality.alpha(fits.correlations, fits.layout)[0, single])
    assert np.isnan(unidimensionality(fits.correlations, fits.layout).first[0, single])
    assert quality.rho_c(fits)[0, single] == pytest.approx(1)
