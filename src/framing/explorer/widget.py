"""The explorer as it is seen in JupyterLab; what is shown is computed by plain functions."""

from __future__ import annotations

import asyncio
import html
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import anywidget
import traitlets

from framing.coding import widget as desk
from framing.explorer.choices import Choice
from framing.explorer.explorer import Explorer, Pane

_SHEETS = (Path(desk.__file__), Path(__file__))
_LOOKS = "\n".join(sheet.with_suffix(".css").read_text("utf-8") for sheet in _SHEETS)
PAUSE = 0.02
"""Seconds between two steps of a computation, in which the kernel hears of a newer choice."""


class View(anywidget.AnyWidget):
    """An explorer, shown. The browser sets `choice` and `serial`, Python the rest.

    Attributes
    ----------
    choice : dict
        What is asked for, by the names of :class:`framing.explorer.choices.Choice`.
    serial : int
        The number of the choice; `answer` repeats it once everything else belongs to it.
    options, seen, origin, answer : dict
        What can be chosen, what is seen, where it comes from, and the rest of a
        :class:`framing.explorer.explorer.Pane`.
    working : dict
        The step that is being computed, and for which serial.
    """

    _esm = desk.script(desk.ELEMENT, Path(__file__).with_suffix(".js"))
    _css = _LOOKS
    choice = traitlets.Dict().tag(sync=True)
    serial = traitlets.Int().tag(sync=True)
    options = traitlets.Dict().tag(sync=True)
    seen = traitlets.Dict(allow_none=True).tag(sync=True)
    origin = traitlets.Dict(allow_none=True).tag(sync=True)
    answer = traitlets.Dict().tag(sync=True)
    working = traitlets.Dict().tag(sync=True)

    def __init__(self, explorer: Explorer, **wanted: Any) -> None:
        self.explorer = explorer
        self._task: asyncio.Task[None] | None = None
        first = explorer.pane(**wanted)
        super().__init__(working={"serial": 0, "step": ""}, **_state(first, 0))

    def __repr__(self) -> str:
        chosen = self.answer["choice"]
        return f"Explorer({chosen.get('corpus', '')!r}, {chosen.get('level', '')}s)"

    def _repr_mimebundle_(self, **kwargs: Any) -> Any:
        """Where no kernel runs, show the figure with its words in place of the explorer."""
        bundle = super()._repr_mimebundle_(**kwargs)
        data, metadata = bundle if isinstance(bundle, tuple) else (bundle, {})
        if data is None:
            return bundle
        return data | {"text/html": still(self.seen)}, metadata

    def choose(self, **wanted: Any) -> None:
        """Choose as a reader would: ``choose(level="term", years=(2022, 2023))``."""
        self.set_trait("choice", {**self.answer["choice"], **wanted})
        self.serial += 1

    @traitlets.observe("serial")
    def _begin(self, _: Any) -> None:
        """Compute in turns with the kernel's other work; at once where there is no kernel."""
        work = self._work(self.serial, dict(self.choice))
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:
            for _step in work:
                pass
        else:
            self._task = loop.create_task(_in_turns(work))

    def _work(self, serial: int, wanted: Mapping[str, Any]) -> Iterator[None]:
        steps = self.explorer.steps(wanted)
        while True:
            try:
                step = next(steps)
            except StopIteration as end:
                made: Pane = end.value
                break
            except Exception as error:  # a fault of ours is told in the pane as well
                fault = f"the explorer failed, {type(error).__name__}: {error}"
                made = Pane(message=f"This should not happen; please report it: {fault}")
                break
            self.working = {"serial": serial, "step": step}
            yield
            if serial != self.serial:  # a newer choice has come
                return
        with self.hold_sync():
            for name, value in _state(made, serial, self.answer, self.options).items():
                self.set_trait(name, value)


async def _in_turns(work: Iterator[None]) -> None:
    for _ in work:
        await asyncio.sleep(PAUSE)


def still(seen: Mapping[str, Any] | None) -> str:
    """Write what is seen as HTML that needs no kernel; whatever strangers wrote is escaped.

    Examples
    --------
    >>> figure = {"src": "data:,", "alt": 'Share of "A"', "width": 400}
    >>> page = still({"title": "A & B", "figure": figure, "caption": "Dots: <shares>."})
    >>> "A &amp; B" in page, "&lt;shares&gt;" in page, "&quot;A&quot;" in page
    (True, True, True)
    """
    if not seen:
        return "<p>The explorer needs a running kernel.</p>"
    figure = seen["figure"]
    return (
        f'<figure><img src="{html.escape(figure["src"])}" alt="{html.escape(figure["alt"])}" '
        f'width="{int(figure["width"])}"><figcaption>{html.escape(seen["title"])}. '
        f"{html.escape(seen['caption'])} (The explorer itself needs a running kernel.)"
        "</figcaption></figure>"
    )


def _state(
    made: Pane,
    serial: int,
    before: Mapping[str, Any] | None = None,
    options: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """Put a pane into what the browser is sent; a choice that failed keeps the controls."""
    chosen = _plain(made.choice) or dict((before or {}).get("choice", {}))
    answer = {
        "serial": serial,
        "choice": chosen,
        "message": made.message,
        "notices": made.notices,
        "code": made.code,
    }
    return {
        "options": made.options or dict(options or {}),
        "seen": made.seen,
        "origin": made.origin,
        "answer": answer,
    }


def _plain(choice: Choice | None) -> dict[str, Any]:
    if choice is None:
        return {}
    plain = asdict(choice)
    years = None if choice.years is None else list(choice.years)
    return plain | {"sides": list(choice.sides), "years": years}
