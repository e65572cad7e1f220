"""The desk as a coder meets it: in a browser, by keys; and what Python makes of it."""

from pathlib import Path

import pandas as pd
import pytest
from _desks import needs_browser, put, text

import framing as fr
from framing.coding import code_by_hand, draw
from framing.coding import desk as desk_module
from framing.frames import Codebook, Frame

pytest.importorskip("anywidget", reason="needs the extra `lab`")
widget = pytest.importorskip("framing.coding.widget")

TABLE = pd.DataFrame(
    {
        "id": list("abcdefgh"),
        "date": "2022-05",
        "title": [f"Title {letter}" for letter in "ABCDEFGH"],
        "text": [f"Text {letter} of cranes." for letter in "ABCDEFGH"],
    }
)
CODEBOOK = Codebook(
    "harbours",
    "Frames of harbours",
    "",
    "",
    tuple(Frame(f"frame{i}", f"Frame {i}", f"What {i} means.", ()) for i in range(12)),
)
SAMPLE = draw(fr.Corpus.from_frame(TABLE, clean=False), 8, seed=1)

# --- the end in Python ------------------------------------------------------------------------


@pytest.fixture
def view(tmp_path):
    return code_by_hand(SAMPLE, CODEBOOK, "Ana", tmp_path / "ana.csv")


def mark(on="", done=False, note=""):
    codes = "".join("1" if str(i) in on.split() else "0" for i in range(12))
    return {"codes": codes, "done": done, "note": note}


def test_a_change_is_saved_and_answered(view):
    view.set_state({"marks": {"0": mark("3", True)}, "serial": 1, "place": 1})
    assert view.saved == {"serial": 1, "ok": True, "file": "ana.csv", "message": ""}
    assert view.desk.marks == {0: desk_module.Mark(mark("3")["codes"], True)}
    assert repr(view).startswith("Desk('Ana', 1 of 8 segments coded")


def test_it_opens_at_the_first_segment_that_is_not_done(view, tmp_path):
    view.set_state({"marks": {"0": mark(done=True), "1": mark("2")}, "serial": 1})
    again = code_by_hand(SAMPLE, CODEBOOK, "Ana", tmp_path / "ana.csv")
    assert again.place == 1
    assert again.marks == {"0": mark(done=True), "1": mark("2")}


def test_only_texts_near_the_place_are_sent(view):
    assert list(view.texts) == ["0", "1", "2"]
    first = SAMPLE.segments["document"][0].upper()
    assert view.texts["0"] == {
        "title": f"Title {first}",
        "date": "2022-05",
        "text": f"Text {first} of cranes.",
    }
    view.set_state({"place": 7})
    assert list(view.texts) == ["0", "6", "7"]  # the next that is not done is the first


def test_trouble_is_answered(view, monkeypatch):
    def full(*_):
        raise OSError(28, "full")

    monkeypatch.setattr(desk_module, "write_whole", full)
    view.set_state({"marks": {"0": mark("3")}, "serial": 1})
    assert (view.saved["ok"], view.saved["serial"]) == (False, 1)
    assert "full" in view.saved["message"]
    monkeypatch.undo()
    view.set_state({"serial": 2})  # what "Try again" sends
    assert view.saved == {"serial": 2, "ok": True, "file": "ana.csv", "message": ""}


def test_keys_of_frames(view):
    keys = [frame["key"] for frame in view.about["frames"]]
    assert "".join(keys) == "1234567890ab"
    assert not {"d", "n", "u"} & set(widget.KEYS)
    many = Codebook("m", "", "", "", tuple(Frame(f"f{i}", f"f{i}", "", ()) for i in range(40)))
    desk = desk_module.Desk(SAMPLE, many, "Ana", view.desk.path.with_name("m.csv"))
    keys = [frame["key"] for frame in widget.View(desk).about["frames"]]
    assert "".join(keys) == widget.KEYS
    assert keys[-1] == ""


# --- the end in the browser -------------------------------------------------------------------

STYLE = Path(widget.__file__).with_suffix(".css")
TEXTS = [
    {"title": "Cranes", "date": "2022", "text": "Two makers.\nOne port. <img src=http://x.test/i>"},
    {"title": "", "date": "", "text": "They doubt it."},
    {"paragraph": "4", "words": "tungsten", "url": "https://example.org/a"},
    {"url": "javascript:alert(1)"},
]


