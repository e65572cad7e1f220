"""The explorer: plain functions with numbers worked by hand, their wiring, the page by keys."""

import asyncio
import base64
import json
import sys
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from _desks import STAND_IN, needs_browser, text

import framing as fr
from framing.errors import InputError, InputWarning
from framing.explorer import (
    alternative,
    caption,
    compare,
    evidence,
    explore,
    figure,
    names,
    origin,
    pane,
    reading,
    sentences,
    table,
)
from framing.explorer import explorer as explorer_module
from framing.explorer.choices import HAND, offer, settled
from framing.explorer.explorer import Explorer
from framing.frames import Codebook, Frame
from framing.patterns import Pattern

EVIL = '<img src="http://x.test/i" onerror="alert(1)"> & <script>alert(2)</script>'
CRANES, PORTS = "Cranes lift the crane parts.", "A port waits."


def frame(name, *terms):
    return Frame(name, name.capitalize(), f"What {name} means.", tuple(map(Pattern.parse, terms)))


BOOK = Codebook(
    "harbours", "Harbours", "1", "", (frame("lifting", "crane*"), frame("ports", "port"))
)


def documents():
    """Sixteen documents: of the US, six of eight speak of cranes; of the EU, two of eight."""
    rows = []
    for side, cranes in (("US", 6), ("EU", 2)):
        for i in range(8):
            text = (CRANES if i < cranes else "Ships pass by.") + "\n" + PORTS
            rows.append(
                {
                    "id": f"{side}{i}",
                    "date": f"{2021 + i % 2}-0{i + 1}",
                    "region": side,
                    "outlet": f"paper {i // 2}",
                    "title": EVIL if i == 0 else f"Title {side}{i}",
                    "url": "javascript:alert(3)" if i == 1 else f"https://example.org/{side}{i}",
                    "text": text,
                }
            )
    return pd.DataFrame(rows)


def read(**settings):
    with pytest.warns(InputWarning, match="repeat another's text"):
        return fr.Corpus.from_frame(documents(), clean=False, name="harbours", **settings)


@pytest.fixture(scope="module")
def corpus():
    return read()


@pytest.fixture(scope="module")
def seen(corpus):
    return compare(corpus, by="region", codebook=BOOK, replicates=200)


# --- plain functions ----------------------------------------------------------------------------


def test_shares_are_those_worked_by_hand(seen):
    shares = table(seen).set_index(["frame", "group"])["estimate"]
    # a document of two paragraphs, one of them on cranes, counts one half
    assert shares["lifting", "US"] == 6 / 8 / 2
    assert shares["lifting", "EU"] == 2 / 8 / 2
    assert shares["ports", "US"] == shares["ports", "EU"] == 1 / 2
    same = fr.emphasis(fr.code(seen.corpus, BOOK), "region", replicates=200)
    pd.testing.assert_frame_equal(table(seen), same)


def test_the_table_is_written_for_reading(seen):
    read = reading(seen)
    assert list(read) == ["frame", "US", "EU", "clear differences"]
    assert names(seen) == ["lifting", "ports"]
    assert read["US"][0].startswith("38% (")
    assert read["EU"][0].startswith("13% (")
    assert read["clear differences"][1] == "none"


def test_the_figure_is_drawn_from_the_table_and_said_in_words(seen, nothing_global):
    drawn = figure(seen)
    labels = [label.get_text() for label in drawn.axes[0].get_yticklabels()]
    assert labels == ["lifting", "ports"]
    assert alternative(seen) == (
        "Dots with intervals: share of paragraphs that use each frame, by side. "
        "lifting: US 38%, EU 13%; ports: US 50%, EU 50%."
    )
    assert "8 documents (16 paragraphs)" in caption(seen)
    assert sentences(seen)[0].startswith("US: ports and lifting. Ports 50% (8 of 16 paragraphs, ")


def test_colours_and_markers_of_sides_are_those_of_every_figure(seen):
    from framing.plot.style import SIDES

    marks = {(line.get_marker(), line.get_markeredgecolor()) for line in figure(seen).axes[0].lines}
    assert {(SIDES[side].marker, SIDES[side].colour) for side in ("US", "EU")} <= marks


