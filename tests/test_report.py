"""The report from end to end, on a small corpus of invented sentences."""

import csv
import hashlib
import json
import re
import timeit
import warnings
from dataclasses import replace
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

import pandas as pd
import pytest
from _browser import CHROMIUM, browser

import framing as fr
from framing import gallery
from framing.analysis import TOPICS, Plan, analyse
from framing.corpus import Corpus
from framing.errors import InputError, InputWarning
from framing.plan import Coding, Topics
from framing.report import report, write_report
from framing.report.folder import check
from framing.report.markdown import render, web_address

SAYINGS = {
    "US": "Our national security depends on export controls that keep chips from the military.",
    "EU": "Common rules and standards guard our strategic autonomy and open trade.",
    "JP": "A stable supply of rare earths needs partners and a resilient supply chain.",
}
OTHERS = (
    "The plant will be built with a large subsidy and a new research centre.",
    "Workers and voters at home ask what the programme costs.",
    "Democracies that share values meet again for a dialogue in the spring.",
)
HOSTILE = '"><img src=x onerror=alert(1)><script>alert(1)</script>'


def texts(per_side=8, sides=SAYINGS):
    """Three sides, two years; each document has a saying of its side and two others."""
    rows = []
    for s, (side, saying) in enumerate(sides.items()):
        for i in range(per_side):
            body = [f"{saying} Note {i}.", OTHERS[(i + s) % 3], OTHERS[i % 3]][: 2 + i % 2]
            rows.append(
                {
                    "id": f"{s}-{i}",
                    "date": f"{2021 + i % 2}-0{1 + i}-01",
                    "text": "\n".join(body),
                    "region": side,
                    "topic": ("chips", "trade")[i // 2 % 2],
                    "title": f"Invented {side} {i}",
                    "url": f"https://example.org/{s}/{i}",
                }
            )
    return pd.DataFrame(rows)


def corpus_of(table, **other):
    return Corpus.from_frame(table, clean=False, name=other.pop("name", "invented"))


PLAN = Plan(
    "region", within="topic", title="Invented report", question="Who says what?", replicates=100
)


class Page(HTMLParser):
    """Every tag with its attributes, in order, and the text."""

    VOID = frozenset({"meta", "img", "link", "br", "hr", "input"})

    def __init__(self, html):
        super().__init__()
        self.tags, self.text, self.open, self.faults = [], [], [], []
        self.feed(html)
        self.close()
        self.faults += self.open

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        if not self.open or self.open.pop() != tag:
            self.faults.append(tag)

    def handle_data(self, data):
        self.text.append(data)

    def all(self, tag):
        return [attrs for name, attrs in self.tags if name == tag]


@pytest.fixture(scope="module")
def analysis():
    return analyse(corpus_of(texts()), PLAN)


@pytest.fixture
def bare(monkeypatch):
    """No figures: they take most of the time of a report."""
    monkeypatch.setattr(gallery, "FIGURES", ())


@pytest.fixture(scope="module")
def folder(analysis, tmp_path_factory):
    return write_report(analysis, tmp_path_factory.mktemp("reports") / "one").parent


@pytest.fixture(scope="module")
def page(folder):
    return Page((folder / "report.html").read_text("utf-8"))


@pytest.fixture(scope="module")
def hostile(tmp_path_factory):
    """A corpus of a stranger who means harm, in every place that reaches the page."""
    names = ("A $\\frac$ B", HOSTILE, "$x_{")
    table = texts(sides=dict(zip(names, SAYINGS.values(), strict=True)))
    table["title"] = [HOSTILE, "=cmd|'/c calc'!A0", "\u202etxt.exe", "$\\frac{"] * 6
    table["url"] = ["javascript:alert(1)", "data:text/html,<script>", HOSTILE, "//evil.test/x"] * 6
    table["text"] += f"\n{HOSTILE} onerror onerror"
    folder = tmp_path_factory.mktemp("hostile")
    card = f"# {HOSTILE}\n\n## Licence\n\n{HOSTILE}\n\n## How it was selected\n\n[a](javascript:x)"
    (folder / "README.md").write_text(f"{card}\n\n<script>alert(1)</script>\n\n| a |\n|---|\n| < |")
    corpus = corpus_of(table, name=HOSTILE)
    object.__setattr__(corpus, "folder", folder)
    plan = Plan("region", title=HOSTILE, question=HOSTILE, replicates=100)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # such names leave a figure little room
        return write_report(corpus, folder / "out", plan=plan, notes=[HOSTILE]).parent


def test_the_folder_holds_a_page_figures_tables_and_a_manifest(folder):
    assert sorted(path.name for path in folder.iterdir()) == [
        "figures", "report.html", "report.json", "tables",
    ]  # fmt: skip
    svg = {path.stem for path in (folder / "figures").glob("*.svg")}
    assert svg == {path.stem for path in (folder / "figures").glob("*.png")}
    assert svg
    named = {path.stem for path in (folder / "tables").iterdir()}
    assert {"timeline", "emphasis", "contrast", "trend", "shift", "keyness", "documents"} <= named


@pytest.mark.parametrize("which", ["folder", "hostile"])
def test_the_page_asks_the_network_for_nothing_and_runs_nothing(which, request):
    page = Page((request.getfixturevalue(which) / "report.html").read_text("utf-8"))
    for tag, attrs in page.tags:
        assert tag not in ("script", "link", "iframe", "object", "embed", "base", "form", "svg")
        assert not [name for name in attrs if name.startswith("on") or name == "style"]
        if "src" in attrs:
            assert (tag, attrs["src"][:26]) == ("img", "data:image/svg+xml;base64,")
        if "href" in attrs:
            assert tag == "a"
            assert re.match(
                r"#|https?://|(tables|figures)/[\w-]+\.\w+$|report\.json$", attrs["href"]
            )
    style = (Path(report.__file__).parent / "style.css").read_text("utf-8")
    assert "url(" not in style
    assert "@import" not in style
    policy = next(m for m in page.all("meta") if m.get("http-equiv"))["content"]
    assert policy.startswith("default-src 'none'; img-src data:; style-src 'sha256-")


def test_hostile_texts_stand_on_the_page_as_texts(hostile):
    html = (hostile / "report.html").read_text("utf-8")
    page = Page(html)
    assert page.faults == []
    assert HOSTILE in "".join(page.text)
    assert len(page.all("img")) == len(list((hostile / "figures").glob("*.svg")))
    assert "\u202e" not in html
    assert not [a for a in page.all("a") if "evil" in a["href"] or "script" in a["href"]]
    for path in (hostile / "figures").glob("*.svg"):
        assert "<script" not in path.read_text("utf-8")


def test_formulas_do_not_run_in_a_spreadsheet(hostile):
    with (hostile / "tables" / "documents.csv").open(encoding="utf-8", newline="") as stream:
        titles = {row["title"] for row in csv.DictReader(stream)}
    assert "'=cmd|'/c calc'!A0" in titles


def test_headings_are_in_order_and_ids_unique(page):
    levels = [int(tag[1]) for tag, _ in page.tags if re.fullmatch(r"h[1-6]", tag)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))
    ids = [attrs["id"] for _, attrs in page.tags if "id" in attrs]
    assert len(ids) == len(set(ids))
    assert page.faults == []


