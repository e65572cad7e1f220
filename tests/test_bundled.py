"""The bundled corpora obey the rules, agree with their cards, and come from their sources."""

import gzip
import hashlib
import json
import re
import subprocess
import sys
from functools import cache
from pathlib import Path

import pandas as pd
import pytest

import framing as fr
from framing.patterns import Matcher, Pattern

ROOT = Path(__file__).resolve().parents[1]
CORPORA = ROOT / "corpus"
SHARED = ROOT.parent / "shared"
COUNTED = ("articles", "statements", "leaders", "un-debates")
ALL = (*COUNTED, "openings")
BUNDLED = (*ALL, "climate")
HEADINGS = (
    "What it is",
    "Where it comes from",
    "Licence",
    "How it was selected",
    "How many",
    "Who speaks, who is spoken of",
    "Fields",
    "What it cannot show",
    "Known traps",
    "How to cite",
)
counted = pytest.mark.parametrize("name", COUNTED)
every = pytest.mark.parametrize("name", ALL)
bundled = pytest.mark.parametrize("name", BUNDLED)
with_sources = pytest.mark.skipif(
    not SHARED.is_dir(), reason="the sources are not part of the repository"
)


def content(path: Path) -> bytes:
    data = path.read_bytes()
    return gzip.decompress(data) if path.suffix == ".gz" else data


@cache
def records(name: str) -> list[dict]:
    files = sorted((CORPORA / name).glob("features*.jsonl*"))
    return [json.loads(line) for path in files for line in content(path).splitlines()]


def paragraphs(name: str):
    for record in records(name):
        for paragraph in record["features"]["paragraphs"]:
            yield record["id"], paragraph


@cache
def card(name: str) -> str:
    return (CORPORA / name / "README.md").read_text(encoding="utf-8")


def block(name: str, part: str) -> pd.DataFrame:
    """The first table of a generated part of a card."""
    text = re.search(rf"<!-- {part}: begin -->\n(.*?)\n<!-- {part}: end -->", card(name), re.S)[1]
    rows = [line.strip("| ").split(" | ") for line in text.split("\n\n")[0].splitlines()]
    return pd.DataFrame(rows[2:], columns=rows[0]).set_index(rows[0][0])


@cache
def load(name: str) -> fr.Corpus:
    return fr.load(name)


# --- what may be shared ----------------------------------------------------------------------


@counted
def test_sums_agree(name):
    for record in records(name):
        found = record["features"]["paragraphs"]
        assert record["paragraphCount"] == len(found)
        assert record["wordCount"] == sum(one["tokenCount"] for one in found)
        assert all(one["tokenCount"] == sum(one["unigramCount"].values()) for one in found)


@counted
def test_words_are_sorted_and_paragraphs_reach_the_floor(name):
    floor = json.loads((CORPORA / name / "features.json").read_text(encoding="utf-8"))["floor"]
    assert floor >= 20
    for where, paragraph in paragraphs(name):
        words = list(paragraph["unigramCount"])
        assert words == sorted(words), where
        assert not any(" " in word for word in words), where
        assert paragraph["tokenCount"] >= floor, where


@counted
def test_phrases_are_short_and_of_the_closed_list(name):
    lines = (CORPORA / name / "phrases.txt").read_text(encoding="utf-8").splitlines()
    listed = Matcher(Pattern.parse(line.lstrip("="), line.startswith("=")) for line in lines)
    seen = {phrase for _, paragraph in paragraphs(name) for phrase in paragraph["phraseCount"]}
    assert seen
    for phrase in seen:
        assert 2 <= len(phrase.split(" ")) <= 4
        assert listed.matches(phrase)


@counted
def test_phrases_form_no_chain(name):
    for where, paragraph in paragraphs(name):
        units = [tuple(re.findall(r"\w+", phrase.lower())) for phrase in paragraph["phraseCount"]]
        chains = {unit: unit for unit in units}
        while chains:
            assert max(map(len, chains)) <= 8, (where, max(chains, key=len))
            chains = {
                chain + unit[k:]: unit
                for chain, last in chains.items()
                for unit in units
                for k in range(1, len(unit))
                if last[-k:] == unit[:k]
            }


