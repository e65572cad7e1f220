"""Designs: a formula and a table of covariates, made into a matrix."""

from __future__ import annotations

import ast
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from formulaic import Formula, ModelSpec
from formulaic.errors import FormulaicError
from formulaic.transforms import TRANSFORMS
from formulaic.transforms.basis_spline import SplineExtrapolation, basis_spline
from formulaic.utils.stateful_transforms import stateful_transform

from framing.corpus import some
from framing.errors import InputError, InputWarning
from framing.inference import Floats

FUNCTIONS = ("C", "bs", "center", "exp", "log", "log10", "poly", "s", "scale")
"""What a formula may call."""
INTERCEPT = "Intercept"
_LONGEST = 1000


@stateful_transform  # type: ignore[untyped-decorator]
def s(data: Any, df: int | None = None, _state: dict[str, Any] | None = None) -> Any:
    """Lay a smooth curve through a number: a cubic B-spline, as ``s()`` of R's stm does.

    Parameters
    ----------
    data : array, shape (n,)
    df : int, optional
        Columns of the spline; default 10, or one less than there are distinct values. With two
        values it is the number itself, with three a parabola.
    """
    state = {} if _state is None else _state
    values = pd.Series(np.asarray(data, dtype=float))
    if "df" not in state:
        distinct = values.nunique()
        if distinct < 2:
            raise InputError("s() needs a number with two values or more; leave it out.")
        if df is not None and not 1 <= df < distinct:
            raise InputError(f"s() has df={df}; with {distinct} values, give 1 to {distinct - 1}.")
        state["df"] = min(10, distinct - 1) if df is None else int(df)
        state["spline"] = {}
    if state["df"] == 1:
        return values
    return basis_spline(
        values,
        df=state["df"],
        degree=min(3, state["df"]),
        extrapolation=SplineExtrapolation.EXTEND,
        _state=state["spline"],
    )


@dataclass(frozen=True, eq=False)
class Design:
    """A formula applied to covariates.

    Make one with :meth:`Design.fit`.

    Attributes
    ----------
    formula : str
    columns : list of str
        Names of the columns of the matrix, ``Intercept`` first.
    matrix : array, shape (n_kept, n_columns)
        The rows that have every covariate.
    kept : array of bool, shape (n_rows,)
        Which rows those are.
    variables : list of str
        Columns of the table that the formula names.
    levels : dict of list of str
        Of each variable that is a category: its levels, the first being the reference.
    ranges : dict of (float, float)
        Of each variable that is a number: its smallest and largest value.
    covariates : pandas.DataFrame
        The variables of the rows kept: numbers, and categories as text.
    """

    formula: str
    columns: list[str]
    matrix: Floats
    kept: npt.NDArray[np.bool_]
    variables: list[str]
    levels: dict[str, list[str]]
    ranges: dict[str, tuple[float, float]]
    covariates: pd.DataFrame = field(repr=False)
    _spec: ModelSpec = field(repr=False)

    @classmethod
    def fit(cls, formula: str, table: pd.DataFrame) -> Design:
        """Apply a formula to covariates.

        Parameters
        ----------
        formula : str
            As in R: ``"~ region * s(year)"``. It may name columns, numbers, ``+ - * / : ^`` and
            the functions of :data:`FUNCTIONS`.
        table : pandas.DataFrame
            A row a segment. ``year`` is made of ``date`` where the table has none; columns of
            dates count in years, 2022.5 being the middle of 2022.

        Returns
        -------
        Design

        Raises
        ------
        InputError
            For a formula that cannot be read, a column that is not there, and columns of the
            matrix that others determine.

        Warns
        -----
        InputWarning
            Of rows left out because they lack a covariate, and of levels with a single row.

        Examples
        --------
        >>> table = pd.DataFrame({"region": ["US", "EU", "JP"] * 2, "year": [1, 2, 3, 2, 3, 1]})
        >>> design = Design.fit("~ region + year", table)
        >>> design.columns
        ['Intercept', 'region[T.JP]', 'region[T.US]', 'year']
        >>> design.transform(pd.DataFrame({"region": ["US"], "year": [2.5]})).tolist()
        [[1.0, 0.0, 1.0, 2.5]]
        """
        parsed, variables = _parse(formula)
        covariates, kept = _complete(_covariates(table, variables), formula)
        levels, ranges = _kinds(covariates)
        _tell_lone(covariates, levels)
        try:
            with np.errstate(all="ignore"):
                made = parsed.get_model_matrix(covariates, context=_context(), na_action="ignore")
        except (FormulaicError, ValueError, TypeError) as error:
            raise _unusable(formula, error) from None
        columns = [str(name) for name in made.columns]
        if columns[:1] != [INTERCEPT]:
            raise InputError(f"formula {formula!r} has no intercept; leave out '0' and '- 1'.")
        matrix = np.ascontiguousarray(made.to_numpy(dtype=float))
        if not np.isfinite(matrix).all():
            at = columns[int(np.flatnonzero(~np.isfinite(matrix).all(axis=0))[0])]
            raise InputError(f"formula {formula!r}: {at!r} has no finite value in every row.")
        _refuse_collinear(matrix, columns, formula)
        parts = (columns, matrix, kept, variables, levels, ranges, covariates, made.model_spec)
        return cls(formula, *parts)

    def transform(self, table: pd.DataFrame) -> Floats:
        """Apply the formula to other covariates.

        Parameters
        ----------
        table : pandas.DataFrame
            With every column that the formula names, without missing values.

        Returns
        -------
        array, shape (n_rows, n_columns)

        Raises
        ------
        InputError
            For a level that was not there when the design was made, or a missing value.

        Warns
        -----
        InputWarning
            Where a number lies outside the range seen, so that a curve is continued.
        """
        covariates = _covariates(table, self.variables)
        for name in self.variables:
            column = covariates[name]
            if column.isna().any():
                row = int(np.flatnonzero(column.isna())[0])
                raise InputError(f"row {row}: {name!r} is missing; fill it, or leave the row out.")
            if name in self.levels:
                new = sorted(set(column.astype(str)) - set(self.levels[name]))
                if new:
                    raise InputError(
                        f"{name!r} has levels that the model has not seen ({some(new)}); it knows "
                        f"{some(self.levels[name], 10)}. Leave those rows out, or fit with them."
                    )
                covariates[name] = _as_levels(column, self.levels[name])
            else:
                _tell_outside(column, name, self.ranges[name])
        made = self._spec.get_model_matrix(covariates, context=_context(), na_action="raise")
        return np.ascontiguousarray(made.to_numpy(dtype=float))


