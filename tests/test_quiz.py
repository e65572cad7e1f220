"""A quiz as one who answers meets it: in a browser, by keys; and what Python makes of it."""

import json
from pathlib import Path

import pandas as pd
import pytest
from _desks import needs_browser, put, text

from framing.coding import desk as desk_module
from framing.coding.desk import Mark
from framing.errors import InputError
from framing.topics.intrusion.answers import answer, read_answers
from framing.topics.intrusion.tasks import Tasks

pytest.importorskip("anywidget", reason="needs the extra `lab`")
quiz = pytest.importorskip("framing.topics.intrusion.quiz")

N = 5
TABLE = pd.DataFrame(
    {
        "task": [f"task {i}" for i in range(1, N + 1)],
        **{f"option {i}": [f"{word} {n}" for n in range(N)] for i, word in enumerate("abc", 1)},
    }
)
KEY = pd.DataFrame({"task": TABLE["task"], "topic": "x", "intruder": "y", "answer": 2})
TASKS = Tasks("word intrusion", 0, ("x", "y"), TABLE, KEY)


@pytest.fixture
def path(tmp_path):
    return tmp_path / "ana.csv"


@pytest.fixture
def view(path):
    return answer(TASKS, "Ana", path)


def mark(option):
    return {
        "codes": "".join("1" if i == option else "0" for i in (1, 2, 3)),
        "done": True,
        "note": "",
    }


# --- the end in Python ------------------------------------------------------------------------


def test_an_answer_is_saved_answered_and_read(view, path):
    view.set_state({"marks": {"0": mark(2), "3": mark(1)}, "serial": 1})
    assert view.saved == {"serial": 1, "ok": True, "file": "ana.csv", "message": ""}
    lines = path.read_text("utf-8-sig").splitlines()
    assert lines[0] == "task,coder,option 1,option 2,option 3,answer"
    assert lines[1:3] == ["task 1,Ana,a 0,b 0,c 0,2", "task 2,Ana,a 1,b 1,c 1,"]
    given = read_answers(path, TASKS)
    assert given["answer"].dropna().tolist() == [2, 1]
    assert repr(view) == f"Quiz('Ana', 2 of 5 answered, {str(path)!r})"


def test_it_goes_on_where_it_stopped(view, path):
    view.set_state({"marks": {"0": mark(2), "1": mark(3)}, "serial": 1})
    again = answer(TASKS, "Ana", path)
    assert again.place == 2
    assert again.marks == {"0": mark(2), "1": mark(3)}
    again.set_state({"marks": {"0": mark(2)}, "serial": 1})  # an answer taken back
    assert read_answers(path, TASKS)["answer"].notna().sum() == 1


def test_the_key_stays_in_python(view):
    sent = json.dumps(view.get_state(), default=str)
    assert "intruder" not in sent
    asked = {"question": "Which word does not belong with the others?"}
    assert view.texts["0"] == {"option 1": "a 0", "option 2": "b 0", "option 3": "c 0", **asked}
    assert view.about["title"] == "Word intrusion"


def test_no_more_than_one_option_is_taken(path):
    desk = quiz.Quiz(TASKS, "Ana", path)
    before = path.read_bytes()
    assert desk.update({1: Mark("110", True)}).message == "Not saved: task 2 is not sound."
    assert not desk.update({1: Mark("1", True)}).ok
    assert not desk.update({9: Mark("100", True)}).ok
    assert path.read_bytes() == before
    assert desk.update({1: Mark("000")}).ok
    assert desk.marks == {}


def test_what_another_program_wrote_is_left_alone(path):
    desk = quiz.Quiz(TASKS, "Ana", path)
    theirs = path.read_bytes() + b"\n"
    path.write_bytes(theirs)
    assert desk.update({0: Mark("010", True)}).file == "ana-apart.csv"
    assert path.read_bytes() == theirs
    assert quiz.Quiz(TASKS, "Ana", path.with_name("ana-apart.csv")).marks == {0: Mark("010", True)}


def test_trouble_is_answered(view, monkeypatch):
    def full(*_):
        raise OSError(28, "full")

    monkeypatch.setattr(desk_module, "write_whole", full)
    view.set_state({"marks": {"0": mark(1)}, "serial": 1})
    assert (view.saved["ok"], view.saved["serial"]) == (False, 1)
    assert "full" in view.saved["message"]


