"""Formulas, and the matrices they make."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from _stm import features, matrix, needs_stm
from scipy.interpolate import BSpline

from framing.errors import InputError, InputWarning
from framing.topics.fitting.design import Design, level_column


def table(n: int = 24) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "region": np.resize(["US", "EU", "JP"], n),
            "year": np.arange(n) % 8 + 2017.0,
            "date": pd.date_range("2021-01-01", periods=n, freq="MS"),
            "flag": np.arange(n) % 2 == 0,
        }
    )


def test_categories_are_indicators_against_the_first_level():
    design = Design.fit("~ region", table(6))
    assert design.columns == ["Intercept", "region[T.JP]", "region[T.US]"]
    assert design.matrix.tolist() == [[1, 0, 1], [1, 0, 0], [1, 1, 0]] * 2
    assert design.levels == {"region": ["EU", "JP", "US"]}


def test_a_spline_is_r_s():
    # R 4.2.2: stm::s(1:8) has df = min(10, 8 - 1) = 7; its columns are the B-splines with knots at
    # the quantiles but for the first: splines::bs(1:8, df = 7)
    x = np.arange(1.0, 9.0)
    knots = np.r_[[1] * 4, np.quantile(x, np.linspace(0, 1, 6)[1:-1]), [8] * 4]
    expected = BSpline.design_matrix(x, knots, 3).toarray()[:, 1:]
    design = Design.fit("~ s(year)", pd.DataFrame({"year": x}))
    np.testing.assert_allclose(design.matrix[:, 1:], expected, atol=1e-12)


def test_a_spline_of_party_identity_is_r_s():
    # stm 1.3.7: s(gadarian$pid_rep), 341 answers on a scale of seven; rows of five of them
    values = [0.0, 0.16666999, 0.333, 0.5, 0.66667002, 0.833, 1.0]
    answers = np.repeat(values, [51, 48, 64, 22, 49, 41, 66])
    design = Design.fit("~ s(x)", pd.DataFrame({"x": answers}))
    rows = design.transform(pd.DataFrame({"x": values[1:6]}))[:, 1:]
    expected = [
        [0.444435582266, 0.488868413972, 0.066696003761, 0, 0, 0],
        [0.055890113224, 0.536478367025, 0.382769807809, 0.024861711941, 0, 0],
        [0, 0.199780958416, 0.600121185561, 0.200097856023, 0, 0],
        [0, 0.024896196186, 0.383175835586, 0.536313444749, 0.05561452348, 0],
        [0, 0, 0.066933866932, 0.489510133068, 0.443556, 0],
    ]
    np.testing.assert_allclose(rows, expected, atol=1e-11)


@pytest.mark.parametrize(("values", "columns"), [(2, 1), (3, 2), (4, 3), (30, 10)])
def test_a_spline_has_one_column_less_than_values_and_at_most_ten(values, columns):
    design = Design.fit("~ s(x)", pd.DataFrame({"x": np.arange(60) % values}))
    assert len(design.columns) == 1 + columns


@needs_stm
@pytest.mark.parametrize(
    ("name", "formula", "path"),
    [
        ("gadarian", "~ treatment + s(pid_rep)", "gadarian/K3_prev/X.csv"),
        ("poliblog", "~ rating + s(day)", "poliblog/K20_prev/X.csv"),
    ],
)
def test_designs_are_r_s(name, formula, path):
    design = Design.fit(formula, features(name).segments)
    np.testing.assert_allclose(design.matrix, matrix(path), atol=1e-14)


def test_other_rows_get_the_same_columns():
    rows = table()
    design = Design.fit("~ region * s(year)", rows)
    np.testing.assert_allclose(design.transform(rows[5:9]), design.matrix[5:9], atol=1e-12)


def test_year_comes_from_the_date():
    rows = table().drop(columns="year")
    assert Design.fit("~ year", rows).matrix[:, 1].tolist() == rows["date"].dt.year.tolist()


def test_dates_count_in_years():
    rows = pd.DataFrame({"date": pd.to_datetime(["2022-01-01", "2022-07-02", "2024-07-01"])})
    assert Design.fit("~ date", rows).matrix[:, 1].round(1).tolist() == [2022.0, 2022.5, 2024.5]


def test_flags_are_categories():
    assert Design.fit("~ flag", table()).columns == ["Intercept", "flag[T.True]"]


def test_rows_without_a_covariate_are_counted_and_left_out():
    rows = table(6)
    rows.loc[1, "region"] = None
    rows.loc[4, "year"] = np.nan
    with pytest.warns(InputWarning, match=r"2 of 6 rows lack a covariate \('region' 1, 'year' 1\)"):
        design = Design.fit("~ region + year", pd.concat([rows, table(6)], ignore_index=True)[:6])
    assert design.kept.tolist() == [True, False, True, True, False, True]
    assert len(design.matrix) == 4


def test_a_level_with_one_row_is_told():
    rows = table(7).assign(region=["US"] * 3 + ["EU"] * 3 + ["JP"])
    with pytest.warns(InputWarning, match=r"'region' has levels with a single row \(JP\)"):
        Design.fit("~ region", rows)


def test_numbers_outside_the_range_are_told():
    design = Design.fit("~ s(year)", table())
    with pytest.warns(InputWarning, match="'year' is outside 2017 to 2024"):
        design.transform(pd.DataFrame({"year": [2030.0]}))


@pytest.mark.parametrize(
    ("formula", "message"),
    [
        ("region", "must look like '~ region"),
        (7, "must look like"),
        ("y ~ region", "must begin with '~'"),
        ("~ outlet", "no column 'outlet' for the formula; the columns are region, year"),
        ("~ region + s(region)", "cannot be used"),
        ("~ s(year, df=9)", r"s\(\) has df=9; with 8 values, give 1 to 7"),
        ("~ 0 + region", "has no intercept"),
        ("~ region +", "cannot be used"),
        ("~ log(year - 2017)", "no finite value in every row"),
        ("~ region + region:year + year + I(year)", "calls 'I'; it may call C, bs"),
        ("~ year + C(year)", "determined by the columns before"),
        ("~ " + "year + " * 300 + "year", "must look like"),
    ],
)
def test_what_cannot_be_used_is_said(formula, message):
    with pytest.raises(InputError, match=message):
        Design.fit(formula, table())


@pytest.mark.parametrize(
    "formula",
    [
        "~ year.__class__",
        "~ region[0]",
        "~ eval('1')",
        "~ s(year.values)",
        "~ s(__import__('os').getpid())",
        "~ {year.__class__}",
        "~ C(region, contr.treatment)",
        "~ s((lambda: year)())",
        "~ [x for x in year]",
    ],
)
def test_formulas_cannot_run_code(formula):
    with pytest.raises(InputError):
        Design.fit(formula, table())


def test_new_levels_and_missing_values_are_refused():
    design = Design.fit("~ region", table())
    with pytest.raises(InputError, match=r"'region' has levels .* \(UK\); it knows EU, JP, US"):
        design.transform(pd.DataFrame({"region": ["US", "UK"]}))
    with pytest.raises(InputError, match="row 1: 'region' is missing"):
        design.transform(pd.DataFrame({"region": ["US", None]}))
    with pytest.raises(InputError, match="no column 'region'"):
        design.transform(pd.DataFrame({"side": ["US"]}))


def test_no_row_at_all():
    with pytest.raises(InputError, match="no row has a value for every column"):
        Design.fit("~ region", pd.DataFrame({"region": [None, None]}))


def test_content_names_one_column():
    assert level_column("~ region", table())[:2].tolist() == ["US", "EU"]
    for formula in ("~ region + year", "~ s(year)", "~ region * year"):
        with pytest.raises(InputError, match="must name one column of categories"):
            level_column(formula, table())