def test_places_in_the_figure_are_where_the_labels_stand(seen):
    drawn = figure(seen)
    found = pane.places(drawn, ["lifting", "ports"])
    assert [one["name"] for one in found] == ["lifting", "ports"]
    (first, second) = found
    assert first["top"] + first["height"] == pytest.approx(second["top"], abs=0.02)
    for one in found:
        assert one["left"] >= 0
        assert one["left"] + one["width"] <= 100


def test_evidence_is_the_segments_with_what_was_found_in_them(seen):
    rows = evidence(seen, "lifting", n=None)
    assert len(rows) == 8
    assert set(rows["segment"]) == {f"US{i}/000" for i in range(6)} | {"EU0/000", "EU1/000"}
    assert set(rows["terms"]) == {"crane* ×2"}
    assert set(rows["n"]) == {2}
    assert set(rows["text"]) == {CRANES}
    assert list(rows["date"]) == sorted(rows["date"])
    assert set(rows) <= set(fr.COLUMNS)
    only = evidence(seen, "lifting", side="EU", n=1)
    assert only["document"].tolist() == ["EU0"]
    assert only["title"].tolist() == [EVIL]


def test_counts_behind_a_frame_and_a_term(seen, corpus):
    counted = origin(seen, "lifting").set_index("group")
    assert counted.loc["US", ["n", "df", "n_segments", "n_documents"]].tolist() == [6, 6, 16, 8]
    assert pane.counts(seen, "lifting")[1] == "EU: 2 of 16 paragraphs, in 2 of 8 documents"
    terms = compare(corpus, "term", by="region", replicates=200)
    assert origin(terms, "crane parts").set_index("group")["n"].to_dict() == {"US": 6, "EU": 2}
    assert pane.counts(terms, "crane parts")[0] == "US: 6 uses in 6 of 8 documents"
    assert set(evidence(terms, "crane parts", n=None)["n"]) == {1}
    row = reading(terms).set_index(["term", "side"]).loc[("crane parts", "US")]
    assert row[["uses", "documents"]].tolist() == ["6", "6"]


def test_years_keep_documents_of_these_years(corpus):
    seen = compare(corpus, by="region", codebook=BOOK, years=(2022, 2022), replicates=200)
    assert set(table(seen)["n_documents"]) == {4}
    assert evidence(seen, "lifting", n=None)["document"].str[2].astype(int).mod(2).eq(1).all()
    over = compare(corpus, by="region", codebook=BOOK, show="years", replicates=200)
    shares = table(over).query("statistic == 'share' and frame == 'lifting' and group == 'US'")
    assert shares.set_index("period")["estimate"].to_dict() == {
        "2021": 3 / 4 / 2,
        "2022": 3 / 4 / 2,
    }
    row = reading(over).iloc[0]
    assert row[["frame", "side", "2021", "2022"]].tolist() == ["lifting", "US", "38%", "38%"]
    assert row[["change in points", "verdict"]].tolist() == ["0", "too few"]


def test_terms_that_mark_each_year(corpus):
    seen = compare(corpus, "term", by="region", show="years", replicates=200)
    assert list(reading(seen)) == ["term", "year", "tf-idf", "uses"]
    assert alternative(seen).startswith("Dots with intervals: tf-idf of terms")
    assert "2021" in alternative(seen)
    assert figure(seen).axes


def test_outlets_can_vary_in_place_of_documents(corpus):
    seen = compare(corpus, by="region", codebook=BOOK, unit="outlet", replicates=200)
    assert set(table(seen)["unit"]) == {"outlet"}
    assert "from how outlets vary, not words" in caption(seen)


def test_few_documents_describe_themselves_only():
    some = pd.DataFrame(
        {"id": ["a", "b"], "region": ["US", "EU"], "text": ["Cranes.\nPort.", "Port."]}
    )
    seen = compare(fr.Corpus.from_frame(some, date=None, clean=False), by="region", codebook=BOOK)
    assert seen.unit == "segment"
    assert "these documents only" in caption(seen)