def test_a_file_of_something_else_is_refused(path, tmp_path):
    quiz.Quiz(TASKS, "Ana", path)
    other = Tasks("word intrusion", 0, ("x", "y"), TABLE.assign(**{"option 2": "z"}), KEY)
    with pytest.raises(InputError, match=r"row 2, column 'option 2': 'b 0' is not what 'task 1'"):
        quiz.Quiz(other, "Ana", path)
    with pytest.raises(InputError, match="belongs to another coder, 'Ana'; name another file"):
        quiz.Quiz(TASKS, "Ben", path)
    sheet = tmp_path / "sheet.csv"
    TASKS.write_sheet(sheet)
    with pytest.raises(InputError, match="was not made by a quiz of these tasks: its columns are"):
        quiz.Quiz(TASKS, "Ana", sheet)
    with pytest.raises(InputError, match=r"must end in \.csv"):
        quiz.Quiz(TASKS, "Ana", tmp_path / "a.txt")
    with pytest.raises(InputError, match="coder must be a name"):
        quiz.Quiz(TASKS, " ", path)
    with pytest.raises(InputError, match="Not saved in"):
        quiz.Quiz(TASKS, "Ana", tmp_path / "no" / "a.csv")


# --- the end in the browser -------------------------------------------------------------------

STYLE = Path(desk_module.__file__).with_name("widget.css")
MORE = [
    {"title": "Cranes", "text": "Two makers.\nOne port. <img src=http://x.test/i>"},
    {"paragraph": "4", "words": "tungsten", "url": "https://example.org/a"},
    {"url": "javascript:alert(1)"},
]


def show(page, marks=None, place=0, size=4, answers=True):
    """Put a quiz on an empty page."""
    texts = TABLE.drop(columns="task").assign(question=TASKS.question).head(size).to_dict("records")
    for one, more in zip(texts, MORE, strict=False):
        one.update(more)
    state = {
        "about": {
            "title": "Word intrusion",
            "coder": "Ana",
            "size": size,
            "frames": [{"label": f"option {i}", "definition": "", "key": ""} for i in (1, 2, 3)],
        },
        "texts": {str(i): text for i, text in enumerate(texts)},
        "marks": marks or {},
        "place": place,
    }
    put(page, quiz.View._esm, STYLE, state, answers)


def chosen(page):
    """What was last sent: the option by place."""
    sent = page.run("model.sent.at(-1).marks")
    return {int(place): one["codes"].index("1") + 1 for place, one in sent.items()}


@needs_browser
def test_digits_choose_and_enter_goes_on(page):
    show(page)
    page.press("2")
    assert chosen(page) == {0: 2}
    page.press("3")  # another in its place
    assert chosen(page) == {0: 3}
    pressed = "document.querySelectorAll('[aria-pressed=true]').length"
    assert page.run(pressed) == 1
    assert text(page, ".fd-unseen") == "c 0: chosen."
    page.press("Enter", "1", "ArrowLeft")
    assert chosen(page) == {0: 3, 1: 1}
    assert text(page, ".fd-progress") == "Task 1 of 4. 2 answered."
    page.press("Enter")
    assert page.run("model.get('place')") == 2
    page.press("1", "PageDown", "2", "Enter")
    assert text(page, ".fd-progress") == "Task 4 of 4. All 4 are answered."
    assert text(page, ".fd-unseen") == "All tasks are answered."
    serials = [one["serial"] for one in page.run("model.sent")]
    assert max(serials) == 5  # one an answer, none for moving about
    page.press("0")
    assert chosen(page) == {0: 3, 1: 1, 2: 1}
    page.press("9", "x", "7")  # no such options
    assert chosen(page) == {0: 3, 1: 1, 2: 1}


@needs_browser
def test_it_opens_where_it_is_told_with_what_was_said(page):
    show(page, marks={"0": mark(2), "1": mark(3)}, place=1)
    on = "[...document.querySelectorAll('[aria-pressed=true]')].map((one) => one.innerText)"
    assert [one.split("\n")[1] for one in page.run(on)] == ["c 1"]
    assert text(page, ".fd-progress") == "Task 2 of 4. 2 answered."


@needs_browser
def test_texts_are_text_links_lead_to_the_web_and_nothing_is_fetched(page):
    show(page)
    assert text(page, ".fd-text") == MORE[0]["text"]
    assert page.run("document.querySelectorAll('.fd-passage img').length") == 0
    page.press("ArrowRight")
    said = [line for line in text(page, ".fd-passage").split("\n") if line]
    assert said == [
        TASKS.question,
        "Paragraph: 4",
        "Words: tungsten",
        "Open the source https://example.org/a",
    ]
    link = "(({href, target, rel}) => [href, target, rel])(document.querySelector('.fd-passage a'))"
    assert page.run(link) == ["https://example.org/a", "_blank", "noopener noreferrer"]
    page.press("ArrowRight")
    assert page.run("document.querySelectorAll('.fd-passage a').length") == 0
    sent = [event for event in page.events if event["method"] == "Network.requestWillBeSent"]
    urls = [event["params"]["request"]["url"] for event in sent]
    assert [url for url in urls if not url.startswith("data:")] == []