def test_the_page_can_be_read_by_everyone(page):
    assert page.all("html")[0]["lang"] == "en-GB"
    assert page.all("title")
    assert [m for m in page.all("meta") if m.get("name") == "viewport"]
    first = page.all("a")[0]
    assert (first["class"], first["href"]) == ("skip", "#main")
    assert all(image["alt"].strip() for image in page.all("img"))
    assert all(cell.get("scope") for cell in page.all("th"))


def test_every_link_inside_the_report_leads_somewhere(folder, page):
    ids = {attrs["id"] for _, attrs in page.tags if "id" in attrs}
    for link in page.all("a"):
        if link["href"].startswith("#"):
            assert link["href"][1:] in ids
        elif not link["href"].startswith("http"):
            assert (folder / link["href"]).is_file()


def test_the_page_says_what_it_must(page):
    text = " ".join("".join(page.text).split())
    for words in ("Invented report", "Who says what?", "24 documents", "within topic", "Wilson",
                  "shuffling", "seed 0", "version 0.1.0", "Benjamini–Hochberg"):  # fmt: skip
        assert words in text


def test_a_corpus_too_small_for_topics_says_so_and_no_more(page, folder):
    text = " ".join("".join(page.text).split())
    assert "There are none: a topic model needs about 100 documents and 10,000 words" in text
    assert not list((folder / "tables").glob("topic*"))
    assert "A topic is no frame" not in text