def test_hand_codes_have_links_and_counts_but_no_text():
    seen = compare(fr.load("openings"), replicates=200)
    rows = evidence(seen, "dependence", side="EU", n=None)
    assert len(rows) == origin(seen, "dependence").set_index("group").loc["EU", "n"] == 39
    assert "text" not in rows
    assert rows["url"].str.startswith("http").all()
    assert "hand codes, not texts" in pane.without_texts(seen)
    assert pane.definition(seen, "dependence").startswith("Economic coercion")


def test_topics_are_named_by_their_terms_and_lead_to_segments(corpus):
    counts = fr.count(corpus)
    model = fr.topics.NMF(3).fit(counts)
    seen = compare(corpus, "topic", by="region", model=model, replicates=200)
    crane = next(name for name in names(seen) if name.split(": ")[1].startswith("crane"))
    assert crane.startswith("topic ")
    shares = table(seen).set_index(["topic", "group"])["estimate"]
    assert shares[crane, "US"] > shares[crane, "EU"]
    first = evidence(seen, crane, n=1)
    assert first["text"].tolist() == [CRANES]
    assert first["statistic"].tolist() == ["share"]
    assert "share of each topic" in alternative(seen)
    assert "as they were found" in caption(seen)


@pytest.mark.parametrize(
    ("choice", "words"),
    [
        ({"level": "frames"}, "level must be one of"),
        ({"years": (2022, 2021)}, "put the earlier one first"),
        ({"years": (1999, 2001)}, "dated to 1999 to 2001; there are some from 2021 to 2022"),
        ({"sides": []}, "no side is chosen"),
        ({"sides": ["Mars"]}, "no document is of Mars"),
        ({"level": "term", "sides": ["US"]}, "US is the only side"),
        ({"level": "topic"}, "no topic model is given"),
        ({"show": "years", "years": (2021, 2021)}, "in one year"),
        ({"level": "term", "show": "years", "years": (2021, 2021)}, "in one year"),
    ],
)
def test_bad_choices_are_told_in_a_sentence(corpus, choice, words):
    with pytest.raises(InputError, match=words):
        compare(corpus, **({"by": "region", "codebook": BOOK, "replicates": 200} | choice))


def test_a_side_without_documents_is_left_out_and_told():
    some = documents()
    some.loc[some["region"] == "EU", "date"] = "2023"
    with pytest.warns(InputWarning, match="repeat another's"):
        late = fr.Corpus.from_frame(some, clean=False)
    with pytest.warns(InputWarning, match="EU: no documents from 2021 to 2022, so left out"):
        seen = compare(
            late, by="region", sides=["US", "EU"], years=(2021, 2022), codebook=BOOK, replicates=200
        )
    assert seen.sides == ("US",)
    assert list(reading(seen)) == ["frame", "US"]
    assert alternative(seen).endswith("lifting: US 38%; ports: US 50%.")
    some["date"] = None
    with pytest.warns(InputWarning):
        undated = fr.Corpus.from_frame(some, clean=False)
    with pytest.raises(InputError, match="has a date; leave the years out"):
        compare(undated, by="region", codebook=BOOK, years=(2021, 2022))


def test_names_and_sides_that_are_not_there(seen):
    with pytest.raises(InputError, match="no frame 'cranes'; there are lifting and ports"):
        evidence(seen, "cranes")
    with pytest.raises(InputError, match="side must be one of 'US', 'EU'"):
        evidence(seen, "lifting", side="JP")


# --- what strangers wrote -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("url", "leads"),
    [
        ("https://example.org/a?b=c", True),
        ("HTTP://EXAMPLE.ORG", True),
        ("javascript:alert(1)", False),
        (" javascript:alert(1)", False),
        ("data:text/html,x", False),
        ("//example.org", False),
        ("https://", False),
        ("https://[", False),
        ("https://a b", False),
        ("ftp://example.org", False),
        ("", False),
        (None, False),
        (float("nan"), False),
        (3, False),
    ],
)
def test_only_addresses_of_the_web_become_links(url, leads):
    assert pane.link(url) == (url if leads else "")


