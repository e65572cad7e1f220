"""What the front page promises."""

import re
from pathlib import Path

import pytest

import framing as fr

ROOT = Path(__file__).resolve().parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_its_ten_lines_run():
    (code,) = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
    names: dict[str, object] = {}
    exec(code, names)
    assert set(names["shares"]["group"]) == {"US", "EU", "JP"}
    assert {"p_value", "q_value"} <= set(names["gaps"])
    assert (names["moves"]["statistic"] == "null_mean").sum() == 3
    assert len([line for line in code.splitlines() if line.strip()]) <= 10


@pytest.mark.parametrize(
    "page",
    [
        "README.md",
        "CONTRIBUTING.md",
        *sorted(str(path.relative_to(ROOT)) for path in (ROOT / "docs").glob("*.md")),
        "corpus/README.md",
        "figures/README.md",
        "notebooks/README.md",
    ],
)
def test_links_lead_somewhere(page):
    path = ROOT / page
    for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", path.read_text(encoding="utf-8")):
        assert (path.parent / target).exists(), f"{page} links to {target}"


def test_the_bundled_corpora_are_those_it_names():
    assert {"articles", "openings", "statements", "leaders", "un-debates"} == {
        path.parent.name for path in (ROOT / "corpus").glob("*/README.md")
    }
    assert str(fr.load("openings")).startswith("Corpus('openings', 363 documents")