def test_topics_have_a_section_of_their_own(tmp_path):
    plan = replace(PLAN, topics=Topics(3, min_documents=1), within=None)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", InputWarning)
        analysis = analyse(corpus_of(texts()), plan, only=TOPICS)
    folder = write_report(analysis, tmp_path / "topics").parent
    page = Page((folder / "report.html").read_text("utf-8"))
    text = " ".join("".join(page.text).split())
    assert page.faults == []
    for words in ("What are the topics?", "Topics are not frames", "Nicholls, T. & Culpepper",
                  "chosen in report.toml", "A topic is no frame"):  # fmt: skip
        assert words in text
    drawn = {path.stem for path in (folder / "figures").glob("*.svg")}
    assert {"topics", "topic_stability"} <= drawn <= set(TOPICS)
    manifest = json.loads((folder / "report.json").read_text("utf-8"))
    assert manifest["settings"]["topics"]["n_topics"] == 3
    assert manifest["topics"][0]["question"] == "What are the topics?"


def test_contrast_of_every_colour_of_text_is_enough():
    style = (Path(report.__file__).parent / "style.css").read_text("utf-8")
    colours = dict(re.findall(r"--(ink|soft|accent): (#\w{6})", style))
    inks = set(re.findall(r"(?<![\w-])color: (#\w{6})", style)) | set(colours.values())
    assert len(inks) >= 4
    assert all(contrast(ink, "#f4f6f9") >= 4.5 for ink in inks)
    assert contrast("#ffffff", colours["accent"]) >= 4.5


def contrast(one, other):
    """The ratio of WCAG 2: (brighter + .05) / (darker + .05)."""
    light = []
    for colour in (one, other):
        parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        parts = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
        light.append(0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2])
    return (max(light) + 0.05) / (min(light) + 0.05)


def test_the_same_input_gives_the_same_bytes(folder, tmp_path):
    again = write_report(corpus_of(texts()), tmp_path / "again", plan=PLAN).parent
    files = sorted(path.relative_to(folder) for path in folder.rglob("*") if path.is_file())
    assert files == sorted(path.relative_to(again) for path in again.rglob("*") if path.is_file())
    for path in files:
        assert (folder / path).read_bytes() == (again / path).read_bytes(), path


def test_the_manifest_lists_every_file_with_its_hash_and_no_place_on_this_machine(folder):
    text = (folder / "report.json").read_text("utf-8")
    manifest = json.loads(text)
    files = {p.relative_to(folder).as_posix(): p for p in folder.rglob("*") if p.is_file()}
    del files["report.json"]
    assert manifest["files"] == {
        name: hashlib.sha256(path.read_bytes()).hexdigest() for name, path in files.items()
    }
    assert manifest["settings"]["seed"] == 0
    assert manifest["versions"]["numpy"]
    assert len(manifest["corpus"]["sha256"]) == 64
    assert manifest["findings"]
    assert str(folder.parent) not in text
    assert str(folder.parent) not in (folder / "report.html").read_text("utf-8")


def test_tables_are_written_whole(folder, analysis):
    table = pd.read_csv(folder / "tables" / "contrast.csv")
    pd.testing.assert_series_equal(
        table["estimate"], analysis.tables["contrast"]["estimate"], rtol=1e-9
    )


@pytest.mark.usefixtures("bare")
def test_an_existing_report_is_replaced_only_when_asked(analysis, tmp_path):
    out = tmp_path / "report"
    out.mkdir()
    write_report(analysis, out)
    before = (out / "report.html").stat().st_ino
    with pytest.raises(InputError, match="holds a report already; pass --overwrite"):
        write_report(analysis, out)
    assert (out / "report.html").stat().st_ino == before
    write_report(analysis, out, overwrite=True)
    assert (out / "report.html").is_file()
    assert [path.name for path in tmp_path.iterdir()] == ["report"]


