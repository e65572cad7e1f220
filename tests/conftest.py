"""What several test files need."""

import os

import matplotlib as mpl
import matplotlib.pyplot as plt
import pytest
from _browser import browser

# Tests that compute a thing in two ways must compute it twice, and no test may read what another
# run left in the user's folder: results are kept only where a test asks for `kept`.
os.environ["FRAMING_CACHE"] = "off"


@pytest.fixture
def kept(tmp_path, monkeypatch):
    """A folder of the test's own where results are kept, however soon they were there."""
    folder = tmp_path / "kept"
    monkeypatch.setenv("FRAMING_CACHE", str(folder))
    monkeypatch.setattr("framing.cache.cache.LEAST", 0.0)
    return folder


@pytest.fixture
def nothing_global():
    """Whatever a test draws, settings and open figures are as before."""
    before, figures = dict(mpl.rcParams), plt.get_fignums()
    yield
    assert dict(mpl.rcParams) == before
    assert plt.get_fignums() == figures


@pytest.fixture(scope="module")
def page():
    """A tab of a browser; see _browser.py."""
    with browser() as page:
        yield page