def test_terms_are_marked_in_texts_as_they_were_matched():
    assert pane.marked("US ports, not us: Port-side.", ["US"])[0] == ["US", True]
    pieces = pane.marked("Export  controls on the crane's cranes", ["export control*", "crane*"])
    assert [piece for piece, on in pieces if on] == ["Export  controls", "crane's", "cranes"]
    assert "".join(piece for piece, _ in pieces) == "Export  controls on the crane's cranes"
    assert pane.marked(EVIL, ["*"]) == [[EVIL, False]]


def test_what_is_seen_without_a_kernel_is_escaped(view):
    from framing.explorer.widget import still

    hurt = {"title": EVIL, "caption": EVIL, "figure": {"src": "data:,", "alt": EVIL, "width": 9}}
    page = still(hurt)
    assert "<script" not in page
    assert page.count("<img") == 1
    assert "&lt;script&gt;" in page
    data, _ = view._repr_mimebundle_()
    assert "Dots with intervals: share of paragraphs" in data["text/html"]
    assert data["text/plain"] == "Explorer('harbours', frames)"


# --- what can be chosen -------------------------------------------------------------------------


def test_what_a_corpus_offers(corpus):
    found = offer(corpus, ["mine"], topics=True)
    assert found.codebooks[:2] == ("mine", "critical-technology")
    assert found.levels == ("frame", "term", "topic")
    assert found.by == ("region", "actor", "outlet")
    assert found.units == ("document", "outlet", "segment")
    assert found.years == (2021, 2022)
    openings = offer(fr.load("openings"), ["mine"])
    assert openings.codebooks == (HAND,)
    assert openings.levels == ("frame",)
    climate = offer(fr.load("climate"))
    assert climate.by[0] == "bias"


def test_a_choice_is_settled_within_what_is_offered(corpus):
    found = offer(corpus)
    settle = lambda **wanted: settled(wanted, found, ("US", "EU"), "region", "c")  # noqa: E731
    assert settle().sides == ("US", "EU")
    assert settle(sides=[]).sides == ()  # a bad choice, but somebody's
    assert settle(sides=["left"]).sides == ("US", "EU")  # sides of another column
    assert settle(years=[2021, 2022]).years is None
    assert settle(years=["2022", "2022"]).years == (2022, 2022)
    assert settle(unit="moon", side="JP", level="topic").unit == "document"
    assert settle(side="EU").side == "EU"
    assert settle(sides=["US"], side="EU").side == ""


# --- what computes ------------------------------------------------------------------------------


@pytest.fixture
def looked(corpus):
    return Explorer(
        {"harbours": corpus, "openings": None},
        own="harbours",
        codebooks={"harbours": BOOK},
        replicates=200,
    )


def test_every_choice_is_computed_once(looked, monkeypatch):
    calls = []
    monkeypatch.setattr(
        explorer_module, "compare", lambda *a, **k: calls.append(1) or compare(*a, **k)
    )
    first, second = looked.pane(), looked.pane(years=(2022, 2022))
    assert len(calls) == 2
    assert list(looked.steps({})) == []  # nothing is left to do
    assert looked.pane().seen is first.seen
    assert looked.pane(years=(2022, 2022)).seen is second.seen
    assert looked.pane(name="lifting").seen is first.seen
    assert len(calls) == 2
    assert Explorer({"harbours": looked.corpora["harbours"]})._kept == {}  # nothing is shared


def test_a_bad_choice_leaves_a_sentence_and_the_controls(looked):
    made = looked.pane(sides=[])
    assert made.message == "No side is chosen; choose one or more."
    assert made.seen is None
    assert [one["value"] for one in made.options["sides"]] == ["US", "EU"]
    made = looked.pane(level="term", sides=["US"])
    assert made.message.startswith("US is the only side")


def test_notices_are_kept_with_what_they_are_about(corpus):
    alone = corpus.documents.assign(side=["a", *["b"] * 14, None])
    some = fr.Corpus(corpus.name, alone, corpus.segments)
    looked = Explorer({"h": some}, codebooks={"b": BOOK}, replicates=200)
    first = looked.pane(by="side")
    assert "have no side" in first.notices[0]
    assert looked.pane(by="side").notices == first.notices
    assert looked.pane(by="region").notices == []