def show(page, marks=None, place=0, frames=12, answers=True):
    """Put a desk on an empty page."""
    names = [frame.__dict__ for frame in CODEBOOK.frames[:frames]]
    state = {
        "about": {
            "title": "Frames of harbours",
            "coder": "Ana",
            "size": len(TEXTS),
            "frames": [
                {"label": one["label"], "definition": one["definition"], "key": key}
                for one, key in zip(names, widget.KEYS, strict=False)
            ],
        },
        "texts": {str(i): text for i, text in enumerate(TEXTS)},
        "marks": marks or {},
        "place": place,
    }
    put(page, widget.View._esm, STYLE, state, answers)


def marks(page):
    """What the desk has last sent: {place: (frames that are on, done, note)}."""
    sent = page.run("model.sent.at(-1).marks")
    return {
        int(place): (
            [i for i, code in enumerate(one["codes"]) if code == "1"],
            one["done"],
            one["note"],
        )
        for place, one in sent.items()
    }


def focused(page):
    return page.run("document.activeElement.className || document.activeElement.tagName")


@needs_browser
def test_keys_switch_frames_and_enter_is_done(page):
    show(page)
    page.press("1", "3", "3", "0", "B")  # letters with Shift or Caps Lock as well
    assert marks(page) == {0: ([0, 9, 11], False, "")}
    page.press("Enter")
    assert marks(page) == {0: ([0, 9, 11], True, "")}
    assert page.run("model.get('place')") == 1
    assert text(page, ".fd-progress") == "Segment 2 of 4. 1 done."
    page.press("Enter")
    assert marks(page)[1] == ([], True, "")  # no frame, and looked at
    page.press("ArrowLeft", "PageUp", "ArrowLeft")
    assert page.run("model.get('place')") == 0
    assert text(page, ".fd-progress") == "Segment 1 of 4 (done). 2 done."
    page.press("Enter")  # goes to the next that is not done
    assert page.run("model.get('place')") == 2
    page.press("Enter", "ArrowRight", "Enter")
    assert text(page, ".fd-progress") == "Segment 4 of 4. All 4 are done."
    assert focused(page) == "fd-passage"
    serials = [one["serial"] for one in page.run("model.sent")]
    assert max(serials) == 10  # one a change, none for moving about


@needs_browser
def test_undo_goes_back_change_by_change(page):
    show(page)
    page.press("1", "Enter", "2", "u")
    assert marks(page) == {0: ([0], True, "")}
    page.press("u", "u")
    assert marks(page) == {}
    assert page.run("model.get('place')") == 0
    page.press("u")
    assert text(page, ".fd-unseen") == "Nothing to undo."


@needs_browser
def test_a_note_takes_keys_for_itself(page):
    show(page)
    page.press("n", *"1 undo?", "Enter", "x")
    assert marks(page) == {0: ([], False, "1 undo?\nx")}
    page.press("Escape")
    assert focused(page) == "fd-passage"
    page.press("2", "u")
    assert marks(page) == {0: ([], False, "1 undo?\nx")}
    page.press("u")
    assert marks(page) == {}
    assert page.run("document.querySelector('.framing-desk textarea').value") == ""


@needs_browser
def test_it_opens_where_it_is_told_with_what_was_said(page):
    show(page, marks={"0": mark("0", True), "1": mark("4", note="hm")}, place=1)
    assert text(page, ".fd-progress") == "Segment 2 of 4. 1 done."
    on = "[...document.querySelectorAll('[aria-pressed=true]')].map((one) => one.innerText)"
    assert [one.split("\n")[1] for one in page.run(on)] == ["Frame 4"]
    assert page.run("document.querySelector('.framing-desk textarea').value") == "hm"


