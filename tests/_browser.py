"""A headless Chromium of the machine, driven by Playwright; it finds no host but this machine."""

import shutil
import time
from contextlib import contextmanager

try:
    from playwright.sync_api import sync_playwright
except ImportError:  # the extra `browser`
    sync_playwright = None

FOUND = map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))
CHROMIUM = next(filter(None, FOUND), "") if sync_playwright else ""
"""The program; empty where it, or Playwright, is not there."""

FLAGS = """--disable-gpu --disable-quic --disable-sync --disable-background-networking
--disable-component-update""".split()
FLAGS += ["--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"]
KEYS = {"Enter": 13, "Tab": 9, "Escape": 27, "PageUp": 33, "PageDown": 34}
KEYS |= {"ArrowLeft": 37, "ArrowUp": 38, "ArrowRight": 39, "ArrowDown": 40}


class Page:
    """A tab: Playwright's own `tab`, and the browser's protocol, for what Playwright has no word.

    `events` collects what the page asks for, `requests` their addresses, `errors` what went wrong.
    """

    def __init__(self, tab):
        self.tab, self.events, self.errors = tab, [], []
        self._session = tab.context.new_cdp_session(tab)
        self._session.on("Network.requestWillBeSent", self._asked)
        self.call("Network.enable")
        tab.on("requestfailed", lambda one: self.errors.append(f"{one.url}: {one.failure}"))
        tab.on("pageerror", lambda one: self.errors.append(str(one)))
        tab.on("console", self._said)

    def _asked(self, about):
        self.events.append({"method": "Network.requestWillBeSent", "params": about})

    def _said(self, message):
        if message.type == "error":
            self.errors.append(message.text)

    @property
    def requests(self):
        return [event["params"]["request"]["url"] for event in self.events]

    def forget(self):
        """Begin anew to collect."""
        self.events.clear()
        self.errors.clear()

    def call(self, method, **parameters):
        return self._session.send(method, parameters)

    def run(self, script):
        """Evaluate JavaScript, wait for it where it is a promise, and return its value."""
        given = {"expression": script, "awaitPromise": True, "returnByValue": True}
        answer = self.call("Runtime.evaluate", **given)
        assert "exceptionDetails" not in answer, answer["exceptionDetails"]
        return answer["result"].get("value")

    def wait(self, script, seconds=30):
        end = time.monotonic() + seconds
        while not (value := self.run(script)):
            assert time.monotonic() < end, f"never true: {script}"
            time.sleep(0.05)
        return value

    def press(self, *keys, **more):
        """Press keys one after the other; `modifiers`: 1 Alt, 2 Control, 4 Meta, 8 Shift."""
        for key in keys:
            place = (
                f"Digit{key}" if key.isdigit() else f"Key{key.upper()}" if len(key) == 1 else key
            )
            number = KEYS.get(key) or ord(key.upper())
            given = {"key": key, "code": place, "windowsVirtualKeyCode": number, **more}
            text = "\r" if key == "Enter" else key if len(key) == 1 else ""
            self.call("Input.dispatchKeyEvent", type="keyDown", text=text, **given)
            self.call("Input.dispatchKeyEvent", type="keyUp", **given)

    def click(self, element):
        """Click with the mouse in the middle of an element, named by an expression."""
        box = f"(({element}).getBoundingClientRect())"
        at = self.run(f"({{x: {box}.x + {box}.width / 2, y: {box}.y + {box}.height / 2}})")
        for kind in ("mousePressed", "mouseReleased"):
            self.call("Input.dispatchMouseEvent", type=kind, button="left", clickCount=1, **at)

    def picture(self, path):
        self.tab.screenshot(path=path)

    def audit(self):
        """List what axe-core holds against the page: the rule, how bad, and where."""
        from axe_playwright_python.sync_playwright import Axe

        options = {"preload": False, "resultTypes": ["violations"]}
        found = Axe().run(self.tab, options=options).response["violations"]
        return [
            f"{one['id']} ({one['impact']}): {node['target']} {node['html'][:120]}"
            for one in found
            for node in one["nodes"]
        ]


@contextmanager
def browser():
    """Start Chromium with a profile of its own, open a tab, and end it."""
    with sync_playwright() as driver:
        chromium = driver.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        try:
            yield Page(chromium.new_page())
        finally:
            chromium.close()
