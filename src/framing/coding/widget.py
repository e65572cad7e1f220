"""What a coder sees in JupyterLab. What is decided is decided in :mod:`framing.coding.desk`."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Any

import anywidget
import traitlets

from framing.coding.desk import Desk, Mark

KEYS = "1234567890abcefghijklmopqrstvwxyz"
"""Keys of the first frames; d, n and u are commands, and frames beyond these have no key."""

ELEMENT, DESK = (Path(__file__).with_name(name) for name in ("element.js", "desk.js"))
_AHEAD = 3


def script(*paths: Path) -> str:
    """Put scripts one behind another: how elements are made, what desks share, what is a desk's."""
    return "\n".join(path.read_text("utf-8") for path in paths)


class View(anywidget.AnyWidget):
    """A desk, shown. The browser sets `place`, `marks` and `serial`, Python the rest.

    Only texts near the place are sent, so that a large sample does not fill a saved notebook.
    """

    _esm = script(ELEMENT, DESK, Path(__file__).with_suffix(".js"))
    _css = Path(__file__).with_name("widget.css")
    about = traitlets.Dict().tag(sync=True)
    texts = traitlets.Dict().tag(sync=True)
    saved = traitlets.Dict().tag(sync=True)
    place = traitlets.Int().tag(sync=True)
    marks = traitlets.Dict().tag(sync=True)
    serial = traitlets.Int().tag(sync=True)

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        super().__init__(
            about={
                "title": desk.codebook.title or desk.codebook.name,
                "coder": desk.coder,
                "size": len(desk),
                "frames": [
                    {
                        "label": frame.label,
                        "definition": frame.definition,
                        "key": KEYS[place : place + 1],
                    }
                    for place, frame in enumerate(desk.codebook.frames)
                ],
            },
            marks={str(place): asdict(mark) for place, mark in desk.marks.items()},
            place=desk.next(),
            saved={"serial": 0, "ok": True, "file": desk.path.name, "message": ""},
        )
        self._send_texts()

    def __repr__(self) -> str:
        return repr(self.desk)

    @traitlets.observe("serial")
    def _save(self, _: Any) -> None:
        marks = {
            int(place): Mark(str(mark["codes"]), bool(mark["done"]), str(mark["note"]))
            for place, mark in self.marks.items()
        }
        self.saved = {"serial": self.serial, **asdict(self.desk.update(marks))}

    @traitlets.observe("place")
    def _send_texts(self, _: Any = None) -> None:
        near = {*range(self.place - 1, self.place + _AHEAD), self.desk.next(self.place)}
        self.texts = {
            str(place): self.desk.passages.iloc[place].drop(["segment", "document"]).to_dict()
            for place in sorted(near)
            if 0 <= place < len(self.desk)
        }
