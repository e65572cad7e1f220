"""The site as `make docs` has built it: whole, and as a reader meets it."""

import re
from functools import cache
from html.parser import HTMLParser
from importlib import import_module
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from _browser import CHROMIUM

ROOT = Path(__file__).resolve().parents[1]
SITE = ROOT / "build" / "site" / "html"
PAGES = [path.relative_to(SITE).as_posix() for path in sorted(SITE.rglob("*.html"))]
PAGES = [page for page in PAGES if not page.startswith("_")]  # what the theme is made of
LESSONS = [page for page in PAGES if re.match(r"notebooks/\d\d-", page)]
PHONE, DESK = {"width": 390, "height": 844}, {"width": 1280, "height": 900}

pytestmark = pytest.mark.skipif(not PAGES, reason="needs `make docs`")


class Read(HTMLParser):
    """Where a page leads, what it loads, what can be led to; pictures, and words."""

    def __init__(self, page):
        super().__init__()
        self.links, self.loaded, self.ids, self.images, self.words = [], [], set(), [], []
        self.feed((SITE / page).read_text("utf-8"))

    def handle_starttag(self, tag, attrs):
        held = dict(attrs)
        self.ids |= {held[name] for name in ("id", "name") if held.get(name)}
        if tag == "a" and held.get("href"):
            self.links.append(held["href"])
        elif tag == "link" and {"stylesheet", "icon", "preload"} & set(held["rel"].split()):
            self.loaded.append(held["href"])
        elif held.get("src"):
            self.loaded.append(held["src"])
        if tag == "img":
            self.images.append(held)

    def handle_data(self, data):
        self.words.append(data)


@cache
def read(page):
    return Read(page)


# --- as files ---------------------------------------------------------------------------------


@pytest.mark.parametrize("page", PAGES)
def test_links_lead_somewhere_and_nothing_is_loaded_from_elsewhere(page):
    held = read(page)
    for link in held.links + held.loaded:
        to = urlsplit(link)
        if link in held.loaded:
            assert to.scheme in ("", "data"), link
            assert not to.netloc, link
        if to.scheme or to.netloc:
            continue
        target = ((SITE / page).parent / unquote(to.path)).resolve() if to.path else SITE / page
        assert target.is_file(), f"{page} leads to {link}"
        if to.fragment and target.suffix == ".html":
            name = target.relative_to(SITE.resolve()).as_posix() if to.path else page
            assert unquote(to.fragment) in read(name).ids, f"{page} leads to {link}"


def test_styles_load_nothing_from_elsewhere():
    for path in SITE.rglob("*.css"):
        found = re.findall(r"url\(\s*['\"]?([^'\")]+)|@import\s+['\"]([^'\"]+)", path.read_text())
        assert not [url for pair in found for url in pair if re.match(r"(https?:)?//", url)], path


def test_every_page_of_the_checkout_is_there():
    made = {path.with_suffix("").as_posix() for path in map(Path, PAGES)}
    folders = {"docs": "md", "docs/bench": "md", "docs/reference": "md", "notebooks": "md ipynb"}
    for folder, endings in folders.items():
        for ending in endings.split():
            for path in (ROOT / folder).glob(f"*.{ending}"):
                assert path.relative_to(ROOT).with_suffix("").as_posix() in made
    assert {f"corpus/{path.parent.name}/README" for path in ROOT.glob("corpus/*/README.md")} <= made
    assert {"README", "CONTRIBUTING", "CHANGELOG", "index", "search", "figures/README"} <= made


@pytest.mark.parametrize("page", LESSONS)
def test_a_lesson_has_its_outputs_and_every_picture_its_words(page):
    held = read(page)
    text = " ".join(held.words)
    drawn = [image for image in held.images if "_images/" in image["src"]]
    assert drawn
    for image in drawn:
        assert image["alt"].startswith("Figure. "), image
        assert len(image["alt"]) > 20, image
    assert "Traceback (most recent call last)" not in text
    assert "Show a solution" in (SITE / page).read_text("utf-8")


def test_every_committed_figure_is_shown_with_its_words():
    images = {Path(one["src"]).name: one["alt"] for one in read("figures/README.html").images}
    for path in (ROOT / "figures").glob("*/*.svg"):
        words = re.search(r"<desc>(.*?)</desc>", path.read_text("utf-8"), re.DOTALL)[1]
        assert words[:20] in " ".join(images.values())


@pytest.mark.parametrize(
    "module", ["framing", "framing.topics", "framing.simulate", "framing.explorer"]
)
def test_the_reference_has_every_public_name(module):
    public = set(import_module(module).__all__)
    if module == "framing":
        public -= {"simulate", "topics"}  # modules, with pages of their own
    if module == "framing.explorer":
        public -= {"explore"}  # fr.explore
    names = {name for page in PAGES if "/reference/" in page for name in read(page).ids}
    assert {name for name in public if name not in ("FRAMES", "GROUPS")} <= {
        name.removeprefix(f"{module}.") for name in names if name.startswith(f"{module}.")
    }


# --- in a browser -----------------------------------------------------------------------------


needs_browser = pytest.mark.skipif(not CHROMIUM, reason="needs chromium on the path")


@needs_browser
@pytest.mark.parametrize("name", PAGES)
def test_a_page_keeps_to_itself_and_can_be_read_by_everyone(page, name):
    for size in (DESK, PHONE):
        page.forget()
        page.tab.set_viewport_size(size)
        page.tab.goto((SITE / name).as_uri())
        assert page.run("document.documentElement.scrollWidth") <= size["width"]
        assert [url for url in page.requests if not url.startswith(("file:", "data:"))] == []
        assert page.errors == []
        if size == DESK or name in ("README.html", "search.html", "figures/README.html"):
            assert page.audit() == []  # it takes a second for a thousand elements


@needs_browser
def test_a_word_is_found(page):
    page.forget()
    page.tab.goto((SITE / "search.html").as_uri() + "?q=emphasis")
    page.tab.wait_for_selector("#search-results li a")
    found = page.tab.locator("#search-results li a").all_inner_texts()
    assert {"2 · Compare emphasis", "framing.emphasis"} <= set(found)
    assert page.errors == []