@needs_browser
def test_a_screen_reader_is_told(page):
    show(page, marks={"0": mark("1")})
    nodes = page.call("Accessibility.getFullAXTree")["nodes"]
    found = {}
    for node in nodes:
        about = {one["name"]: one["value"].get("value") for one in node.get("properties", [])}
        name = node.get("name", {}).get("value", "")
        said = node.get("description", {}).get("value", "")
        found[node.get("role", {}).get("value"), name] = (said, about)
    assert found["button", "Frame 0"][0] == "What 0 means."  # although it is not in sight
    assert found["button", "Frame 0"][1]["pressed"] == "false"
    assert found["button", "Frame 1"][1]["pressed"] == "true"
    assert found["button", "Frame 1"][1]["keyshortcuts"] == "2"
    described = "document.getElementById(document.querySelector('.fd-frame button')"
    assert page.run(f"{described}.getAttribute('aria-describedby')).textContent") == "What 0 means."
    assert ("region", "Coding by hand: Frames of harbours") in found
    assert ("group", "Frames") in found
    assert ("region", "Segment 1 of 4") in found
    assert ("textbox", "Note") in found
    live = "document.querySelector({}).getAttribute('aria-live')".format
    assert page.run(live("'.fd-progress'")) == "polite"
    page.press("1")
    assert text(page, ".fd-unseen") == "Frame 0 on"
    assert page.run("document.querySelector('.fd-alert').getAttribute('role')") == "alert"


@needs_browser
def test_everything_can_be_reached_by_tab_and_the_focus_is_seen(page):
    show(page)
    reached = []
    for _ in range(18):
        page.press("Tab")
        ring = "getComputedStyle(document.activeElement).outlineStyle"
        reached.append((page.run("document.activeElement.innerText"), page.run(ring)))
    names = [name.strip().split("\n")[0] for name, _ in reached]
    assert names[:3] == ["Frame 0", "Frame 1", "Frame 2"]
    assert {"Done, next Enter", "Next →", "Undo u", "Definitions d", "Keys ?"} <= set(names)
    assert {ring for _, ring in reached} == {"solid"}
    show(page)
    page.press("Tab", "Tab", " ")  # and pressed as any button is
    assert marks(page) == {0: ([1], False, "")}
    page.press("Enter")
    assert marks(page) == {0: ([], False, "")}
    page.press("5")  # the keys work there too
    assert marks(page) == {0: ([4], False, "")}


@needs_browser
def test_after_a_click_the_keys_go_on(page):
    show(page)
    page.click("document.querySelectorAll('.fd-frame button')[2]")
    assert marks(page) == {0: ([2], False, "")}
    assert focused(page) == "fd-passage"
    page.press("Enter")
    assert marks(page) == {0: ([2], True, "")}


@needs_browser
def test_the_notebook_keeps_its_keys(page):
    show(page)
    page.press("x", "1", "Enter", "ArrowDown")
    page.press("Enter", modifiers=8)  # Shift+Enter runs a cell, and says nothing of a segment
    assert page.run("keys") == []  # with the focus inside, the notebook hears none of them
    assert marks(page) == {0: ([0], True, "")}
    page.press("s", modifiers=2)
    assert page.run("keys") == ["s"]  # Control+S saves the notebook
    page.press("Escape")
    assert focused(page) == "DIV"  # the cell
    page.press("1", "Enter", "x")
    page.run("document.querySelector('body > textarea').focus()")
    page.press("2", "Enter")
    assert page.run("keys") == ["s", "1", "Enter", "x", "2", "Enter"]
    assert page.run("document.querySelector('body > textarea').value") == "2\n"
    assert marks(page) == {0: ([0], True, "")}


@needs_browser
def test_a_key_held_down_codes_nothing_more(page):
    show(page)
    held = {"type": "keyDown", "key": "Enter", "windowsVirtualKeyCode": 13, "autoRepeat": True}
    page.press("Enter")
    for _ in range(3):
        page.call("Input.dispatchKeyEvent", **held)
    assert marks(page) == {0: ([], True, "")}


@needs_browser
def test_digits_where_they_need_shift(page):
    show(page)
    page.press("é", code="Digit2")
    assert marks(page) == {0: ([1], False, "")}


@needs_browser
def test_definitions_and_keys_on_demand(page):
    show(page)
    seen = "document.querySelector('.fd-definition').checkVisibility()"
    helped = "document.querySelector('.fd-help').checkVisibility()"
    assert (page.run(seen), page.run(helped)) == (False, False)
    page.press("d", "?")
    assert (page.run(seen), page.run(helped)) == (True, True)
    expanded = "document.querySelectorAll('[aria-expanded=true]').length"
    assert page.run(expanded) == 2
    page.press("d", "?")
    assert (page.run(seen), page.run(helped), page.run(expanded)) == (False, False, 0)


