"""Parquet files, which need pyarrow, and say so."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd

from framing.errors import InputError


def open_parquet(path: Path) -> Any:
    """Open a Parquet file; to be closed."""
    try:
        import pyarrow
        import pyarrow.parquet
    except ImportError as error:
        raise InputError(f"{path}: Parquet needs pyarrow; pip install framing[parquet].") from error
    try:
        return pyarrow.parquet.ParquetFile(path)
    except (pyarrow.ArrowException, OSError) as error:
        raise unsound(path, error) from error


def read_parquet(path: Path) -> pd.DataFrame:
    """Read a whole table."""
    with open_parquet(path) as file:
        try:
            table: pd.DataFrame = file.read().to_pandas()
        except (ValueError, OSError) as error:  # pyarrow's own errors are among these
            raise unsound(path, error) from error
    return table


def unsound(path: Path, error: Exception) -> InputError:
    """Say that a Parquet file is damaged."""
    return InputError(f"{path} is not a sound Parquet file ({error}); fetch or write it again.")
