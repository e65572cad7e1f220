"""A headless Chromium driven by real key events, through a pipe: no port is opened."""

import base64
import json
import os
import select
import shutil
import tempfile
import time
from contextlib import contextmanager

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or ""
FLAGS = """--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-sync
--disable-background-networking --disable-component-update --remote-debugging-pipe""".split()
KEYS = {"Enter": 13, "Tab": 9, "Escape": 27, "PageUp": 33, "PageDown": 34}
KEYS |= {"ArrowLeft": 37, "ArrowUp": 38, "ArrowRight": 39, "ArrowDown": 40}


class Page:
    """A tab; `events` collects what the browser reports of itself."""

    def __init__(self, reading, writing):
        self._reading, self._writing = reading, writing
        self._session, self._number, self._pending, self.events = {}, 0, b"", []
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        attached = self.call("Target.attachToTarget", targetId=target, flatten=True)
        self._session = {"sessionId": attached["sessionId"]}
        for domain in ("Page", "Runtime", "Network"):
            self.call(f"{domain}.enable")

    def call(self, method, **parameters):
        self._number += 1
        message = {"id": self._number, "method": method, "params": parameters, **self._session}
        os.write(self._writing, json.dumps(message).encode() + b"\0")
        while (answer := self._receive()).get("id") != self._number:
            self.events.append(answer)
        assert "error" not in answer, answer
        return answer["result"]

    def _receive(self):
        while b"\0" not in self._pending:
            assert select.select([self._reading], [], [], 60)[0], "the browser does not answer"
            piece = os.read(self._reading, 2**20)
            assert piece, "the browser is gone"
            self._pending += piece
        message, _, self._pending = self._pending.partition(b"\0")
        return json.loads(message)

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
        path.write_bytes(base64.b64decode(self.call("Page.captureScreenshot")["data"]))


@contextmanager
def browser():
    """Start Chromium with a profile of its own, and end it."""
    (its_reading, writing), (reading, its_writing) = os.pipe(), os.pipe()
    actions = [(os.POSIX_SPAWN_OPEN, fd, os.devnull, os.O_WRONLY, 0) for fd in (1, 2)]
    actions += [(os.POSIX_SPAWN_DUP2, its_reading, 3), (os.POSIX_SPAWN_DUP2, its_writing, 4)]
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        given = [CHROMIUM, *FLAGS, f"--user-data-dir={profile}"]
        process = os.posix_spawn(CHROMIUM, given, os.environ, file_actions=actions)
        try:
            yield Page(reading, writing)
        finally:
            for fd in (its_reading, its_writing, writing, reading):
                os.close(fd)  # the end of its pipe is the end of the browser
            os.waitpid(process, 0)