@needs_browser
def test_texts_are_text_links_lead_to_the_web_and_nothing_is_fetched(page):
    show(page)
    assert text(page, ".fd-text") == TEXTS[0]["text"]
    assert page.run("document.querySelectorAll('.fd-passage img').length") == 0
    page.press("ArrowRight", "ArrowRight")
    assert text(page, ".fd-passage").split("\n\n") == [
        "Paragraph: 4",
        "Words to find it by: tungsten",
        "Open the source https://example.org/a",
    ]
    link = "(({href, target, rel}) => [href, target, rel])(document.querySelector('.fd-passage a'))"
    assert page.run(link) == ["https://example.org/a", "_blank", "noopener noreferrer"]
    page.press("ArrowRight")
    assert text(page, ".fd-passage") == "javascript:alert(1)"
    assert page.run("document.querySelectorAll('.fd-passage a').length") == 0
    page.press("1", "Enter", "?", "d")
    sent = [event for event in page.events if event["method"] == "Network.requestWillBeSent"]
    urls = [event["params"]["request"]["url"] for event in sent]
    assert [url for url in urls if not url.startswith("data:")] == []


@needs_browser
def test_a_text_that_comes_later_is_waited_for(page):
    show(page)
    page.run("model.state.texts = {}; model.set('place', 0); 0")
    page.run(
        "document.querySelector('.fd-passage').replaceChildren(); model.state.about.size = 9; 0"
    )
    page.run("(() => { model.set('place', 8); })()")
    assert page.run("document.querySelector('.fd-passage').ariaBusy") == "true"
    page.run("model.set('texts', {8: {text: 'Here it is.'}}); 0")
    assert text(page, ".fd-passage") == "Here it is."
    assert page.run("document.querySelector('.fd-passage').ariaBusy") == "false"


@needs_browser
def test_what_is_not_saved_is_seen(page):
    page.run(
        "window.wait ??= setTimeout; window.setTimeout = (run, time) => wait(run, time / 20); 0"
    )
    show(page, answers=False)
    alert, saved = "document.querySelector('.fd-alert')", "document.querySelector('.fd-saved')"
    assert page.run(f"{saved}.innerText") == "Saved in ana.csv"
    page.press("1")
    assert page.run(f"{saved}.innerText") == "Saving…"
    assert page.run(f"{alert}.checkVisibility()") is False
    page.wait(f"{alert}.checkVisibility()")  # no answer for a while
    page.run("window.setTimeout = wait; 0")
    assert "the kernel does not answer" in page.run(f"{alert}.innerText")
    page.run(
        "model.set('saved', {serial: 1, ok: false, file: 'ana.csv', message: 'Disk full.'}); 0"
    )
    assert page.run(f"{saved}.innerText") == "Not saved"
    assert page.run(f"{alert}.innerText") == "Disk full."
    page.click("document.querySelector('.fd-retry')")
    assert page.run("model.sent.at(-1).serial") == 2
    assert marks(page) == {0: ([0], False, "")}
    page.run("model.set('saved', {serial: 2, ok: true, file: 'ana.csv', message: ''}); 0")
    assert page.run(f"{saved}.innerText") == "Saved in ana.csv"
    assert page.run(f"{alert}.checkVisibility()") is False


@needs_browser
def test_it_reads_in_a_narrow_pane_and_without_colour(page):
    show(page)
    page.press("2")
    for width, columns in ((1000, 2), (700, 2), (340, 1)):
        page.call("Emulation.setDeviceMetricsOverride", width=width, height=900,
                  deviceScaleFactor=1, mobile=False)  # fmt: skip
        tracks = page.run(
            "getComputedStyle(document.querySelector('.fd-body')).gridTemplateColumns"
        )
        assert len(tracks.split()) == columns
        assert page.run("document.documentElement.scrollWidth") <= width
    page.call("Emulation.clearDeviceMetricsOverride")
    boxes = page.run("[...document.querySelectorAll('.fd-box')].map((one) => one.innerText)")
    assert boxes == ["", "✓"] + [""] * 10


@needs_browser
def test_a_desk_taken_away_hears_nothing_more(page):
    show(page)
    page.run("clean(); 0")
    assert page.run("Object.values(model.heard).flat().length") == 0
