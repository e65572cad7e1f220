"""The pages around the lessons: guide, glossary, reading list. What they say of a lesson is so."""

import re
import unicodedata
from pathlib import Path

import jupytext
import pytest

import framing as fr

FOLDER = Path(__file__).parents[1] / "notebooks"
LESSONS = {int(path.name[:2]): path for path in sorted(FOLDER.glob("[0-9][0-9]-*.py"))}
PAGES = ["README.md", "instructor-guide.md", "glossary.md", "reading.md"]
PARTS = ["Goals.", "Prepare.", "Common mistakes.", "Discuss."]

# Of what is in bold, up to three words are a term of the glossary, but for these.
STRESS = {
    " ".join(text.split())
    for text in """
    United States; European Union; Japan; not one word; who speaks; difference; method; p <
    0.05; q < 0.05; largest; chance; found; left; learn; all; company; starts; and; other
    documents?; another start?; who; when; draw; regress; pool; narrower; speakers; other
    events; within events; a permutation test; a split; p_family < 0.05; A; B; C; D; E;
    corrected; publishers; shared lists; topics; within topic; A folder; One CSV; JSON lines;
    `id`; `date`; `text`; now; growers; anglers; town; definition; terms; report all; for or
    against; in whose voice; English, and openings
    """.split(";")
}


def page(name):
    return (FOLDER / name).read_text("utf-8")


def cells(number):
    return jupytext.reads(LESSONS[number].read_text("utf-8"), fmt="py:percent").cells


def prose(number):
    return "\n\n".join(cell.source for cell in cells(number) if cell.cell_type == "markdown")


def plain(text):
    """Lower case, without stress, on one line."""
    return " ".join(text.replace("*", "").replace("`", "").lower().split())


def entries():
    """The glossary as term → (other forms, text, number of the lesson, names in the library)."""
    found = {}
    form = r"\* \*\*(.+?)\*\*(?: \(also \*(.+?)\*\))?: (.+) \[(\d)\]\((.+?)\)(?:, (`.+`))?"
    for line in page("glossary.md").splitlines():
        if line.startswith("* "):
            term, also, text, number, link, names = re.fullmatch(form, line).groups()
            assert term not in found, term
            assert link == LESSONS[int(number)].with_suffix(".ipynb").name, line
            found[term] = (
                also.split(", ") if also else [],
                text,
                int(number),
                re.findall(r"`(.+?)`", names or ""),
            )
    return found


def sections():
    """The guide's section on each lesson, by its number."""
    parts = re.split(r"^## \[(\d) · .+?\]\(.+?\)$", page("instructor-guide.md"), flags=re.MULTILINE)
    return dict(zip(map(int, parts[1::2]), parts[2::2], strict=True))


def rows(section, heading):
    """Rows of the table with this heading."""
    table = re.search(rf"^\| {heading} \|.*\n\|[-: |]+\n((?:\|.*\n?)+)", section, re.MULTILINE)
    assert table, heading
    lines = table[1].splitlines()
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


def anchors(text):
    """What a page's headings are called in links."""
    heads = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", head.lower()).replace(" ", "-") for head in heads}


@pytest.mark.parametrize("name", PAGES)
def test_links_lead_somewhere(name):
    for target, anchor in re.findall(r"\]\(([^)#:]*)(?:#([^)]*))?\)", page(name)):
        path = FOLDER / target if target else FOLDER / name
        assert path.exists(), f"{name} links to {target}"
        if anchor:
            assert anchor in anchors(path.read_text("utf-8")), f"{name} links to {target}#{anchor}"


@pytest.mark.parametrize("name", PAGES[1:])
def test_the_course_lists_its_pages(name):
    assert f"]({name})" in page("README.md")


