"""Who is spoken of, and how segments are put into groups."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from framing.actors import ActorList, mentions
from framing.corpus import Corpus
from framing.errors import InputError, InputWarning
from framing.features import Features
from framing.groups import groups
from framing.readers import load


def corpus_of(*texts: str, **columns: Any) -> Corpus:
    table = pd.DataFrame({"id": [f"d{i}" for i in range(len(texts))], "text": texts, **columns})
    date = "date" if "date" in table else None
    return Corpus.from_frame(table, date=date, segment="document", clean=False, name="small")


def mentioned(text: str, date: str = "2023-05-10") -> str:
    row = mentions(corpus_of(text, date=[date])).iloc[0]
    return " ".join(str(name) for name in row.index[row == 1])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("They told us about it.", ""),
        ("The US told us; U.S. firms agreed.", "US"),
        ("A Japan–U.S. dialogue", "US JP"),
        ("an EU-China summit", "EU CN"),
        ("It cost US$5 million.", ""),
        ("non-US suppliers and anti-China laws", "US CN"),
        ("Washington hesitates.", "US"),
        ("The White House, the Commerce Department and Congress", "US"),
        ("as the Washington Post reported from Tokyo", "JP"),
        ("a plant in Washington State", ""),
        ("Latin America and North American markets", ""),
        ("Brussels and the Commission", "EU"),
        ("The Commission on the Status of Women met.", ""),
        ("the Federal Trade Commission", "US"),
        ("von der Leyen spoke. Von der Leyen left.", "EU"),
        ("Berlin and Paris object.", ""),
        ("European companies", "EU"),
        ("the Council of Europe", ""),
        ("She studied at Tokyo International University.", ""),
        ("She left Tokyo International University for Tokyo.", "JP"),
        ("First published in JAPAN Forward and in Japan Forward.", ""),
        ("METI and the Diet", "JP"),
        ("on a diet", ""),
        ("ships in the South China Sea", ""),
        ("Beijing and Xi Jinping", "CN"),
        ("Taipei", ""),
    ],
)
def test_actors(text: str, expected: str) -> None:
    assert mentioned(text) == expected


@pytest.mark.parametrize(
    ("text", "date", "expected"),
    [
        ("Suga smiled.", "2021-10-03", "JP"),
        ("Suga smiled.", "2021-10-04", ""),
        ("Kishida smiled.", "2021-10-03", ""),
        ("Kishida smiled.", "2021-10-04", "JP"),
        ("Kishida smiled.", "2024-10-01", ""),
        ("Ishiba smiled.", "2024-10-01", "JP"),
        ("Trump smiled.", "2021-01-19", "US"),
        ("Trump smiled.", "2022-06-01", ""),
        ("Trump smiled.", "2025-02-01", "US"),
        ("former President Trump smiled.", "2022-06-01", "US"),
        ("the Trump administration's tariffs", "2022-06-01", "US"),
        ("the Biden administration", "2019-06-01", ""),
        ("under then-Prime Minister Abe", "2023-05-01", "JP"),
        ("Abe smiled.", "2023-05-01", ""),
        ("Tusk smiled.", "2024-05-01", ""),
        ("Tusk smiled.", "2019-05-01", "EU"),
        # a month or a year holds everyone in office on any of its days
        ("Suga and Kishida smiled.", "2021-10", "JP"),
        ("Suga smiled.", "2021-11", ""),
        ("Trump smiled.", "2021", "US"),
        ("Biden smiled.", "2021", "US"),
        ("Biden smiled.", "2020", ""),
        ("Biden smiled.", "2020-12", ""),
    ],
)
def test_office_holders_count_while_in_office(text: str, date: str, expected: str) -> None:
    assert mentioned(text, date) == expected


def test_without_a_date_every_office_holder_counts() -> None:
    assert mentions(corpus_of("Suga, Trump and Juncker met."))["EU"].tolist() == [1]


def test_mentions_are_a_table_of_segments_and_actors() -> None:
    table = mentions(corpus_of("Japan.", "China."))
    assert list(table.columns) == ["US", "EU", "JP", "CN"]
    assert (table.index.name, table.columns.name) == ("segment", "actor")
    assert table.to_numpy().tolist() == [[0, 0, 1, 0], [0, 0, 0, 1]]


def test_pruning_features_does_not_change_mentions() -> None:
    pruned = corpus_of("The United States and tea.", "Tea.").extract().select(["Tea"])
    assert mentions(pruned)["US"].tolist() == [1, 0]


def test_hand_coded_mentions_win() -> None:
    corpus = corpus_of("Japan.", "China.")
    codes = pd.DataFrame({"CN": [1, 0], "US": [0, np.nan]}, index=corpus.segments["segment"])
    with pytest.warns(InputWarning, match=r"1 of 2 segments lack hand codes of actors"):
        table = mentions(replace(corpus, mentions=codes))
    assert table.to_dict("list") == {"US": [0, 0], "CN": [1, 0]}


ACTORS = 'name = "mine"\n[[actor]]\nname = "A"\nterms = ["aland"]\n'
HOLDER = ACTORS + '[[actor.office_holder]]\nname = "Ms Smith"\nterms = ["Smith"]\n'


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ('name = "mine"', r"mine\.toml has no actors; write \[\[actor\]\] for each"),
        ('compared = ["B"]\n' + ACTORS, r"a name in 'compared' must be one of 'A'; got 'B'"),
        (ACTORS + ACTORS[14:], r"there are two actors named 'A'; rename one"),
        ('name = "mine"\n[[actor]]\nname = "A"', r"actor 1 \(A\) has nothing to be recognised by"),
        (ACTORS + "color = 1", r"actor 1 \(A\): a key must be one of .*; got 'color'"),
        (HOLDER + 'from = "2020-01-01"', r"\(Ms Smith\): 'from' must be a date like 2021-10-04"),
        (HOLDER + "until = 2020-01-01T00:00:00", r"'until' must be a date"),
        (
            HOLDER + "from = 2020-01-02\nuntil = 2020-01-01",
            r"actor 1 \(A\), office_holder 1 \(Ms Smith\): 'until' \(2020-01-01\) is not after",
        ),
        (HOLDER + 'terms2 = ["x"]', r"office_holder 1 \(Ms Smith\): a key must be one of"),
        (
            ACTORS + '[[actor.office_holder]]\nname = "Ms Smith"',
            r"\(Ms Smith\) has nothing to be recognised by; give it 'terms' or 'titled'",
        ),
    ],
)
def test_bad_actor_lists_are_told_where(tmp_path: Path, body: str, said: str) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(body)
    with pytest.raises(InputError, match=said):
        ActorList.load(path)


def test_an_actor_list_of_ones_own(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(HOLDER + '\n[[actor]]\nname = "B"\nterms = ["bland"]\n')
    own = ActorList.load(path)
    assert own.names == own.compared == ("A", "B")
    assert list(map(str, own.patterns)) == ["aland", "Smith", "bland"]
    assert groups(corpus_of("Aland", "Smith in Bland"), "actor", actors=path).to_dict("list") == {
        "A": [1, 1],
        "B": [0, 1],
    }


def test_unknown_actor_list() -> None:
    with pytest.raises(InputError, match=r"actors must be one of 'us-eu-japan'; got 'us'"):
        ActorList.load("us")


# --- groups --------------------------------------------------------------------------------


def rows(**columns: Any) -> Features:
    n = len(next(iter(columns.values())))
    table = pd.DataFrame({"document": [f"d{i}" for i in range(n)], **columns})
    if "date" in table:
        table["date"] = pd.to_datetime(table["date"])
    return Features(np.ones((n, 1)), ["tea"], table, kind="term")


def as_lists(table: pd.DataFrame) -> dict[Any, list[int]]:
    return {name: table[name].tolist() for name in table.columns}


def test_a_metadata_column() -> None:
    table = groups(rows(outlet=["news", "blog", "news"]), "outlet")
    assert as_lists(table) == {"blog": [0, 1, 0], "news": [1, 0, 1]}
    assert (table.columns.name, table.index.name) == ("group", "segment")
    assert list(table.index) == ["d0/000", "d1/000", "d2/000"]
    assert set(table.dtypes) == {np.dtype("int8")}


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        (["JP", "US", "EU"], ["US", "EU", "JP"]),
        (["JP", "CN"], ["JP", "CN"]),
        (["JP", "UK", "US"], ["JP", "UK", "US"]),
        ([10, 9, 2], ["2", "9", "10"]),
        ([True, False], ["False", "True"]),
    ],
)
def test_the_order_of_groups(values: list[object], expected: list[str]) -> None:
    assert list(groups(rows(side=values), "side").columns) == expected


def test_levels_restrict_and_order() -> None:
    table = groups(rows(side=["JP", "US", "EU"]), "side", levels=["JP", "US"])
    assert as_lists(table) == {"JP": [1, 0, 0], "US": [0, 1, 0]}


def test_missing_metadata_is_in_no_group() -> None:
    said = r"1 of 3 documents have no list \(d1\); they are in no group"
    with pytest.warns(InputWarning, match=said):
        table = groups(rows(list=[1, None, 2]), "list")
    assert as_lists(table) == {"1": [1, 0, 0], "2": [0, 0, 1]}


@pytest.mark.parametrize(
    ("by", "expected"),
    [
        ("year", {"2021": [1, 1, 0], "2022": [0, 0, 1]}),
        ("quarter", {"2021Q1": [0, 1, 0], "2021Q3": [1, 0, 0], "2022Q4": [0, 0, 1]}),
        ("month", {"2021-03": [0, 1, 0], "2021-07": [1, 0, 0], "2022-10": [0, 0, 1]}),
    ],
)
def test_time(by: str, expected: dict[str, list[int]]) -> None:
    table = groups(rows(date=["2021-07-31", "2021-03-01", "2022-10-05"]), by)
    assert as_lists(table) == expected
    assert table.columns.name == "period"


def test_dates_too_coarse_are_left_out_and_counted() -> None:
    features = rows(
        date=["2021-01-01", "2021-07-01", None], date_precision=["year", "month", "unknown"]
    )
    with (
        pytest.warns(InputWarning, match=r"1 of 3 documents are dated to the year only, not to a"),
        pytest.warns(InputWarning, match=r"1 of 3 documents have no date \(d2\)"),
    ):
        table = groups(features, "month")
    assert as_lists(table) == {"2021-07": [0, 1, 0]}
    with pytest.warns(InputWarning, match=r"1 of 3 documents have no date"):
        assert as_lists(groups(features, "year")) == {"2021": [1, 1, 0]}


def test_years_of_documents_without_dates() -> None:
    assert as_lists(groups(rows(year=[2022, 2021]), "year")) == {"2021": [0, 1], "2022": [1, 0]}
    with pytest.raises(InputError, match=r"by='month' needs dates, and the documents have none"):
        groups(rows(year=[2022, 2021]), "month")


def test_actors_may_be_several_or_none() -> None:
    corpus = corpus_of("Japan and the US.", "Tea.", "Europe and China.")
    assert as_lists(groups(corpus, "actor")) == {
        "US": [1, 0, 0],
        "EU": [0, 0, 1],
        "JP": [1, 0, 0],
    }
    assert list(groups(corpus, "actor", levels=["CN", "US"]).columns) == ["CN", "US"]


def test_actors_never_mentioned_are_left_out_and_named() -> None:
    with pytest.warns(InputWarning, match=r"1 of 3 groups of 'actor' have no document.*: EU\."):
        assert list(groups(corpus_of("US", "Japan"), "actor").columns) == ["US", "JP"]


def test_a_column_called_actor_wins() -> None:
    corpus = corpus_of("Japan", "In Japan", actor=["x", "y"])
    assert list(groups(corpus, "actor").columns) == ["x", "y"]


def test_groups_in_time() -> None:
    features = rows(side=["JP", "US", "US"], date=["2021-05-01", "2021-06-01", "2022-01-01"])
    said = r"1 of 4 combinations of group and period have no document .*: JP in 2022\."
    with pytest.warns(InputWarning, match=said):
        table = groups(features, ["year", "side"])
    assert table.columns.names == ["group", "period"]
    assert as_lists(table) == {
        ("US", "2021"): [0, 1, 0],
        ("US", "2022"): [0, 0, 1],
        ("JP", "2021"): [1, 0, 0],
    }


def test_crossed_columns_are_joined() -> None:
    features = rows(side=["JP", "US", "US"], kind=["news", "news", "blog"])
    table = groups(features, ["side", "kind"])
    assert as_lists(table) == {
        "US × blog": [0, 0, 1],
        "US × news": [0, 1, 0],
        "JP × news": [1, 0, 0],
    }
    assert list(groups(features, ["side", "kind"], levels=["JP × news"])) == ["JP × news"]


@pytest.mark.parametrize(
    ("by", "settings", "said"),
    [
        ("outlet", {}, r"by must be one of 'document', 'side', 'actor', 'year', .*got 'outlet'"),
        ("text", {}, r"by must be one of"),
        ([], {}, r"by is empty"),
        (["side", "side"], {}, r"by names 'side' twice"),
        (["year", "month"], {}, r"by holds 'year' and 'month'; use one unit of time"),
        ("side", {"levels": ["UK"]}, r"a level of 'side' must be one of 'US', 'JP'; got 'UK'"),
        ("side", {"levels": "US"}, r"levels must be a list of groups of 'side'; got 'US'"),
        ("side", {"levels": []}, r"levels must be a list of groups"),
        ("year", {"levels": ["2021"]}, r"levels does not apply to 'year'"),
        ("actor", {}, r"no segment belongs to any group of 'actor' \(US, EU, JP\)"),
        ("actor", {"levels": ["US"]}, r"no segment belongs to any group of 'actor'"),
    ],
)
def test_what_cannot_be_grouped_is_told(by: Any, settings: dict[str, Any], said: str) -> None:
    with pytest.raises(InputError, match=said):
        groups(rows(side=["US", "JP"], date=["2021-01-01", "2022-01-01"]), by, **settings)


def test_an_empty_level_that_was_asked_for() -> None:
    said = r"no document belongs to 'EU' of 'actor'; drop it from levels"
    with pytest.raises(InputError, match=said):
        groups(corpus_of("US", "Japan"), "actor", levels=["US", "EU"])


def test_hand_coded_mentions_do_not_answer_for_other_actors(tmp_path: Path) -> None:
    (tmp_path / "india.toml").write_text(
        'name = "india"\n[[actor]]\nname = "IN"\nterms = ["India"]\n', encoding="utf-8"
    )
    with pytest.raises(InputError, match="hand-coded mentions of US, EU, JP, CN"):
        mentions(load("openings"), tmp_path / "india.toml")


def test_numbered_forms_and_lookalikes_of_the_union() -> None:
    table = pd.DataFrame(
        {
            "id": ["a", "b", "c"],
            "date": ["1650", "2023", "2023"],
            "text": [
                "The EU-27 agreed.",
                "The European Council on Foreign Relations wrote this.",
                "The European Space Agency launched it.",
            ],
        }
    )
    found = mentions(Corpus.from_frame(table, clean=False))
    assert found["EU"].tolist() == [1, 0, 0]
