"""A JupyterLab of this environment, started on a copy of the course, and stopped."""

import os
import secrets
import shutil
import socket
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

COURSE = Path(__file__).resolve().parents[1] / "notebooks"
HOST = "127.0.0.1"


def free_port():
    with socket.socket() as one:
        one.bind((HOST, 0))
        return one.getsockname()[1]


def until(true, seconds, what):
    """Wait for a condition outside the browser."""
    end = time.monotonic() + seconds
    while not (value := true()):
        assert time.monotonic() < end, f"waited {seconds} seconds for {what}"
        time.sleep(0.2)
    return value


def answers(url):
    try:
        return urlopen(url, timeout=5).status == 200
    except (URLError, OSError):
        return False


@contextmanager
def lab(folder):
    """Start JupyterLab as `make lab` does; yield the course's copy, and a way to make addresses."""
    course = folder / "course"
    shutil.copytree(COURSE, course, ignore=shutil.ignore_patterns(".ipynb_checkpoints"))
    places = ("CONFIG_DIR", "DATA_DIR", "RUNTIME_DIR")
    own = {f"JUPYTER_{place}": str(folder / place.lower()) for place in places}
    own |= {"JUPYTER_CONFIG_PATH": str(course / ".jupyter"), "IPYTHONDIR": str(folder / "ipython")}
    port, token = free_port(), secrets.token_hex(16)
    given = {
        "ServerApp.root_dir": course,
        "ServerApp.ip": HOST,
        "ServerApp.port": port,
        "ServerApp.port_retries": 0,
        "ServerApp.allow_root": True,
        "ServerApp.open_browser": False,
        "IdentityProvider.token": token,
    }
    command = [sys.executable, "-m", "jupyter", "lab"]
    command += [f"--{name}={value}" for name, value in given.items()]
    with (folder / "log").open("w") as log:
        server = subprocess.Popen(
            command, cwd=folder, env=os.environ | own, stdout=log, stderr=log, text=True
        )
    try:
        until(lambda: server.poll() is not None or answers(f"http://{HOST}:{port}/api"), 120, "lab")
        assert server.poll() is None, (folder / "log").read_text()
        yield course, lambda path: f"http://{HOST}:{port}/{path}?token={token}"
    finally:
        server.terminate()  # it ends the kernels too
        try:
            server.wait(30)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()
