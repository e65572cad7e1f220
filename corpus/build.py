"""Make a bundled corpus again from its sources.

python corpus/build.py NAME [NAME ...] [--shared ../shared] [--out corpus]

The same sources give the same bytes. Exit status: 0 done, 2 wrong arguments, 3 sources not at hand.
"""

from __future__ import annotations

import argparse
import shutil
import sys
from pathlib import Path

from recipes import RECIPES
from recipes.card import fill

HERE = Path(__file__).resolve().parent


def main(arguments: list[str] | None = None) -> int:
    """Build the corpora named on the command line."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("names", nargs="+", choices=[*RECIPES, "all"], metavar="NAME")
    parser.add_argument("--shared", type=Path, default=HERE.parent.parent / "shared")
    parser.add_argument("--out", type=Path, default=HERE, help="folder that holds the corpora")
    given = parser.parse_args(arguments)
    names = list(RECIPES) if "all" in given.names else given.names
    missing = [
        (name, source)
        for name in names
        for source in RECIPES[name].sources
        if not (given.shared / source).is_file()
    ]
    if missing:
        for name, source in missing:
            print(f"{name}: there is no {source} in {given.shared}", file=sys.stderr)
        print(
            "The sources are not part of this repository; the card of each corpus says where they "
            "come from. Pass their folder with --shared.",
            file=sys.stderr,
        )
        return 3
    for name in names:
        target = given.out / name
        target.mkdir(parents=True, exist_ok=True)
        blocks = RECIPES[name].make(given.shared, target)
        card = (HERE / name / "README.md").read_text(encoding="utf-8")
        (target / "README.md").write_text(fill(card, blocks), encoding="utf-8", newline="\n")
        if target != HERE / name:
            copy_by_hand(HERE / name, target)
        print(f"{target}: built")
    return 0


def copy_by_hand(home: Path, target: Path) -> None:
    """Copy what no source holds: the plan of a report, and codes given by hand."""
    if (home / "report.toml").is_file():
        shutil.copyfile(home / "report.toml", target / "report.toml")
    if (home / "coding").is_dir():
        shutil.copytree(home / "coding", target / "coding", dirs_exist_ok=True)


if __name__ == "__main__":
    sys.exit(main())
