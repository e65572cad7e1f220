"""The page that ``make bench`` writes, from what benchmarks/bench.py measured."""

from __future__ import annotations

import math
import statistics
from collections.abc import Iterator
from contextlib import suppress
from datetime import date
from textwrap import fill

import numpy as np
from bench_words import GROWTH, HOW, LIMITS, QUANTEDA

Found = dict[str, list[float]]
"""What was measured of a contender, round by round."""


def lines(text: str) -> str:
    return fill(text.strip(), 100, break_on_hyphens=False, break_long_words=False)


def day(of: str) -> str:
    """Write 2026-01-31 in words."""
    known = date.fromisoformat(of)
    return f"{known.day} {known:%B %Y}"


# --- side by side -----------------------------------------------------------------------------


def gathered(rounds: list[dict]) -> Found:
    """Put the rounds of a contender side by side; memory is what the work took, and the whole."""
    good = [one for one in rounds if "error" not in one]
    found = {name: [one[name] for one in good] for name in ("wall", "cpu", "memory")}
    return found | {"added": [one["memory"] - one["before"] for one in good]}


def medians(task: dict) -> list[dict[str, float]]:
    """Medians of each contender of a task; nothing of one that failed."""
    return [
        {name: statistics.median(values) for name, values in gathered(row["rounds"]).items()}
        if any("error" not in one for one in row["rounds"])
        else {}
        for row in task["rows"]
    ]


def number(value: float) -> str:
    """Write seconds, or a ratio, with the digits that tell something.

    >>> [number(x) for x in (0.00048, 0.4, 4.834, 48.34, 1234.5)]
    ['0.00048', '0.40', '4.83', '48.3', '1,234']
    """
    if value < 0.1:
        return f"{value:.2g}"
    return f"{value:.2f}" if value < 10 else f"{value:.1f}" if value < 100 else f"{value:,.0f}"


def rows_of(task: dict) -> Iterator[str]:
    """Write a task: its title, then a row a contender."""
    yield f"| **{task['title']}** | | | | | | | | |"
    mid = medians(task)
    if not (ours := mid[0]):
        raise ValueError(f"{task['name']}: {task['rows'][0]['rounds'][0]['error']}")
    for row, found in zip(task["rows"], mid, strict=True):
        if not found:
            yield f"| {row['name']} | not run: {row['rounds'][0]['error']} | | | | | | | |"
            continue
        every, name = gathered(row["rounds"]), row["name"]
        if "size" in row["rounds"][0]:
            name += f": {row['rounds'][0]['size'] / found['wall']:.1f} MB a second"
        spread = f"{number(min(every['wall']))}–{number(max(every['wall']))}"
        wall, cpu, added = (found[name] / ours[name] for name in ("wall", "cpu", "added"))
        yield (
            f"| {name} | {number(found['wall'])} | {spread} | {number(wall)} "
            f"| {number(found['cpu'])} | {number(cpu)} | {found['added']:,.0f} | {number(added)} "
            f"| {found['memory']:,.0f} |"
        )


def side_by_side(measured: dict) -> Iterator[str]:
    """Write the table."""
    yield (
        "| what | wall s | least–most | × ours | CPU s | × ours | memory taken, MB | × ours "
        "| whole process, MB |"
    )
    yield "|---|---:|---:|---:|---:|---:|---:|---:|---:|"
    reckoned = QUANTEDA["wall"] / QUANTEDA["scikit-learn"]
    for task in measured["tasks"]:
        yield from rows_of(task)
        if task["name"] == "pipeline":
            theirs = task_of(measured, "counting", 1)["wall"] * reckoned
            times = theirs / task_of(measured, "pipeline", 0)["wall"]
            cells = number(theirs), "", number(times), *[""] * 5
            yield f"| quanteda, *reckoned, not run* | {' | '.join(cells)} |"


def task_of(measured: dict, name: str, row: int) -> dict[str, float]:
    """Medians of one row of a task."""
    return medians(next(task for task in measured["tasks"] if task["name"] == name))[row]


