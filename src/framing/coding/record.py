"""The file that says what a sample is: read with care, since it may come from anyone."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from framing import resources
from framing.errors import InputError

SCHEMA = "framing-sample/1"
_KEYS = (
    *("schema", "corpus", "seed", "strata", "allocation", "weights", "population", "sha256"),
    "segments",
)


def read_record(path: Path) -> dict[str, Any]:
    """Read the file of a sample, and refuse whatever `draw` did not write."""
    where, record = str(path), resources.read_record(path, "a sample", SCHEMA, _KEYS)
    kinds = {
        **{"corpus": str, "seed": int, "strata": list, "weights": str},
        **{"population": dict, "segments": dict},
    }
    for key, kind in kinds.items():
        if not isinstance(record.get(key), kind):
            raise InputError(f"{where}: {key!r} must be a {kind.__name__}; draw the sample again.")
    lists = record["segments"].values()
    sound = (
        all(isinstance(one, str) for one in record["strata"])
        and all(isinstance(one, int) for one in record["population"].values())
        and all(isinstance(names, list) for names in lists)
        and record["seed"] >= 0
    )
    if not sound:
        raise InputError(f"{where} is not a sample as draw() makes them; draw it again.")
    return record
