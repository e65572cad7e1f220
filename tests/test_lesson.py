"""What the lessons share."""

import matplotlib as mpl
import matplotlib.pyplot as plt
import pytest
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output

from framing import InputError
from framing.lesson import axes, points, say
from framing.plot.style import STYLE


@pytest.fixture
def pyplot():
    with mpl.rc_context():
        yield plt
        plt.close("all")


def test_a_sentence_is_markdown_in_a_notebook_and_text_elsewhere(capsys):
    say("**3** of 4")
    assert capsys.readouterr().out == "**3** of 4\n"
    InteractiveShell.instance()
    try:
        with capture_output() as shown:
            say("**3** of 4")
    finally:
        InteractiveShell.clear_instance()
    assert shown.outputs[0].data == {"text/markdown": "**3** of 4", "text/plain": "**3** of 4"}


def test_points_have_a_sign_and_nought_has_no_minus():
    assert [points(share) for share in (0.254, -0.06, -0.004)] == ["+25", "-6", "+0"]


def test_axes_are_in_the_style_of_the_library(pyplot):
    one = axes(5, 2)
    assert one.figure.get_size_inches().tolist() == [5, 2]
    assert not one.spines["top"].get_visible()
    assert one.spines["left"].get_visible()
    assert pyplot.rcParams["font.size"] == STYLE["font.size"]
    left, right = axes(7, 2.5, panels=2, sharey=True)
    assert left.get_shared_y_axes().joined(left, right)
    with pytest.raises(InputError, match="panels must be 1 or more; got 0"):
        axes(5, 2, panels=0)
