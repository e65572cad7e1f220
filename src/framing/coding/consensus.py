"""Several coders' codes made into one."""

from __future__ import annotations

import pandas as pd

from framing.errors import InputError, one_of


def one_code(codes: pd.DataFrame, rule: str = "majority") -> pd.DataFrame:
    """Make one code of those of several coders.

    Parameters
    ----------
    codes : pandas.DataFrame
        ``segment``, ``coder``, ``frame``, ``code``.
    rule : {"majority", "mean", "any", "all"}, or the name of a coder

    Returns
    -------
    pandas.DataFrame
        A row a segment and a column a frame, both in the order of the table; missing where no coder
        coded.

    Examples
    --------
    >>> codes = pd.DataFrame({"segment": "a", "coder": list("xyz"), "frame": "rules"})
    >>> float(one_code(codes.assign(code=[1, 1, 0])).loc["a", "rules"])
    1.0
    """
    for column in ("segment", "coder", "frame", "code"):
        if column not in codes:
            raise InputError(f"codes have no column {column!r}; see framing.read_codes.")
    known = codes[codes["code"].notna()]
    wrong = ~known["code"].isin([0, 1])
    if wrong.any():
        row = known[wrong].iloc[0]
        raise InputError(
            f"codes: {row['code']} for frame {row['frame']!r} in segment {row['segment']!r} by "
            f"{row['coder']!r}; frames that are counted need codes of 0 and 1."
        )
    coders = list(dict.fromkeys(codes["coder"]))
    if rule in coders:
        known, rule = known[known["coder"] == rule], "mean"
    rules = {"majority": "mean", "mean": "mean", "any": "max", "all": "min"}
    if rule not in rules:
        raise one_of("rule", rule, [*rules, *coders])
    cells = known.groupby(["segment", "frame"], sort=False)["code"].agg(rules[rule])
    table = cells.astype(float).unstack("frame")
    if rule == "majority":
        table = table.where(table == 0.5, table.round())
    names = list(dict.fromkeys(codes["frame"]))
    return table.reindex(index=pd.unique(known["segment"]), columns=names)