def test_a_corpus_without_sides_is_told():
    some = fr.Corpus.from_frame(pd.DataFrame({"id": ["a"], "text": ["Port."]}), date=None)
    hand = fr.Corpus("plain", some.documents, some.segments.drop(columns="text"))
    assert "no sides to compare" in Explorer({"plain": hand}).pane().message


def test_the_code_shown_gives_what_is_shown(looked, corpus, monkeypatch):
    made = looked.pane(sides=["US"], name="lifting", years=(2022, 2022), unit="outlet", side="US")
    said = {"corpus": corpus, "codebook": BOOK}
    code = made.code.replace("unit='outlet'", "unit='outlet', replicates=200")
    lines = code.splitlines()
    exec("\n".join(lines[:-1]), said)
    assert reading(said["seen"]).to_numpy().tolist() == made.seen["table"]["rows"]
    assert len(eval(lines[-1], said)) == len(made.origin["items"])


def test_sources_are_plain_text_with_links_to_the_web_alone(looked):
    made = looked.pane(name="lifting", n=20)
    items = {item["facts"].split(" · ")[-2]: item for item in made.origin["items"]}
    assert items["US0/000"]["title"] == EVIL
    assert items["US0/000"]["link"] == "https://example.org/US0"
    assert (items["US1/000"]["link"], items["US1/000"]["address"]) == ("", "javascript:alert(3)")
    assert items["US2/000"]["facts"] == (
        "US · 2021-03 · paper 1 · example.org · US2/000 · found by crane* ×2"
    )
    assert items["US2/000"]["text"][:2] == [["Cranes", True], [" lift the ", False]]
    assert made.origin["shown"] == "8 paragraphs."
    assert made.origin["terms"] == ["crane* ×16"]
    json.dumps(made.seen | made.origin)  # plain values only


# --- what is wired ------------------------------------------------------------------------------


@pytest.fixture(autouse=True)
def no_kernel(request, monkeypatch):
    """What drives the browser runs a loop in this thread; it must not pass for a kernel's."""
    if "page" in request.fixturenames:
        widget = pytest.importorskip("framing.explorer.widget")
        monkeypatch.setattr(widget, "asyncio", SimpleNamespace(get_running_loop=no_loop))


def no_loop():
    raise RuntimeError


@pytest.fixture
def view(corpus):
    pytest.importorskip("anywidget", reason="needs the extra `lab`")
    return explore(corpus, codebook=BOOK, replicates=200)


def test_it_opens_on_a_bundled_corpus():
    pytest.importorskip("anywidget", reason="needs the extra `lab`")
    view = explore(replicates=200)
    assert view.answer["choice"]["corpus"] == "openings"
    assert view.seen["table"]["rows"][0][0] == "security"
    assert {"openings", "leaders", "articles"} <= {one["value"] for one in view.options["corpus"]}
    assert fr.explore is explore


def test_a_choice_changes_figure_and_table(view):
    before = view.seen
    view.set_state({"choice": {**view.answer["choice"], "sides": ["EU"]}, "serial": 1})
    assert view.answer["serial"] == 1
    assert view.seen["table"]["columns"] == ["frame", "EU"]
    assert view.seen["figure"]["src"] != before["figure"]["src"]
    assert view.seen["figure"]["alt"].endswith("lifting: EU 13%; ports: EU 50%.")
    view.choose(sides=["US", "EU"], name="ports")
    assert view.seen == before
    assert view.origin["counts"][0] == "US: 8 of 16 paragraphs, in 8 of 8 documents"
    view.choose(sides=[])
    assert view.answer["message"] == "No side is chosen; choose one or more."
    assert view.seen is None
    view.choose(corpus="moon", level="sun", sides=None)  # what is not there takes its default
    assert view.answer["message"] == ""
    assert view.seen == before


def test_a_name_goes_where_it_does_not_exist(view):
    view.choose(name="lifting")
    assert view.origin["name"] == "lifting"
    view.choose(level="term")
    assert view.origin is None
    assert view.answer["choice"]["name"] == ""


def test_a_fault_is_told_and_the_next_choice_works(view, monkeypatch):
    def steps(_):
        yield "dividing"
        yield 1 / 0

    monkeypatch.setattr(view.explorer, "steps", steps)
    view.choose(level="term")
    assert "ZeroDivisionError" in view.answer["message"]
    monkeypatch.undo()
    view.choose(level="term")
    assert view.answer["message"] == ""