# --- targets ----------------------------------------------------------------------------------


def targets(measured: dict) -> Iterator[str]:
    """Set what was measured against what was wanted."""
    plain, theirs = (task_of(measured, "counting", row) for row in (0, 1))
    ours, text = task_of(measured, "pipeline", 0), measured["text"]["size"]
    grows = fixed_and_grown(measured)
    reckoned = QUANTEDA["wall"] / QUANTEDA["scikit-learn"]

    def row(what: str, wanted: float, found: float, most: bool = False) -> str:
        held = found <= wanted if most else found >= wanted
        bound = "at most" if most else "at least"
        return f"| {what} | {bound} {wanted:g} | {found:.1f} | {'yes' if held else '**no**'} |"

    yield "| what | wanted | measured | held |"
    yield "|---|---:|---:|---|"
    times = theirs["wall"] / plain["wall"]
    yield row("counting words, times as fast as CountVectorizer, wall time", 8, times)
    yield row("the same, CPU time", 8, theirs["cpu"] / plain["cpu"])
    times = theirs["wall"] * reckoned / ours["wall"]
    yield row("the default pipeline, times as fast as quanteda, reckoned", 12, times)
    for name, found in (("counting words", plain), ("the default pipeline", ours)):
        taken, whole = found["added"] / text, found["memory"] / text
        yield row(f"memory that {name} takes, times the text", 3, taken, most=True)
        yield row("with the text itself", 3, taken + 1, most=True)
        yield row("the whole process, for each further megabyte", 3, grows[name][1], most=True)
        yield row(f"the whole process at {text:.0f} MB, times the text", 3, whole, most=True)


def fixed_and_grown(measured: dict) -> dict[str, tuple[float, float]]:
    """Fit straight lines through the memory of whole processes: MB that are always there, and a MB.

    The text itself is among what grows with it.
    """
    first = {task["name"]: task["rows"] for task in measured["tasks"]}
    found = {}
    for name, whole, less in (
        ("counting words", "counting", slice(0, 2)),
        ("the default pipeline", "pipeline", slice(2, 4)),
    ):
        rows = [first[whole][0], *first["memory"][less]]
        text = [row["rounds"][0]["text"] for row in rows]
        most = [statistics.median(gathered(row["rounds"])["memory"]) for row in rows]
        slope, fixed = np.polyfit(text, most, 1)
        found[name] = (float(fixed), float(slope))
    return found


# --- growth -----------------------------------------------------------------------------------


def slope(sizes: list[float], costs: list[float]) -> tuple[float, float]:
    """Fit a straight line through logarithms: its slope, and the standard error of that.

    >>> slope([1, 2, 4, 8], [3, 6, 12, 24])[0].round(6)
    np.float64(1.0)
    """
    x, y = np.log(sizes), np.log(costs)
    x, y = x - x.mean(), y - y.mean()
    b = (x @ y) / (x @ x)
    return b, np.sqrt(((y - b * x) ** 2).sum() / (len(x) - 2) / (x @ x))


def growth(measured: dict) -> Iterator[str]:
    """Write costs at every size, and exponents."""
    yield (
        "| cost of | grows with | at | CPU s | exponent | wall s | exponent | memory taken, MB "
        "| exponent |"
    )
    yield "|---|---|---|---|---:|---|---:|---|---:|"
    for series in measured["growth"]:
        sizes = series["sizes"]
        cells = [series["title"], series["grown"], joined(f"{n:,}" for n in sizes)]
        for name in ("cpu", "wall", "added"):
            costs = [
                statistics.median(one[i][name] for one in series["rounds"])
                for i in range(len(sizes))
            ]
            if math.isnan(sum(costs)):
                cells += ["", ""]
                continue
            write = number if name != "added" else "{:,.0f}".format
            b, error = slope(sizes, costs)
            cells += [joined(map(write, costs)), f"{b:.2f} ± {error:.2f}"]
        yield f"| {' | '.join(cells)} |"


