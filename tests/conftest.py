"""What several test files need."""

import matplotlib as mpl
import matplotlib.pyplot as plt
import pytest
from _browser import browser


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