def test_a_newer_choice_supersedes_an_older_one(view):
    done, worked = [], []
    view.observe(lambda change: done.append(change["new"]["serial"]), "answer")
    view.observe(lambda change: worked.append(change["new"]), "working")

    async def kernel():
        view.choose(level="term")
        await asyncio.sleep(0.001)
        assert view.working == {"serial": 1, "step": "counting terms"}
        view.choose(years=(2022, 2022), level="frame")
        await view._task

    asyncio.run(kernel())
    assert done == [2]
    assert view.answer["choice"]["years"] == [2022, 2022]
    assert [one["step"] for one in worked if one["serial"] == 2] == [
        "comparing the sides",
        "drawing",
    ]
    assert [one["step"] for one in worked if one["serial"] == 1] == ["counting terms"]


def test_without_the_extra_it_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "anywidget", None)
    monkeypatch.delitem(sys.modules, "framing.explorer.widget", raising=False)
    monkeypatch.delitem(sys.modules, "framing.coding.widget", raising=False)
    with pytest.raises(InputError, match=r"pip install framing\[lab\]"):
        explore()


def test_a_model_brings_its_corpus(corpus):
    pytest.importorskip("anywidget", reason="needs the extra `lab`")
    model = fr.topics.NMF(2).fit(fr.count(corpus))
    view = explore(model=model, level="topic", replicates=200)
    assert view.answer["choice"]["corpus"] == "harbours"
    assert view.seen["kind"] == "topic"
    view.choose(name=view.seen["table"]["rows"][0][0])
    assert view.origin["items"]
    bare = fr.topics.NMF(2).fit(np.eye(6) + 1)
    with pytest.raises(InputError, match="does not know its corpus"):
        explore(model=bare)


# --- the page, by keyboard alone ----------------------------------------------------------------

FED = """
class Fed extends Model {
  /** Take what Python sends, all at once. */
  take(state) {
    const changed = Object.keys(state).filter(
      (name) => JSON.stringify(state[name]) !== JSON.stringify(this.state[name]),
    );
    for (const name of changed) this.state[name] = state[name];
    for (const name of changed) for (const one of this.heard[`change:${name}`] ?? []) one();
  }
}
"""
SYNCED = ("choice", "serial", "options", "seen", "origin", "answer", "working")


def show(page, view):
    """Put an explorer on an empty page."""
    page.run("window.clean?.(); document.body.replaceChildren(); 0")
    page.events.clear()
    state = {name: getattr(view, name) for name in SYNCED}
    encoded = base64.b64encode(str(view._esm).encode()).decode()
    page.run(f"""(async () => {{
      {STAND_IN}{FED}
      const widget = (await import("data:text/javascript;base64,{encoded}")).default;
      const style = document.createElement("style");
      style.textContent = {json.dumps(str(view._css))};
      window.model = new Fed({json.dumps(state)});
      const cell = document.createElement("div");
      cell.tabIndex = 0;
      window.keys = [];
      document.onkeydown = (event) => keys.push(event.key);
      document.body.append(style, cell);
      window.clean = widget.render({{ model, el: cell }});
    }})()""")


def answer(page, view):
    """Wait until the page asks, let Python answer, and give the page the answer."""
    page.wait(f"model.get('serial') > {view.serial} && model.sent.length > 0")
    sent = page.run("model.sent.at(-1)")
    view.set_state({"choice": sent["choice"], "serial": sent["serial"]})
    state = {name: getattr(view, name) for name in SYNCED if name not in ("choice", "serial")}
    page.run(f"model.take({json.dumps(state)})")


def focused(page):
    said = "`${tagName} ${name || value || innerText || ''}`"
    return page.run(f"(({{tagName, name, value, innerText}}) => {said})(document.activeElement)")


def tab_to(page, wanted, most=30):
    for _ in range(most):
        if focused(page).startswith(wanted):
            return
        page.press("Tab")
    raise AssertionError(f"Tab never came to {wanted}; it is at {focused(page)}")


