"""The same from a shell: ``framing report``, ``framing features``, ``framing describe``.

Whatever is slow to import is imported inside the commands, so that help comes soon.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import sys
import warnings
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from framing.corpus import Corpus

OK, UNEXPECTED, BAD_INPUT, INTERRUPTED = 0, 1, 2, 130
_MISTAKES = (
    FileExistsError,
    FileNotFoundError,
    IsADirectoryError,
    NotADirectoryError,
    PermissionError,
)

_EXIT = """\
exit codes:
  0    all went well
  1    something unexpected, with a traceback; please report it
  2    a mistake in the command or in the input; the message says which
  130  stopped with Ctrl-C; nothing half written is left
"""
_ABOUT = """\
Compare how groups frame an issue: which aspects each puts forward, how sure we are, and how that
changed.
"""
_EXAMPLES = """\
examples:
  framing report articles --out reports/articles
  framing report my-texts/ --by publisher --out reports/mine
  framing describe openings
  framing features my-texts/ --out shared/my-texts

"""
_SOURCE = """\
a folder or table of your own, or the name of a corpus that comes with the library; a path wins if
it is there
"""
_REPORT = """\
examples:
  framing report openings --out reports/openings
  framing report speeches.csv --by party --over quarter --codebook policy-frames --out report
  framing report my-texts/ --by region --within topic --replicates 5000 --seed 7 --out report

A corpus folder may hold a report.toml with title, question, by, over, codebook, within, cluster,
subset, coding and topics; options given here win over it.

Counts, tables and figures are kept in a folder of yours, so that a second report of the same texts
comes sooner, with the same bytes. FRAMING_CACHE names another folder; FRAMING_CACHE=off, or
--no-cache, keeps none. It grows to 1 GB at most, and may be deleted at any time.