@counted
def test_each_source_has_its_own_hash(name):
    hashes = [record["sourceSHA256"] for record in records(name)]
    assert all(re.fullmatch(r"[0-9a-f]{64}", one) for one in hashes)
    assert len(set(hashes)) == len(hashes)


@counted
def test_manifest_vouches_for_every_file(name):
    folder = CORPORA / name
    text = (folder / "features.json").read_text(encoding="utf-8")
    data = [*folder.glob("features*.jsonl*"), folder / "phrases.txt"]
    for path in data:
        assert path.name in text
        assert hashlib.sha256(path.read_bytes()).hexdigest() in text


@bundled
def test_metadata_are_no_prose(name):
    documents = load(name).documents.drop(columns="url", errors="ignore")
    for column, values in documents.select_dtypes(["object", "string"]).items():
        longest = values.dropna().astype(str).str.len().max()
        assert longest <= 300, column


def test_files_are_small_and_hold_no_texts():
    files = [path for path in CORPORA.rglob("*") if path.is_file() and "texts" not in path.parts]
    assert max(path.stat().st_size for path in files) < 2_000_000
    assert sum(path.stat().st_size for path in files) < 7_000_000
    assert "/corpus/**/texts/" in (ROOT / ".gitignore").read_text(encoding="utf-8")


# --- the cards -------------------------------------------------------------------------------


@bundled
def test_card_has_every_heading(name):
    found = re.findall(r"^## (.+)$", card(name), re.M)
    assert [heading for heading in found if heading in HEADINGS] == list(HEADINGS)


@bundled
def test_card_or_index_explains_every_field(name):
    explained = card(name) + (CORPORA / "README.md").read_text(encoding="utf-8")
    for column in load(name).documents:
        assert f"`{column}`" in explained, column


@pytest.mark.parametrize(
    ("name", "side"),
    [
        ("openings", "region"),
        ("leaders", "region"),
        ("un-debates", "region"),
        ("statements", "partner"),
        ("climate", "bias"),
    ],
)
def test_counts_in_the_card_are_those_of_the_data(name, side):
    documents = load(name).documents
    table = pd.crosstab(
        documents[side], documents["date"].dt.year.astype(str), margins=True, margins_name="all"
    )
    shown = block(name, "counts").astype(int)
    assert shown.to_dict() == table.loc[shown.index].to_dict()
    assert set(shown.index) == set(table.index)


def test_counts_of_the_articles_are_those_of_the_data():
    words = load("articles").segments.groupby("document")["n_tokens"].agg(["size", "sum"])
    shown = block("articles", "counts")
    assert shown["paragraphs"].astype(int).to_dict() == words["size"].to_dict()
    assert shown["words"].astype(int).to_dict() == words["sum"].to_dict()


@counted
def test_size_in_the_card_is_that_of_the_data(name):
    corpus = load(name)
    size = re.search(r"size: begin -->\n(.*?)\n<!-- size: end", card(name), re.S)[1]
    figures = [int(figure.replace(",", "")) for figure in re.findall(r"\d[\d,]*", size)]
    n_words = int(corpus.segments["n_tokens"].sum())
    assert figures[:3] == [len(corpus.documents), len(corpus.segments), n_words]


def test_index_lists_every_corpus_with_its_size():
    index = (CORPORA / "README.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| \[`([\w-]+)`\]\(\1/README\.md\) \|[^|]*\| (\d+) \|", index, re.M)
    sizes = {name: len(load(name).documents) for name in BUNDLED}
    assert {name: int(n) for name, n in rows} == sizes
    folders = {path.parent.name for path in CORPORA.glob("*/README.md")}
    assert folders == set(BUNDLED)


# --- the data --------------------------------------------------------------------------------


@every
def test_dates_say_how_they_are_known(name):
    documents = load(name).documents
    assert set(documents["date_precision"]) <= {"day", "month", "year"}
    assert documents["date"].dt.year.between(2021, 2024).all()
    assert set(documents["date_basis"]) <= {"printed", "url", "inferred", "session"}
    assert not (
        (documents["date_basis"] == "inferred") & (documents["date_precision"] == "day")
    ).any()