def level_column(formula: str, table: pd.DataFrame) -> pd.Series[Any]:
    """Find the one category that a formula for content names.

    >>> level_column("~ region", pd.DataFrame({"region": ["US", None]})).tolist()
    ['US', nan]
    """
    _, variables = _parse(formula)
    if len(variables) != 1 or formula.replace("~", "").strip().strip("`") != variables[0]:
        raise InputError(
            f"content={formula!r} must name one column of categories, such as '~ region'; to have "
            "two, join them in a column of their own."
        )
    column = _covariates(table, variables)[variables[0]]
    text: pd.Series[Any] = column.astype("string").astype(object)
    found: pd.Series[Any] = text.where(column.notna(), np.nan)
    return found


def _parse(formula: str) -> tuple[Formula, list[str]]:
    """Read a formula, and refuse whatever could do more than arithmetic."""
    if not isinstance(formula, str) or "~" not in formula or len(formula) > _LONGEST:
        raise InputError(f"a formula must look like '~ region * s(year)'; got {formula!r:.200}.")
    left, right = formula.split("~", 1)
    if left.strip() or "~" in right:
        raise InputError(f"formula {formula!r} must begin with '~': topics stand on its left.")
    try:
        parsed = Formula(formula)
        factors = [factor for term in parsed for factor in term.factors]
        for factor in factors:
            if factor.eval_method.value == "python":
                _only_arithmetic(ast.parse(factor.expr, mode="eval").body, formula)
        names = {str(name) for name in parsed.required_variables}
    except (FormulaicError, SyntaxError, ValueError, AttributeError, RecursionError) as error:
        if isinstance(error, InputError):
            raise
        raise _unusable(formula, error) from None
    return parsed, sorted(names - set(FUNCTIONS))


def _only_arithmetic(node: ast.AST, formula: str) -> None:
    allowed = (ast.BinOp, ast.UnaryOp, ast.Constant, ast.Name, ast.operator, ast.unaryop, ast.Load)
    if isinstance(node, ast.Call):
        if not isinstance(node.func, ast.Name) or node.func.id not in FUNCTIONS:
            called = ast.unparse(node.func)
            raise InputError(
                f"formula {formula!r} calls {called!r}; it may call {', '.join(FUNCTIONS)}."
            )
        inner: list[ast.AST] = [*node.args, *(keyword.value for keyword in node.keywords)]
    elif isinstance(node, allowed):
        inner = list(ast.iter_child_nodes(node))
    else:
        raise InputError(f"formula {formula!r} may not hold {ast.unparse(node)!r}.")
    for part in inner:
        _only_arithmetic(part, formula)


def _context() -> Mapping[str, Any]:
    return {name: TRANSFORMS[name] for name in FUNCTIONS if name in TRANSFORMS} | {"s": s}


