"""What the front page promises."""

import re
from pathlib import Path

import pytest

import framing as fr

ROOT = Path(__file__).resolve().parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_its_lines_run(tmp_path, monkeypatch):
    """Ten lines, and four more in which a person codes: here, someone who has coded before."""
    ten, by_hand = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
    names: dict[str, object] = {}
    exec(ten, names)
    assert set(names["shares"]["group"]) == {"US", "EU", "JP"}
    assert {"p_value", "q_value"} <= set(names["gaps"])
    assert (names["moves"]["statistic"] == "null_mean").sum() == 3
    assert len([line for line in ten.splitlines() if line.strip()]) <= 10

    def code(sample, codebook, coder, path):
        settled = fr.load("leaders").folder / "coding" / "settled.csv"
        Path(path).write_text(settled.read_text().replace("settled", coder))

    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(fr, "code_by_hand", code)
    exec(by_hand, names)
    assert (names["sure"]["n_labelled"] == 80).all()
    assert names["sure"]["power"].between(0, 1).all()


@pytest.mark.parametrize(
    "page",
    [
        "README.md",
        "CONTRIBUTING.md",
        *sorted(str(path.relative_to(ROOT)) for path in (ROOT / "docs").glob("*.md")),
        *sorted(str(path.relative_to(ROOT)) for path in (ROOT / "docs/bench").glob("*.md")),
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
    names = {"articles", "openings", "statements", "leaders", "un-debates", "climate"}
    assert names == {path.parent.name for path in (ROOT / "corpus").glob("*/README.md")}
    assert str(fr.load("openings")).startswith("Corpus('openings', 363 documents")