def test_articles_are_five_with_hand_codes_that_fit():
    corpus = load("articles")
    assert corpus.documents["document"].tolist() == [
        "jacobs-2021",
        "nishimura-2023",
        "jacobs-2023",
        "regalo-2024",
        "takayama-2024",
    ]
    assert (corpus.documents["date_basis"] == "inferred").sum() == 4
    codes = pd.read_csv(CORPORA / "articles" / "hand-codes.csv")
    assert len(codes) == 48
    known = set(zip(corpus.segments["document"], corpus.segments["position"], strict=True))
    assert set(zip(codes["id"], codes["position"], strict=True)) <= known
    assert codes.drop(columns=["id", "position"]).isin([0, 1]).all(axis=None)


def test_openings_are_363_in_every_region_and_year():
    documents = load("openings").documents
    assert documents["region"].value_counts().to_dict() == {"US": 200, "EU": 91, "JP": 72}
    assert len(documents.groupby(["region", documents["date"].dt.year])) == 12
    assert documents.groupby(["region", documents["date"].dt.year]).size().min() == 14
    assert documents["url"].is_unique
    assert documents["list"].nunique() == 8
    assert set(documents["date_precision"]) == {"month", "year"}


def test_openings_have_frames_and_actors_but_no_terms():
    corpus = load("openings")
    assert corpus.frames.shape == (363, 10)
    assert list(corpus.mentions) == ["US", "EU", "JP", "CN"]
    assert corpus.frames.isin([0, 1]).all(axis=None)
    with pytest.raises(fr.InputError, match="holds hand codes"):
        corpus.extract()


def test_second_reading_is_of_18_openings_a_region():
    documents = load("openings").documents.set_index("document")
    for kind in ("frames", "actors"):
        first = pd.read_csv(CORPORA / "openings" / f"{kind}.csv", index_col="id")
        again = pd.read_csv(CORPORA / "openings" / f"{kind}-recode.csv", index_col="id")
        assert list(first) == list(again)
        assert again.index.is_unique
        assert set(documents.loc[again.index, "region"].value_counts()) == {18}


def test_reliability_in_the_card_is_that_reported_by_the_coders():
    shown = block("openings", "reliability")["α"].astype(float)
    # as the protocol of the coding gives them
    reported = {
        "security": 0.83,
        "dependence": 0.90,
        "resilience": 0.96,
        "competition": 0.93,
        "investment": 0.96,
        "protection": 0.96,
        "cooperation": 0.95,
        "rules": 0.82,
        "values": 0.91,
        "domestic": 0.78,
    }
    assert shown[list(reported)].to_dict() == reported
    assert shown[["US", "EU", "JP", "CN"]].between(0.96, 1).all()


def test_only_three_openings_in_ten_are_from_lists_shared_by_the_sides():
    shown = block("openings", "shared").astype(int)
    technology = "semiconductors ai minerals-batteries controls-security digital-quantum".split()
    documents = load("openings").documents
    common = documents[documents["list"].isin(technology)]
    assert common["region"].value_counts().to_dict() == {"US": 59, "EU": 24, "JP": 21}
    assert shown["from the five shared lists"].to_dict() == {
        "US": 59,
        "EU": 24,
        "JP": 21,
        "all": 104,
    }
    assert (shown.drop(columns="documents").sum(axis=1) == shown["documents"]).all()


def test_openings_can_be_compared_within_topic_and_on_the_shared_lists():
    frames = fr.code(load("openings"))
    raw = fr.contrast(frames, by="region", replicates=200)
    within = fr.contrast(frames, by="region", within="topic", replicates=200)
    assert len(raw) == len(within) == 30
    keys = ["group", "reference", "frame"]
    both = raw.merge(within, on=keys, suffixes=("", "_within")).set_index(keys)
    row = both.loc[("US", "EU", "dependence")]
    assert row["estimate"] == pytest.approx(-0.23, abs=0.01)  # 40 of 200 against 39 of 91
    assert row["estimate_within"] == pytest.approx(-0.23, abs=0.03)