@needs_browser
def test_a_reader_without_a_mouse_goes_all_the_way(page, view):
    show(page, view)
    tab_to(page, "INPUT US")
    page.press(" ")
    assert page.run("document.querySelector('.framing-explorer').ariaBusy") == "true"
    assert text(page, ".fx-status") == "At work…"
    answer(page, view)
    assert page.run("document.querySelector('.framing-explorer').ariaBusy") == "false"
    said = text(page, "[role=status]")
    assert said.startswith("New figure. What each side puts forward. Dots with intervals")
    alt = page.run("document.querySelector('.framing-explorer img').alt")
    assert alt.endswith("lifting: EU 13%; ports: EU 50%.")
    assert alt in said
    assert focused(page) == "INPUT US"  # where it was
    page.press(" ")
    answer(page, view)

    tab_to(page, "BUTTON")
    assert focused(page) == "BUTTON lifting"
    page.press("ArrowDown")
    assert focused(page) == "BUTTON ports"
    page.press("ArrowDown", "ArrowUp", "Enter")
    answer(page, view)
    assert focused(page) == "P lifting"  # the heading of the sources
    assert "lifting: 8 paragraphs." in text(page, "[role=status]")
    assert text(page, ".fx-origin li") == "US: 6 of 16 paragraphs, in 6 of 8 documents"
    pressed = "[...document.querySelectorAll('[aria-pressed=true]')].map((one) => one.innerText)"
    assert page.run(pressed) == ["▸ lifting"] or page.run(pressed) == ["lifting"]
    tab_to(page, "SELECT")
    page.press("E")  # of the sides, the one that begins so
    answer(page, view)
    assert focused(page).startswith("SELECT")
    assert page.run("document.querySelectorAll('.fx-items > li').length") == 2
    page.press("Escape")
    assert focused(page) == "BUTTON lifting"  # back in the table
    page.press("Escape")
    assert focused(page).startswith("DIV")  # the cell
    assert page.run("keys.filter((key) => key !== 'Tab')") == []  # the notebook heard nothing


@needs_browser
def test_arrows_choose_in_lists_and_only_the_last_is_asked_for(page, view):
    page.run("window.wait ??= setTimeout; window.setTimeout = (run, t) => wait(run, t * 10); 0")
    show(page, view)
    tab_to(page, "SELECT level")
    page.press("ArrowDown", "ArrowUp", "ArrowDown")
    page.run("window.setTimeout = wait; 0")
    answer(page, view)
    assert len(page.run("model.sent")) == 1
    assert view.answer["choice"]["level"] == "term"
    assert text(page, ".fx-table thead th") == "term"
    assert page.run("document.querySelector('[name=codebook]').closest('div').hidden") is True
    assert focused(page) == "SELECT level"


@needs_browser
def test_a_late_answer_to_an_older_choice_is_not_shown(page, view):
    show(page, view)
    tab_to(page, "INPUT US")
    page.press(" ")
    page.wait("model.get('serial') === 1")
    page.press(" ")
    page.wait("model.get('serial') === 2")
    old = {**view.answer, "serial": 1, "message": "Old."}
    page.run(f"model.take({{answer: {json.dumps(old)}}})")
    assert text(page, ".fd-alert") == ""
    assert page.run("document.querySelector('.framing-explorer').ariaBusy") == "true"
    page.run("model.take({working: {serial: 1, step: 'drawing'}})")
    assert text(page, ".fx-status") == "At work…"
    page.run("model.take({working: {serial: 2, step: 'drawing'}})")
    assert text(page, ".fx-status") == "At work: drawing…"
    answer_now = {**view.answer, "serial": 2}
    page.run(f"model.take({{answer: {json.dumps(answer_now)}}})")
    assert page.run("document.querySelector('.framing-explorer').ariaBusy") == "false"


@needs_browser
def test_a_bad_choice_is_told_in_the_pane(page, view):
    show(page, view)
    for side in ("US", "EU"):
        tab_to(page, f"INPUT {side}")
        page.press(" ")
        answer(page, view)
    assert text(page, "[role=alert]") == "No side is chosen; choose one or more."
    assert page.run("document.querySelector('.fx-body').checkVisibility()") is False
    page.press(" ")
    answer(page, view)
    assert page.run("document.querySelector('[role=alert]').checkVisibility()") is False
    assert page.run("document.querySelector('.fx-body').checkVisibility()") is True