@needs_browser
def test_a_screen_reader_is_told_and_everything_is_reached_by_tab(page):
    show(page, marks={"0": mark(1)})
    found = {}
    for node in page.call("Accessibility.getFullAXTree")["nodes"]:
        about = {one["name"]: one["value"].get("value") for one in node.get("properties", [])}
        found[node.get("role", {}).get("value"), node.get("name", {}).get("value", "")] = about
    assert found["button", "a 0"]["pressed"] == "true"
    assert found["button", "b 0"]["pressed"] == "false"
    assert found["button", "b 0"]["keyshortcuts"] == "2"
    assert ("group", "Options") in found
    assert ("region", "Task 1 of 4") in found
    reached = []
    for _ in range(6):
        page.press("Tab")
        ring = "getComputedStyle(document.activeElement).outlineStyle"
        reached.append((page.run("document.activeElement.innerText"), page.run(ring)))
    assert [name.split("\n")[-2] for name, _ in reached[:3]] == ["a 0", "b 0", "c 0"]
    assert {ring for _, ring in reached} == {"solid"}
    show(page)
    page.press("Tab", "Tab", " ")
    assert chosen(page) == {0: 2}
    page.press("3")  # the keys work there too
    assert chosen(page) == {0: 3}


@needs_browser
def test_the_notebook_keeps_its_keys_and_a_click_keeps_ours(page):
    show(page)
    page.press("x", "1", "ArrowDown")
    page.press("Enter", modifiers=8)  # Shift+Enter runs a cell
    assert page.run("keys") == []
    page.press("s", modifiers=2)
    assert page.run("keys") == ["s"]
    page.click("document.querySelectorAll('.fd-frame button')[2]")
    assert chosen(page) == {0: 3}
    page.press("Enter")
    assert page.run("model.get('place')") == 1
    page.press("é", code="Digit2")  # where digits need Shift
    assert chosen(page) == {0: 3, 1: 2}
    page.press("Escape")
    assert page.run("document.activeElement.tagName") == "DIV"
    assert page.run("document.querySelector('.fd-help').checkVisibility()") is False
    page.run("document.querySelector('.fd-passage').focus()")
    page.press("?")
    assert page.run("document.querySelector('.fd-help').checkVisibility()") is True


@needs_browser
def test_nothing_is_answered_before_it_is_seen(page):
    show(page)
    page.run("model.state.about.size = 9; model.set('place', 8); 0")
    assert page.run("document.querySelector('.fd-passage').ariaBusy") == "true"
    page.press("1")
    assert page.run("model.sent.length") == 0
    page.run("model.set('texts', {8: {'option 1': 'p', 'option 2': 'q', 'option 3': 'r'}}); 0")
    assert page.run("document.querySelector('.fd-passage').ariaBusy") == "false"
    page.press("1")
    assert chosen(page) == {8: 1}


@needs_browser
def test_what_is_not_saved_is_seen(page):
    page.run(
        "window.wait ??= setTimeout; window.setTimeout = (run, time) => wait(run, time / 20); 0"
    )
    show(page, answers=False)
    alert, saved = "document.querySelector('.fd-alert')", "document.querySelector('.fd-saved')"
    page.press("1")
    assert page.run(f"{saved}.innerText") == "Saving…"
    page.wait(f"{alert}.checkVisibility()")  # no answer for a while
    page.run("window.setTimeout = wait; 0")
    assert "the kernel does not answer" in page.run(f"{alert}.innerText")
    page.run(
        "model.set('saved', {serial: 1, ok: false, file: 'ana.csv', message: 'Disk full.'}); 0"
    )
    assert page.run(f"{alert}.innerText") == "Disk full."
    page.click("document.querySelector('.fd-retry')")
    assert page.run("model.sent.at(-1).serial") == 2
    page.run("model.set('saved', {serial: 2, ok: true, file: 'ana.csv', message: ''}); 0")
    assert page.run(f"{saved}.innerText") == "Saved in ana.csv"
    assert page.run(f"{alert}.checkVisibility()") is False


@needs_browser
def test_a_quiz_taken_away_hears_nothing_more(page):
    show(page)
    page.run("clean(); 0")
    assert page.run("Object.values(model.heard).flat().length") == 0