@pytest.mark.parametrize("number", LESSONS)
def test_the_guide_has_a_section_on_every_lesson(number):
    title = cells(number)[0].source.splitlines()[0].removeprefix("# ")
    link = f"## [{title}]({LESSONS[number].stem}.ipynb)"
    assert link in page("instructor-guide.md").splitlines()
    found = re.findall(r"^\*\*(.+?)\*\*", sections()[number], re.MULTILINE)
    assert [part for part in found if part in PARTS] == PARTS


@pytest.mark.parametrize("number", LESSONS)
def test_its_timing_is_that_of_the_lesson(number):
    told = rows(sections()[number], "minutes")
    before, _ = prose(number).split("\n## Exercises\n")
    heads = re.findall(r"^## (.+)$", before, re.MULTILINE)
    assert {part for _, part in told} == set(heads)
    minutes = sum(int(minutes) for minutes, _ in told if minutes.isdigit())
    assert f"**Time:** about {minutes} minutes" in prose(number)
    assert 30 <= minutes <= 60


@pytest.mark.parametrize("number", LESSONS)
def test_every_exercise_has_its_points(number):
    exercises = re.findall(r"^\*\*(\d · .+?)\.\*\*", prose(number), re.MULTILINE)
    scheme = rows(sections()[number], "exercise")
    assert [name for name, *_ in scheme] == exercises
    assert [int(points) for _, points, _ in scheme] == [2, 3, 5]
    for _, points, what in scheme:
        assert sum(map(int, re.findall(r"\((\d)\)", what))) == int(points), what


def test_the_glossary_is_in_order():
    def key(term):
        flat = unicodedata.normalize("NFKD", term.replace("_", " "))
        return flat.casefold()

    terms = list(entries())
    assert terms == sorted(terms, key=key)
    letter = ""
    for line in page("glossary.md").splitlines():
        letter = line[3:] if line.startswith("## ") else letter
        if line.startswith("* "):
            assert key(line[4:])[0].upper() == letter, line


@pytest.mark.parametrize("term", entries())
def test_a_term_is_explained_in_a_sentence_or_two_and_stands_in_its_lesson(term):
    _, text, number, names = entries()[term]
    assert text[0].isupper()
    assert 1 <= len(re.findall(r"[.?!](?=\s|\)|$)", text)) <= 3
    assert plain(term) in plain(prose(number))
    for name in names:
        if name.startswith("fr."):
            place = fr
            for part in name.split(".")[1:]:
                place = getattr(place, part)


@pytest.mark.parametrize("number", LESSONS)
def test_what_a_lesson_sets_in_bold_is_in_the_glossary(number):
    known = set()
    for term, (also, *_) in entries().items():
        known |= {form.casefold() for form in (term, f"{term}s", *also)}
    text = " ".join(prose(number).split())
    bold = {match.strip(",;") for match in re.findall(r"\*\*(.+?)\*\*", text)}
    terms = {term for term in bold - STRESS if len(term.split()) <= 3 and term[-1] not in ".:"}
    assert sorted(term for term in terms if term.casefold() not in known) == []


def test_readings_stand_under_their_lessons_each_with_a_purpose():
    heads = re.findall(r"^## \[(\d) · ", page("reading.md"), re.MULTILINE)
    assert list(map(int, heads)) == sorted(map(int, heads))
    assert set(LESSONS) <= set(map(int, heads))
    for part in re.split(r"^## ", page("reading.md"), flags=re.MULTILINE)[1:]:
        items = [" ".join(item.split()) for item in re.split(r"^\* ", part, flags=re.M)[1:]]
        assert sum(item.startswith("**First.**") for item in items) == 1
        for item in items:
            assert re.match(r"(\*\*First\.\*\* )?\D+ \(\d{4}\)\. ", item), item
            *_, purpose = re.split(r">\. |Wiley\. |\d–\d+\. ", item)
            assert len(purpose.split()) > 3, item


def test_no_doi_is_given_twice():
    links = re.findall(r"<(https://doi\.org/.+?)>", page("reading.md"))
    assert len(set(links)) == len(links) > 20
