"""Where results are kept."""

from __future__ import annotations

import os
import sys
from pathlib import Path

VARIABLE = "FRAMING_CACHE"
"""Names a folder to keep results in; ``off`` keeps none."""


def user_folder() -> Path | None:
    """Find the folder that :data:`VARIABLE` names, or else the user's folder for such files.

    Returns
    -------
    pathlib.Path or None
        None where the variable says ``off``, or where the user has no folder. It need not exist.
    """
    named = os.environ.get(VARIABLE, "").strip()
    if named.lower() == "off":
        return None
    try:
        return Path(named).expanduser() if named else _of_platform() / "framing"
    except RuntimeError:  # no home
        return None


def _of_platform() -> Path:
    if sys.platform == "win32":
        local = os.environ.get("LOCALAPPDATA")
        return Path(local) if local else Path.home() / "AppData" / "Local"
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches"
    chosen = Path(os.environ.get("XDG_CACHE_HOME", ""))
    return chosen if chosen.is_absolute() else Path.home() / ".cache"