@pytest.mark.parametrize("manifest", [None, "{}", "[1]", "no json", '{"schema": "other"}'])
@pytest.mark.usefixtures("bare")
def test_a_strangers_folder_is_never_replaced(analysis, tmp_path, manifest):
    out = tmp_path / "thesis"
    out.mkdir()
    (out / "chapter.txt").write_text("mine")
    if manifest is not None:
        (out / "report.json").write_text(manifest)
    with pytest.raises(InputError, match="is not a report of this library, so it is left alone"):
        write_report(analysis, out, overwrite=True)
    assert (out / "chapter.txt").read_text() == "mine"


@pytest.mark.parametrize("name", ["notes.txt", "tables/mine.csv", "extra/notes.txt"])
@pytest.mark.usefixtures("bare")
def test_a_report_with_other_files_in_it_is_left_alone(analysis, tmp_path, name):
    out = write_report(analysis, tmp_path / "report").parent
    (out / name).parent.mkdir(exist_ok=True)
    (out / name).write_text("mine")
    with pytest.raises(InputError, match="which is not part of the report"):
        write_report(analysis, out, overwrite=True)
    assert (out / name).read_text() == "mine"


@pytest.mark.usefixtures("bare")
def test_a_file_in_the_way_is_named(analysis, tmp_path):
    (tmp_path / "report").write_text("mine")
    with pytest.raises(InputError, match="is a file; name a folder"):
        write_report(analysis, tmp_path / "report", overwrite=True)
    with pytest.raises(InputError, match="is a file, so no folder can be made in it"):
        write_report(analysis, tmp_path / "report" / "below")


@pytest.mark.usefixtures("bare")
@pytest.mark.parametrize("fault", [RuntimeError, KeyboardInterrupt])
@pytest.mark.parametrize("where", ["render_page", "digests"])
def test_a_crash_leaves_nothing_and_spares_what_was_there(
    analysis, tmp_path, monkeypatch, fault, where
):
    out = write_report(analysis, tmp_path / "old").parent
    page = (out / "report.html").read_bytes()

    def crash(*_):
        raise fault

    monkeypatch.setattr(report, where, crash)
    with pytest.raises(fault):
        write_report(analysis, out, overwrite=True)
    with pytest.raises(fault):
        write_report(analysis, tmp_path / "new" / "deep")
    assert [path.name for path in tmp_path.iterdir()] == ["old"]
    assert (out / "report.html").read_bytes() == page


def test_unknown_sides_are_refused_before_anything_is_computed(tmp_path):
    corpus = corpus_of(texts(per_side=2))
    for plan in (Plan("party"), Plan("region", within="party")):
        with pytest.raises(InputError, match=r"must be one of .*; got 'party'"):
            write_report(corpus, tmp_path / "report", plan=plan)
    assert not list(tmp_path.iterdir())


@pytest.mark.usefixtures("bare")
def test_warnings_of_the_analysis_stand_on_the_page_and_are_given(tmp_path):
    table = texts()
    table.loc[0, "date"] = ""
    with pytest.warns(InputWarning, match="have no date"):
        corpus = corpus_of(table)
    with pytest.warns(InputWarning) as given:
        out = write_report(corpus, tmp_path / "report", plan=Plan("region", replicates=100))
    page = "".join(Page(out.read_text("utf-8")).text)
    assert all(str(one.message) in page for one in given)


@pytest.mark.filterwarnings("ignore::framing.errors.InputWarning")
def test_a_handful_of_documents_makes_a_report_that_claims_nothing(tmp_path):
    table = texts(per_side=2).head(5)
    plan = Plan("region", replicates=100)
    page = Page(write_report(corpus_of(table), tmp_path / "r", plan=plan).read_text("utf-8"))
    text = " ".join("".join(page.text).split())
    assert "There are only 5 documents." in text
    assert not [one for one in page.tags if one[1].get("class", "").startswith("chip clear")]


CARD = "# Invented\n\n## Codes by hand\n\nBoth *readers* know the frames.\n"