"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command.

    Parameters
    ----------
    arguments : sequence of str, optional
        Default: those of the process.

    Returns
    -------
    int
        The exit code: 0, 1, 2 or 130, as ``framing --help`` tells.
    """
    try:
        options = _parser().parse_args(arguments)
        code: int = options.command(options)
        sys.stdout.flush()
        return code
    except KeyboardInterrupt:
        return _say("interrupted; nothing half written is left", INTERRUPTED)
    except BrokenPipeError:
        # whoever reads our output has had enough; keep Python from complaining at its end
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return OK
    except OSError as error:
        place = f": {error.filename}" if error.filename else ""
        code = BAD_INPUT if isinstance(error, _MISTAKES) else UNEXPECTED
        return _say(f"error: {error.strerror or error}{place}", code)
    except Exception as error:
        from framing.errors import InputError

        if isinstance(error, InputError):
            return _say(f"error: {error}", BAD_INPUT)
        import traceback

        traceback.print_exc()
        return _say("this is a fault of the program; please report the lines above", UNEXPECTED)


def _say(message: str, code: int) -> int:
    with contextlib.suppress(OSError):
        print(f"framing: {message}", file=sys.stderr)
    return code


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="framing",
        description=_ABOUT,
        epilog=_EXAMPLES + _EXIT,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action=_Version, nargs=0, help="say which release this is")
    commands = parser.add_subparsers(metavar="COMMAND", required=True)
    _report_options(
        _command(commands, "report", _report, "write figures, tables and a page", _REPORT)
    )
    features = _command(commands, "features", _features, "turn texts into a folder to share")
    features.add_argument("--out", required=True, metavar="DIR", help="folder to write")
    features.add_argument("--overwrite", action="store_true", help="replace features in DIR")
    _command(commands, "describe", _describe, "say what is in a corpus")
    return parser


class _Version(argparse.Action):
    """Ask for the release only when it is wanted: reading what is installed takes time."""

    def __call__(self, parser: argparse.ArgumentParser, *_: Any) -> None:
        from framing.version import __version__

        print(f"framing {__version__}")
        parser.exit()


def _command(
    commands: argparse._SubParsersAction[argparse.ArgumentParser],
    name: str,
    run: Callable[[argparse.Namespace], int],
    what: str,
    examples: str = "",
) -> argparse.ArgumentParser:
    """Add a command with what all of them take."""
    parser = commands.add_parser(
        name,
        help=what,
        description=what[:1].upper() + what[1:] + ".",
        epilog=examples + _EXIT,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.set_defaults(command=run)
    parser.add_argument("source", metavar="PATH_OR_NAME", help=_SOURCE)
    reading = parser.add_argument_group("reading a table of your own")
    reading.add_argument("--text", metavar="COLUMN", default="text", help="default: text")
    reading.add_argument("--id", metavar="COLUMN", default="id", help="default: id")
    reading.add_argument(
        "--date", metavar="COLUMN", default="date", help="default: date; 'none' if there is none"
    )
    reading.add_argument("--encoding", default="utf-8", help="default: utf-8")
    parser.add_argument(
        "--no-cache", action="store_true", help="neither find nor keep results of earlier runs"
    )
    parser.add_argument("--quiet", action="store_true", help="no progress, no warnings")
    return parser


def _report_options(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    add("--out", required=True, metavar="DIR", help="folder to write; it must not exist yet")
    add("--by", metavar="COLUMN", help="what makes a side: a column, or 'actor' (who is mentioned)")
    add("--over", choices=("year", "quarter", "month"), help="default: year")
    add("--codebook", metavar="NAME_OR_FILE", help="default: hand codes, or critical-technology")
    add("--within", metavar="COLUMN", help="repeat every comparison within the values of a column")
    add("--cluster", metavar="COLUMN", help="repeat every comparison by clusters, such as outlets")
    add("--replicates", type=_at_least(100), metavar="N", help="permutations; default: 10000")
    add("--seed", type=_at_least(0), metavar="N", help="start of the random numbers; default: 0")
    add("--overwrite", action="store_true", help="replace a report that stands in DIR")


def _at_least(least: int) -> Callable[[str], int]:
    def number(text: str) -> int:
        if not text.isdecimal() or int(text) < least:
            raise argparse.ArgumentTypeError(f"must be a whole number of at least {least}")
        return int(text)

    return number


def _report(options: argparse.Namespace) -> int:
    from framing.report.folder import check

    check(options.out, overwrite=options.overwrite)
    with _heard(options.quiet) as heard:
        from framing.analysis import Plan
        from framing.report import write_report

        corpus = _corpus(options)
        names = ("by", "over", "codebook", "within", "cluster", "replicates", "seed")
        plan = Plan.of(corpus, **{name: getattr(options, name) for name in names})
        with _progress(options.quiet) as progress:
            page = write_report(
                corpus,
                options.out,
                plan=plan,
                overwrite=options.overwrite,
                notes=_without_place(heard(), options.source),
                progress=progress,
                cache=not options.no_cache,
            )
    print(page)
    return OK


def _features(options: argparse.Namespace) -> int:
    with _heard(options.quiet):
        _corpus(options).write_features(options.out, overwrite=options.overwrite)
    print(Path(options.out).resolve())
    return OK


def _describe(options: argparse.Namespace) -> int:
    with _heard(options.quiet):
        from framing.card import describe

        text = describe(_corpus(options))
    print(text)
    return OK


def _corpus(options: argparse.Namespace) -> Corpus:
    """Read a path if it is there or looks like one, else load a bundled corpus."""
    from framing.errors import InputError
    from framing.readers import load

    source: str = options.source
    separators = {"/", os.sep, os.altsep or os.sep}
    if Path(source).exists() or any(one in source for one in separators):
        return _own(options)
    try:
        return load(source, cache=not options.no_cache)
    except InputError as error:
        if str(error).startswith("name must be one of"):
            raise InputError(
                f"there is no file or folder {source!r}, nor a bundled corpus: {error}"
            ) from None
        raise


def _own(options: argparse.Namespace) -> Corpus:
    from framing.errors import InputError
    from framing.readers import read
    from framing.resources import folder

    date = None if options.date.lower() == "none" else options.date
    try:
        return read(
            options.source,
            text=options.text,
            id=options.id,
            date=date,
            encoding=options.encoding,
            cache=not options.no_cache,
        )
    except InputError as error:
        if Path(options.source).name == options.source and (folder() / options.source).is_dir():
            raise InputError(
                f"{error} (What comes with the library under this name is hidden by the path; to "
                "use it, run the command from another folder.)"
            ) from None
        raise


@contextlib.contextmanager
def _heard(quiet: bool) -> Iterator[Callable[[], list[str]]]:
    """Collect warnings; at the end each is shown once, with how often it came."""
    from framing.errors import CacheWarning

    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        for category in (DeprecationWarning, PendingDeprecationWarning, FutureWarning):
            warnings.simplefilter("ignore", category)
        try:
            yield lambda: [str(one.message) for one in caught if one.category is not CacheWarning]
        finally:
            times = Counter(str(one.message) for one in caught)
            for message, n in {} if quiet else times.items():
                _say(f"warning: {message}" + (f" ({n} times)" if n > 1 else ""), OK)


def _without_place(notes: list[str], source: str) -> list[str]:
    """Take out of notes where on this machine the corpus lies: reports are passed on."""
    parents = {str(path.parent) for path in (Path(source), Path(source).resolve())}
    for parent in sorted(parents - {"."}, key=len, reverse=True):
        notes = [note.replace(parent.rstrip(os.sep) + os.sep, "") for note in notes]
    return notes


@contextlib.contextmanager
def _progress(quiet: bool) -> Iterator[Callable[[str], None]]:
    """Show on a terminal how far a report is; nothing in a pipe."""
    from tqdm import tqdm

    from framing.report.report import STEPS

    bar = tqdm(total=STEPS, disable=True if quiet else None, leave=False, bar_format=_BAR)

    def step(name: str) -> None:
        bar.set_description_str(name.replace("_", "-").ljust(12), refresh=False)
        bar.update()
        bar.refresh()

    with bar:
        yield step


_BAR = "{desc} {bar:30} {n_fmt}/{total_fmt} {elapsed}"