def test_leaders_meet_the_us_only():
    documents = load("leaders").documents
    together = documents.groupby("event")["region"].agg(frozenset)
    assert not any({"EU", "JP"} <= sides for sides in together)
    assert not documents.duplicated(["event", "speaker"]).any()
    assert documents["region"].value_counts()["JP"] == 27
    assert not documents["speaker"].str.isupper().any()


def test_no_stage_directions_are_counted_as_words():
    for name in ("leaders", "statements"):
        terms = load(name).terms
        totals = dict(zip(terms.names, terms.matrix.sum(axis=0), strict=True))
        assert totals.get("Laughter", 0) == 0
        assert totals.get("Applause", 0) <= 1
        assert not {"img", "href", "nbsp", "colgroup"} & set(totals)


def test_un_debates_have_thirty_speakers_a_year():
    documents = load("un-debates").documents
    assert len(documents) == 120
    assert set(documents.groupby(documents["date"].dt.year)["country"].nunique()) == {30}
    assert set(documents.groupby("country").size()) == {4}


def test_statements_are_grouped_by_partner_and_issued_once():
    documents = load("statements").documents
    assert set(documents["partner"]) == {"EU", "JP", "EU and JP", "none"}
    assert set(documents["kind"]) == {
        "fact sheet",
        "joint statement",
        "readout",
        "statement",
        "other",
    }
    assert documents.loc[documents["url"] != "", "url"].is_unique
    assert not documents["title"].str.contains(r"^(?:Remarks|Background Press|ICYMI)").any()


# --- where they come from --------------------------------------------------------------------


def build(*arguments: object) -> subprocess.CompletedProcess:
    command = [sys.executable, "-B", str(CORPORA / "build.py"), *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=False)


def test_build_says_which_sources_are_missing(tmp_path):
    done = build("openings", "--shared", tmp_path, "--out", tmp_path / "out")
    assert done.returncode == 3
    assert "openings: there is no gold/openings.csv" in done.stderr
    assert not (tmp_path / "out").exists()


def test_build_refuses_an_unknown_name(tmp_path):
    done = build("opening", "--out", tmp_path)
    assert done.returncode == 2
    assert "openings" in done.stderr


@with_sources
@bundled
def test_building_again_gives_the_same_bytes(name, tmp_path):
    done = build(name, "--shared", SHARED, "--out", tmp_path)
    assert done.returncode == 0, done.stderr
    made, kept = (
        {str(path.relative_to(top)): path for path in top.rglob("*") if path.is_file()}
        for top in (tmp_path / name, CORPORA / name)
    )
    kept = {name: path for name, path in kept.items() if not name.startswith("texts")}
    assert set(made) == set(kept)
    again = f"{{}} is not what the sources give: run python corpus/build.py {name}"
    # other builds of zlib compress differently, and the manifest has the hashes of what they made
    packed = all(
        made[file].read_bytes() == kept[file].read_bytes() for file in kept if ".gz" in file
    )
    for file in sorted(kept):
        if packed or file != "features.json":
            assert content(made[file]) == content(kept[file]), again.format(file)


@with_sources
def test_hashes_are_those_of_the_articles():
    for record in records("articles"):
        text = (SHARED / "seeds" / f"{record['id']}.txt").read_bytes()
        assert record["sourceSHA256"] == hashlib.sha256(text).hexdigest()


@with_sources
def test_hashes_are_those_of_the_speeches():
    table = pd.read_csv(
        SHARED / "data" / "un-debates-us-eu-jp-2021-2024.csv.gz", keep_default_na=False
    )
    hashes = {row.id: hashlib.sha256(row.text.encode()).hexdigest() for row in table.itertuples()}
    assert {record["id"]: record["sourceSHA256"] for record in records("un-debates")} == hashes


@with_sources
def test_no_run_of_nine_words_of_a_source_is_here():
    script = SHARED / "tools" / "leak_check.py"
    if not script.is_file():
        pytest.skip("the check is not at hand")
    command = [sys.executable, str(script), "--repo", str(ROOT)]
    done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=False)
    assert done.returncode == 0, done.stdout