@pytest.fixture(scope="module")
def checked(tmp_path_factory):
    """The report of a corpus of which two people coded a sample."""
    folder = tmp_path_factory.mktemp("checked")
    (folder / "README.md").write_text(CARD)
    corpus = corpus_of(texts(per_side=9))
    object.__setattr__(corpus, "folder", folder)
    frames = fr.code(corpus, "critical-technology")
    sample = fr.draw(corpus, 45, strata="region", allocation="equal", seed=1)
    sample.write(folder / "sample.json")
    rows = pd.Index(frames.segments["segment"]).get_indexer(sample.segments["segment"])
    codes = pd.DataFrame(frames.matrix[rows].toarray().astype(int), columns=list(frames.names))
    codes.insert(0, "segment", sample.segments["segment"].to_numpy())
    for name, wrong in (("one", 3), ("two", 5)):
        table = codes.copy()
        table.loc[:wrong, "rules"] = 1 - table.loc[:wrong, "rules"]
        table.to_csv(folder / f"{name}.csv", index=False)
    coding = Coding(folder / "sample.json", (folder / "one.csv", folder / "two.csv"))
    plan = replace(PLAN, within=None, codebook="critical-technology", coding=coding)
    few = [figure for figure in gallery.FIGURES if figure.about == "coder"]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(gallery, "FIGURES", [gallery.entry("timeline"), *few])
        return write_report(corpus, folder / "out", plan=plan).parent


def test_a_report_with_hand_codes_tells_how_far_the_coder_can_be_trusted(checked):
    html = (checked / "report.html").read_text("utf-8")
    page, text = Page(html), " ".join(re.sub(r"<[^>]*>", " ", html).split())
    assert page.faults == []
    for words in ("How far can the machine coder be trusted?", "Do people agree?",
                  "45 paragraphs coded by hand show how far", "2 coders worked alone",
                  "With hand codes: ", "These figures show the machine’s codes as they are.",
                  "Both readers know the frames.", "Krippendorff, K. (2011)",
                  "prediction-powered inference"):  # fmt: skip
        assert words in text, words
    ids = [attrs["id"] for _, attrs in page.tags if "id" in attrs]
    assert len(ids) == len(set(ids))
    order = [one for one in ids if one.startswith(("coder", "figure"))]
    assert order[:5] == ["coder", "figure-agreement", "figure-confusion", "figure-correction",
                         "figures"]  # fmt: skip
    assert order.count("figure-agreement") == 1
    tables = {path.stem for path in (checked / "tables").iterdir()}
    assert {"agreement", "evaluation", "bias", "correction"} <= tables
    test_every_link_inside_the_report_leads_somewhere(checked, page)
    test_headings_are_in_order_and_ids_unique(page)
    test_the_page_can_be_read_by_everyone(page)


def test_the_manifest_of_a_report_with_hand_codes_names_their_files_by_hash(checked):
    text = (checked / "report.json").read_text("utf-8")
    manifest = json.loads(text)
    folder = checked.parent
    assert manifest["settings"]["coding"] == {
        name: hashlib.sha256((folder / name).read_bytes()).hexdigest()
        for name in ("sample.json", "one.csv", "two.csv")
    }
    assert manifest["coder"][1]["question"] == "Do people agree?"
    assert str(folder) not in text


def test_the_evaluation_shown_begins_with_all_sides_together(checked):
    html = (checked / "report.html").read_text("utf-8")
    table = html.split('id="table-evaluation"')[1].split("</table>")[0]
    cells = re.findall(r"<tr><td[^>]*><bdi>([^<]*)</bdi>", table)
    assert cells[:1] == ["–"]
    assert set(cells) == {"–", "US", "EU", "JP"}


def test_a_report_without_hand_codes_says_nothing_of_a_coder(folder, page):
    assert "How far can the machine coder be trusted?" not in "".join(page.text)
    assert "coder" not in {attrs.get("id") for _, attrs in page.tags}
    manifest = json.loads((folder / "report.json").read_text("utf-8"))
    assert manifest["settings"]["coding"] is None
    assert manifest["coder"] == []
    assert not [path for path in (folder / "figures").iterdir() if path.stem == "agreement"]