def joined(texts) -> str:
    return " · ".join(texts)


# --- the page ---------------------------------------------------------------------------------


def page(measured: dict) -> str:
    """Write it all, or as much as was measured."""
    parts = [
        f"# Side by side, {day(measured['day'])}",
        lines(HOW.format(rounds=measured["rounds"])),
        *([lines(measured["said"])] if "said" in measured else []),
        "\n".join(side_by_side(measured)),
        "## What was wanted",
        "\n".join(targets(measured)),
    ]
    if measured["growth"]:
        rounds = len(measured["growth"][0]["rounds"])
        parts += ["## How costs grow", lines(GROWTH.format(rounds=rounds))]
        parts.append("\n".join(growth(measured)))
    parts += ["## What the numbers do not say", "\n".join(limits(measured))]
    parts += ["## Machine and versions", *map(lines, surroundings(measured))]
    return "\n\n".join(parts) + "\n"


def surroundings(measured: dict) -> Iterator[str]:
    """Tell where this was measured, how busy the machine was, and with which versions."""
    machine, tasks = measured["machine"], measured["tasks"]
    before, after = measured["load"]
    busy = [f"{task['name']} {task['others']:.1f}" for task in tasks]
    if "others" in measured:
        busy.append(f"growth {measured['others']:.1f}")
    yield (
        f"{machine['processor']}, {machine['cores']} cores, {machine['memory']:.0f} GB of memory, "
        f"{machine['system']}; load {before:.1f} before and {after:.1f} after, "
        f"{measured['minutes']:.0f} minutes in all. Cores that other programs kept busy meanwhile, "
        f"on average over a task: {', '.join(busy)}."
    )
    versions = (f"{name} {number}" for name, number in measured["versions"].items())
    yield f"{', '.join(versions)}; numpy's OpenBLAS runs its {machine['blas']} kernels."


def limits(measured: dict) -> Iterator[str]:
    """List what to keep in mind; what speaks of a task that was not measured is left out."""
    known = facts(measured)
    for text in LIMITS.strip().split("\n\n"):
        with suppress(KeyError):
            said = f"* {text.format(**known)}"
            yield fill(said, 100, subsequent_indent="  ", break_on_hyphens=False)


def facts(measured: dict) -> dict[str, str]:
    """Numbers that the limits name."""
    first = {task["name"]: [row["rounds"][0] for row in task["rows"]] for task in measured["tasks"]}
    later = [
        one["compiled"]
        for task in measured["tasks"]
        for row in task["rows"]
        for one in row["rounds"][1:]
        if one.get("compiled")
    ]
    ours, _, gensim = first["counting"]
    (plain, _), (default, _) = fixed_and_grown(measured).values()
    known = {
        "fixed": f"{plain:.0f} and {default:.0f}",
        "warm": f"{statistics.median(later):.1f}" if later else "–",
        "ours": f"{ours['tokens']:,} tokens of {ours['terms']:,} words",
        "gensim": f"{gensim['tokens']:,} of {gensim['terms']:,}" if "terms" in gensim else "–",
        "cold": f"{ours['compiled']:.0f} s for counting",
    }
    if "topics" in first:
        known["cold"] += f", {first['topics'][0]['compiled']:.0f} s for topic models"
        known["fits"] = "; ".join(fitted(measured))
        ran = "structural-topic-model" in known["fits"]
        known["stm"] = "structural-topic-model "
        known["stm"] += "ran once, on another Python." if ran else "was not run."
    if "tested shift" in first:
        shift = first["tested shift"][0]
        known["shift"] = f"{shift['bits']:.4f} bits, p {shift['p']:.2g}"
    return known


def fitted(measured: dict) -> Iterator[str]:
    """Tell where the fits of the topic model ended."""
    task = next(task for task in measured["tasks"] if task["name"] == "topics")
    for row in task["rows"]:
        one = row["rounds"][-1]
        if "bound" in one:
            yield f"{row['name']} {one['iterations']} iterations, bound {one['bound']:,.0f}"
