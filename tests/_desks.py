"""Desks on an empty page of a browser, with a model that stands in for Jupyter's."""

import base64
import json
from pathlib import Path

import pytest
from _browser import CHROMIUM

needs_browser = pytest.mark.skipif(not CHROMIUM, reason="needs chromium on the path")
STAND_IN = """
class Model {
  constructor(state) { this.state = state; this.heard = {}; this.sent = []; }
  get(name) { return this.state[name]; }
  set(name, value) {
    const changed = JSON.stringify(this.state[name]) !== JSON.stringify(value);
    this.state[name] = value;
    if (changed) for (const one of this.heard[`change:${name}`] ?? []) one();
  }
  save_changes() {
    this.sent.push(JSON.parse(JSON.stringify(this.state)));
    if (this.answers) this.set("saved", { ...this.get("saved"), serial: this.get("serial") });
  }
  on(name, run) { (this.heard[name] ??= []).push(run); }
  off(name, run) { this.heard[name] = this.heard[name].filter((one) => one !== run); }
}
"""


def put(page, script, style, state, answers=True):
    """Put a desk on an empty page: beside a text area, in something that can have the focus."""
    saved = {"serial": 0, "ok": True, "file": "ana.csv", "message": ""}
    state = {"saved": saved, "serial": 0, **state}
    encoded = base64.b64encode(script.encode()).decode()
    page.run("window.clean?.(); document.body.replaceChildren(); 0")
    page.events.clear()
    page.run(f"""(async () => {{
      {STAND_IN}
      const desk = (await import("data:text/javascript;base64,{encoded}")).default;
      const style = document.createElement("style");
      style.textContent = {json.dumps(Path(style).read_text("utf-8"))};
      window.model = new Model({json.dumps(state)});
      model.answers = {json.dumps(answers)};
      const outside = document.createElement("textarea");
      const cell = document.createElement("div");
      cell.tabIndex = 0;
      window.keys = [];
      document.onkeydown = (event) => keys.push(event.key);
      document.body.append(style, outside, cell);
      window.clean = desk.render({{ model, el: cell }});
      document.querySelector(".fd-passage").focus();
    }})()""")


def text(page, selector):
    return page.run(f"document.querySelector({json.dumps(selector)}).innerText")