@needs_browser
def test_texts_are_text_and_only_web_addresses_are_links(page, view):
    view.choose(name="lifting", n=20)
    show(page, view)
    inside = "document.querySelector('.fx-origin')"
    assert page.run(f"{inside}.querySelectorAll('img, script').length") == 0
    assert EVIL in page.run(f"{inside}.innerText")
    links = page.run(f"[...{inside}.querySelectorAll('a')].map((one) => [one.href, one.rel])")
    assert len(links) == 6
    assert all(href.startswith("https://example.org/") for href, _ in links)
    assert {rel for _, rel in links} == {"noopener noreferrer"}
    assert page.run(f"{inside}.querySelectorAll('mark').length") == 16
    sent = [event for event in page.events if event["method"] == "Network.requestWillBeSent"]
    urls = [event["params"]["request"]["url"] for event in sent]
    assert [url for url in urls if not url.startswith("data:")] == []


@needs_browser
def test_everything_has_a_name_and_the_focus_is_seen(page, view):
    view.choose(name="lifting")
    show(page, view)
    nodes = page.call("Accessibility.getFullAXTree")["nodes"]
    of = lambda node, key: node.get(key, {}).get("value", "")  # noqa: E731
    found = {(of(node, "role"), of(node, "name")) for node in nodes}
    named = ["Corpus", "Codebook", "Level", "Show", "Sides by", "What varies by chance"]
    assert {("combobox", name) for name in [*named, "from", "to", "Sources of"]} <= found
    assert {("checkbox", "US"), ("group", "Sides"), ("region", "Where it comes from")} <= found
    assert ("image", view.seen["figure"]["alt"]) in found
    controls = ("combobox", "checkbox", "button", "link", "image", "group")
    assert [role for role, name in found if role in controls and not name] == []
    heads = page.run("[...document.querySelectorAll('.fx-table th')].map((one) => one.scope)")
    assert set(heads) == {"col", "row"}
    page.run("document.querySelector('select').focus()")
    for _ in range(14):
        page.press("Tab")
        ring = page.run("getComputedStyle(document.activeElement).outlineStyle")
        assert ring == "solid", focused(page)


@needs_browser
def test_wide_tables_scroll_in_their_box_and_narrow_panes_hold_everything(page, view):
    view.choose(level="term", show="years")
    show(page, view)
    for width in (1100, 700, 340):
        page.call("Emulation.setDeviceMetricsOverride", width=width, height=900,
                  deviceScaleFactor=1, mobile=False)  # fmt: skip
        assert page.run("document.documentElement.scrollWidth") <= width
        box = "document.querySelector('.fx-scroll')"
        assert page.run(f"{box}.getBoundingClientRect().right") <= width
        assert page.run("document.querySelector('.framing-explorer img').width") >= 520
    page.call("Emulation.clearDeviceMetricsOverride")


@needs_browser
def test_a_click_in_the_figure_opens_the_sources(page, view):
    show(page, view)
    page.wait("document.querySelector('.framing-explorer img').complete")
    page.click("document.querySelectorAll('.fx-place')[1]")
    answer(page, view)
    assert view.origin["name"] == "ports"
    assert focused(page) == "P ports"


@needs_browser
def test_a_kernel_that_does_not_answer_is_told(page, view):
    page.run("window.wait ??= setTimeout; window.setTimeout = (run, t) => wait(run, t / 50); 0")
    show(page, view)
    tab_to(page, "INPUT US")
    page.press(" ")
    page.wait("document.querySelector('[role=alert]').checkVisibility()")
    page.run("window.setTimeout = wait; 0")
    assert "kernel does not answer" in text(page, "[role=alert]")
    answer(page, view)
    assert page.run("document.querySelector('[role=alert]').checkVisibility()") is False


@needs_browser
def test_an_explorer_taken_away_hears_nothing_more(page, view):
    show(page, view)
    page.run("clean(); 0")
    assert page.run("Object.values(model.heard).flat().length") == 0