def _unusable(formula: str, error: Exception) -> InputError:
    cause: BaseException = error
    while cause.__cause__ is not None:
        cause = cause.__cause__
    if isinstance(cause, InputError):
        return InputError(f"formula {formula!r}: {cause}")
    return InputError(f"formula {formula!r} cannot be used: {str(cause).splitlines()[0]}")


def _covariates(table: pd.DataFrame, variables: Sequence[str]) -> pd.DataFrame:
    found = {}
    for name in variables:
        if name in table:
            column = table[name]
        elif name == "year" and "date" in table:
            column = pd.to_datetime(table["date"]).dt.year
        else:
            raise InputError(
                f"there is no column {name!r} for the formula; the columns are "
                f"{some(list(table.columns), 20)}."
            )
        found[name] = _clean(column)
    return pd.DataFrame(found, index=table.index).reset_index(drop=True)


def _clean(column: pd.Series[Any]) -> pd.Series[Any]:
    """Numbers as floats, dates as years, everything else as text."""
    if pd.api.types.is_datetime64_any_dtype(column):
        days = column.dt.day_of_year.astype(float) - 1
        length = 365 + column.dt.is_leap_year.astype(float)
        return pd.Series(column.dt.year.astype(float) + days / length)
    if pd.api.types.is_bool_dtype(column) or not pd.api.types.is_numeric_dtype(column):
        values = column.astype(object)
        return values.where(values.isna(), values.astype(str))
    numbers = column.astype(float)
    return numbers.where(np.isfinite(numbers))


def _complete(covariates: pd.DataFrame, formula: str) -> tuple[pd.DataFrame, npt.NDArray[np.bool_]]:
    missing = covariates.isna()
    kept = ~missing.any(axis=1).to_numpy(dtype=bool)
    if not kept.any():
        raise InputError(f"formula {formula!r}: no row has a value for every column.")
    if not kept.all():
        counted = ", ".join(f"{name!r} {n}" for name, n in missing.sum().items() if n)
        warnings.warn(
            f"{int((~kept).sum())} of {len(kept)} rows lack a covariate ({counted}) and are left "
            "out; what is computed for the others stays in its row.",
            InputWarning,
            stacklevel=4,
        )
    return covariates[kept].reset_index(drop=True), kept


def _kinds(
    covariates: pd.DataFrame,
) -> tuple[dict[str, list[str]], dict[str, tuple[float, float]]]:
    levels, ranges = {}, {}
    for name in covariates:
        column = covariates[name]
        if pd.api.types.is_numeric_dtype(column):
            ranges[str(name)] = float(column.min()), float(column.max())
        else:
            levels[str(name)] = sorted(set(column.astype(str)))
            covariates[name] = _as_levels(column, levels[str(name)])
    return levels, ranges


def _as_levels(column: pd.Series[Any], levels: Sequence[str]) -> pd.Series[Any]:
    return pd.Series(pd.Categorical(column.astype(str), categories=list(levels)))


def _tell_lone(covariates: pd.DataFrame, levels: Mapping[str, Sequence[str]]) -> None:
    for name in levels:
        n = covariates[name].value_counts()
        lone = sorted(str(level) for level in n.index[n == 1])
        if lone:
            warnings.warn(
                f"{name!r} has levels with a single row ({some(lone)}); what is found for them "
                "rests on that row.",
                InputWarning,
                stacklevel=4,
            )


def _tell_outside(column: pd.Series[Any], name: str, seen: tuple[float, float]) -> None:
    outside = (column < seen[0]) | (column > seen[1])
    if outside.any():
        warnings.warn(
            f"{name!r} is outside {seen[0]:g} to {seen[1]:g}, where the model was fitted, in "
            f"{int(outside.sum())} rows; curves are continued there, which is a guess.",
            InputWarning,
            stacklevel=3,
        )


def _refuse_collinear(matrix: Floats, columns: Sequence[str], formula: str) -> None:
    """Name the columns that those before them determine."""
    scale = np.linalg.norm(matrix, axis=0)
    directions = np.zeros((len(matrix), 0))
    determined = []
    for column, name in enumerate(columns):
        left = matrix[:, column] / max(scale[column], 1e-300)
        for _ in range(2):  # twice is enough
            left = left - directions @ (directions.T @ left)
        length = np.linalg.norm(left)
        if scale[column] == 0 or length < 1e-7:
            determined.append(name)
        else:
            directions = np.column_stack([directions, left / length])
    if determined:
        raise InputError(
            f"formula {formula!r}: {some(determined, 5)} "
            f"{'is' if len(determined) == 1 else 'are'} determined by the columns before, so that "
            "no effect of its own can be told. Leave a covariate out, join levels that hold "
            f"nothing, or take fewer columns with s(x, df=…); there are {len(matrix)} rows."
        )