@pytest.mark.parametrize(
    "address",
    ["javascript:alert(1)", "JAVASCRIPT:x", "data:text/html,x", "//host", "ftp://a.b", "https://",
     "https://a b", "https://a.b/\n", " java\tscript:x", "http://[", None, 3],
)  # fmt: skip
def test_only_addresses_of_the_web_become_links(address):
    assert web_address(address) in ("", "https://a.b/")


def test_markdown_is_rendered_and_nothing_else_gets_through():
    source = (
        "# Title\n\n## A & B\n\nOne *two* **three** `<b>`\nfour <https://a.b>.\n\n- x\n  y\n- z\n\n"
        "1. first\n\n| a | n |\n| --- | ---: |\n| [l](https://a.b) | 1 |\n\n```\n<i>\n```\n"
        "<!-- gone --><script>x</script> ![p](javascript:x) <!-- open"
    )
    assert str(render(source)) == (
        "<h3>A &amp; B</h3>\n"
        "<p>One <em>two</em> <strong>three</strong> <code>&lt;b&gt;</code> four "
        '<a href="https://a.b">https://a.b</a>.</p>\n'
        "<ul><li>x y</li><li>z</li></ul>\n<ol><li>first</li></ol>\n"
        '<div class="scroll" tabindex="0" role="group" aria-label="Table: a, n"><table><thead><tr>'
        '<th scope="col">a</th><th scope="col" class="number">n</th></tr></thead><tbody><tr>'
        '<td><a href="https://a.b">l</a></td><td class="number">1</td></tr></tbody></table></div>\n'
        "<pre><code>&lt;i&gt;</code></pre>\n"
        "<p>&lt;script&gt;x&lt;/script&gt; p</p>"
    )


@pytest.mark.parametrize(
    "unit",
    ["[", "_a ", "*", "`", "<!--", "# ", "|-", "[](", "**a", "-\n", "|\n-", "|a\n-\n",
     "`a ", "`a` ", "*a* ", "|-|\n", "|a|", "|a|\n|-|\n", "- a\n b\n", "## a\n", "<!-- a -->"],
)  # fmt: skip
def test_no_markdown_takes_long(unit):
    assert seconds(unit * (200_000 // len(unit))) < 60 * max(seconds("some\n\n" * 33_000), 0.1)


def test_a_long_line_takes_no_more_than_as_much_plain_text():
    assert seconds("`a` " * 100_000) < 60 * max(seconds("some\n\n" * 66_000), 0.2)


def test_a_wide_table_does_not_take_long():
    n = 20_000
    wide = "|a" * n + "\n" + "|-" * n + "\n" + "|1" * n
    assert seconds(wide) < 60 * max(seconds("some\n\n" * 33_000), 0.1)


def seconds(text):
    """The time that rendering takes, the best of two."""
    return min(timeit.repeat(lambda: render(text), number=1, repeat=2))


def test_a_rule_under_a_line_with_a_bar_is_no_table():
    assert str(render("a | b\n---\nc")) == "<p>a | b --- c</p>"


def test_a_place_that_may_not_be_written_is_refused_at_once(tmp_path, monkeypatch):
    monkeypatch.setattr("os.access", lambda path, mode: False)
    with pytest.raises(InputError, match=r"cannot write in .*; name a folder where you may"):
        check(tmp_path / "out", overwrite=False)


# --- in a browser -----------------------------------------------------------------------------


@pytest.fixture(scope="module")
def window():
    with browser() as page:
        yield page


@pytest.mark.skipif(not CHROMIUM, reason="needs chromium on the path")
@pytest.mark.parametrize("which", ["folder", "checked", "hostile"])
@pytest.mark.parametrize("width", [1280, 390])
def test_the_page_keeps_to_itself_and_can_be_used_by_everyone(which, width, window, request):
    path = request.getfixturevalue(which) / "report.html"
    window.forget()
    window.tab.set_viewport_size({"width": width, "height": 844})
    window.tab.goto(path.as_uri())
    for one in window.tab.locator("summary").all():
        one.click()
    assert window.run("document.documentElement.scrollWidth") <= width
    assert {url for url in window.requests if not url.startswith("data:")} == {path.as_uri()}
    assert window.errors == []
    assert window.audit() == []
