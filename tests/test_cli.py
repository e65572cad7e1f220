"""The commands as a shell sees them: exit codes, what is written where, Ctrl-C."""

import io
import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from framing import cli, gallery
from framing.analysis import Plan
from framing.cli import main

WORDS = (
    "Export controls on chips protect national security from military use by adversaries today.",
    "Common rules and standards keep trade open among democracies that share the same values.",
    "A stable supply of rare earths needs partners, subsidies and a resilient supply chain.",
)


@pytest.fixture
def texts(tmp_path):
    """A folder of the user's own: eighteen invented texts by three sides."""
    folder = tmp_path / "mine"
    (folder / "texts").mkdir(parents=True)
    rows = ["id,date,region"]
    for i in range(18):
        rows.append(f"t{i:02d},202{1 + i % 2}-05,{('US', 'EU', 'JP')[i % 3]}")
        body = f"{WORDS[i % 3]} Text {i} adds nothing more.\n\n{WORDS[(i + i // 6) % 3]} Again {i}."
        (folder / "texts" / f"t{i:02d}.txt").write_text(body, "utf-8")
    (folder / "documents.csv").write_text("\n".join(rows) + "\n", "utf-8")
    return folder


@pytest.fixture
def bare(monkeypatch):
    """No figures: they take most of the time of a report."""
    monkeypatch.setattr(gallery, "FIGURES", ())


def shell(*arguments, **options):
    """Run the command in a process of its own."""
    return subprocess.run(
        [sys.executable, "-m", "framing", *map(str, arguments)],
        capture_output=True, text=True, encoding="utf-8", check=False, timeout=300, **options,
    )  # fmt: skip


@pytest.mark.usefixtures("bare")
def test_report_writes_and_says_where_to_look(texts, tmp_path, capsys):
    out = tmp_path / "out"
    code = main(["report", str(texts), "--out", str(out), "--replicates", "100", "--seed", "3"])
    said = capsys.readouterr()
    assert code == 0
    assert said.out == f"{(out / 'report.html').resolve()}\n"
    settings = json.loads((out / "report.json").read_text("utf-8"))["settings"]
    assert settings["by"] == "region"
    assert (settings["replicates"], settings["seed"]) == (100, 3)


def test_in_a_pipe_there_is_no_progress_bar(texts, tmp_path):
    done = shell("report", texts, "--out", tmp_path / "out", "--replicates", 100)
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip().endswith("report.html")
    assert "\r" not in done.stderr
    assert all(line.startswith("framing: warning: ") for line in done.stderr.splitlines())


@pytest.mark.usefixtures("bare")
def test_warnings_are_shown_once_and_stand_in_the_report(texts, tmp_path, capsys):
    table = (texts / "documents.csv").read_text("utf-8")
    (texts / "documents.csv").write_text(table.replace("t00,2021-05", "t00,"), "utf-8")
    command = ["report", str(texts), "--replicates", "100", "--out"]
    assert main([*command, str(tmp_path / "loud")]) == 0
    said = capsys.readouterr().err.splitlines()
    assert (
        len([line for line in said if "documents.csv: 1 of 18 documents have no date" in line]) == 1
    )
    assert [line for line in said if line.endswith(" times)")]
    page = (tmp_path / "loud/report.html").read_text("utf-8")
    assert "mine/documents.csv: 1 of 18 documents have no date" in page
    assert str(tmp_path) not in page
    assert main([*command, str(tmp_path / "quiet"), "--quiet"]) == 0
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (
            ["report", "no-such-corpus"],
            "no file or folder 'no-such-corpus', nor a bundled corpus: ",
        ),
        (["report", "./nowhere"], "there is no file or folder"),
        (["report", "MINE", "--by", "party"], "by must be one of 'document', 'region'"),
        (["report", "MINE", "--within", "party"], "within must be one of"),
        (["report", "MINE", "--codebook", "nothing"], "codebook must be one of"),
        (["report", "MINE", "--encoding", "klingon"], "encoding must be one Python knows"),
    ],
)
def test_bad_input_is_told_in_one_line(texts, tmp_path, capsys, arguments, message):
    arguments = [str(texts) if one == "MINE" else one for one in arguments]
    assert main([*arguments, "--out", str(tmp_path / "out")]) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.startswith("framing: error: ")
    assert message in said.err
    assert "Traceback" not in said.err
    assert not (tmp_path / "out").exists()


def test_an_unknown_name_lists_the_names_there_are(capsys):
    assert main(["describe", "article"]) == 2
    assert "'articles'" in capsys.readouterr().err


@pytest.mark.parametrize(
    "arguments",
    [[], ["report"], ["report", "x"], ["report", "x", "--out", "y", "--over", "week"],
     ["report", "x", "--out", "y", "--replicates", "99"],
     ["report", "x", "--out", "y", "--seed", "-1"], ["paint", "x"]],
)  # fmt: skip
def test_bad_usage_exits_with_2(arguments, capsys):
    with pytest.raises(SystemExit) as stopped:
        main(arguments)
    assert stopped.value.code == 2
    assert "error: " in capsys.readouterr().err


def test_output_that_exists_is_refused_before_anything_is_read(tmp_path, capsys):
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "thesis.txt").write_text("mine")
    assert main(["report", "no-such-corpus", "--out", str(tmp_path / "out")]) == 2
    assert "not a report of this library" in capsys.readouterr().err


def test_the_unexpected_exits_with_1_and_a_traceback(texts, tmp_path, capsys, monkeypatch):
    def crash(*_args, **_kwargs):
        raise ZeroDivisionError("a bug")

    monkeypatch.setattr("framing.report.write_report", crash)
    assert main(["report", str(texts), "--out", str(tmp_path / "out")]) == 1
    assert "ZeroDivisionError: a bug" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("error", "code"), [(PermissionError(13, "no"), 2), (OSError(28, "full"), 1)]
)
def test_faults_of_the_file_system_are_told_without_a_traceback(capsys, monkeypatch, error, code):
    def fail(*_args, **_kwargs):
        raise error

    monkeypatch.setattr("framing.card.describe", fail)
    assert main(["describe", "openings"]) == code
    said = capsys.readouterr().err
    assert said == f"framing: error: {error.strerror}\n"


def test_a_path_wins_over_a_name(texts, tmp_path, capsys, monkeypatch):
    texts.rename(tmp_path / "openings")
    monkeypatch.chdir(tmp_path)
    assert main(["describe", "openings"]) == 0
    assert "18 documents in 36 paragraphs" in capsys.readouterr().out


def test_describe_says_what_is_in_a_corpus(texts, capsys):
    assert main(["describe", str(texts)]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].split() == ["Corpus", "mine"]
    assert any("to the month for 18" in line for line in lines)
    assert lines[-4].split() == ["region", "2021", "2022"]
    assert lines[-3].split() == ["US", "3", "3"]


def test_describe_of_bundled_corpora_shows_licence_and_hand_codes(capsys):
    assert main(["describe", "openings"]) == 0
    said = capsys.readouterr().out
    assert "Licence" in said
    assert "363 documents, 10 frames" in said


def test_features_can_be_read_again(texts, tmp_path, capsys):
    out = tmp_path / "shared"
    assert main(["features", str(texts), "--out", str(out)]) == 0
    assert capsys.readouterr().out.strip() == str(out.resolve())
    assert main(["features", str(texts), "--out", str(out)]) == 2
    assert "holds features already" in capsys.readouterr().err
    assert main(["features", str(texts), "--out", str(out), "--overwrite"]) == 0
    assert main(["describe", str(out)]) == 0
    assert "extracted features, not the texts" in capsys.readouterr().out


def test_a_table_with_other_column_names_can_be_read(tmp_path, capsys):
    table = "name,said\n" + "".join(f"s{i},{WORDS[i % 3]}\n".replace(", ", " ") for i in range(3))
    (tmp_path / "speeches.csv").write_text(table)
    path = str(tmp_path / "speeches.csv")
    assert main(["describe", path, "--text", "said", "--id", "name", "--date", "none"]) == 0
    assert "3 documents" in capsys.readouterr().out


@pytest.mark.parametrize("time", ["year", "quarter", "month"])
def test_times_are_no_sides(texts, tmp_path, capsys, time):
    out = tmp_path / "out"
    assert main(["report", str(texts), "--out", str(out), "--by", time]) == 2
    said = capsys.readouterr().err
    assert said.startswith("framing: error: ")
    assert time in said
    assert "Traceback" not in said
    assert not out.exists()


def hear_interrupts():
    """A process started in the background of a shell ignores Ctrl-C; this one shall not."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGINT to send")
def test_ctrl_c_exits_with_130_and_leaves_nothing(texts, tmp_path):
    out = tmp_path / "out"
    code = (
        "import sys\nfrom framing import cli, gallery\n"
        "def draw(*_):\n    print('drawing', file=sys.stderr, flush=True)\n"
        "    import time; time.sleep(60)\n"
        "gallery.Entry.rendered = draw\nsys.exit(cli.main(sys.argv[1:]))"
    )
    arguments = ["report", str(texts), "--out", str(out), "--replicates", "100"]
    process = subprocess.Popen(
        [sys.executable, "-c", code, *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        preexec_fn=hear_interrupts,
    )
    assert process.stderr is not None
    seen = b""
    while b"drawing" not in seen:
        seen = process.stderr.readline()
        assert seen, "ended before the first figure"
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".out-")]
    process.send_signal(signal.SIGINT)
    said, complaint = process.communicate(timeout=60)
    assert process.returncode == 130
    assert said == b""
    assert b"framing: interrupted; nothing half written is left" in complaint
    assert b"Traceback" not in complaint
    assert [path.name for path in tmp_path.iterdir()] == ["mine"]


@pytest.mark.skipif(os.name == "nt", reason="pipes differ on Windows")
def test_a_closed_pipe_is_no_error(texts):
    read, write = os.pipe()
    os.close(read)
    with os.fdopen(write, "w") as closed:
        done = subprocess.run(
            [sys.executable, "-m", "framing", "describe", str(texts)],
            stdout=closed, stderr=subprocess.PIPE, check=False, timeout=120,
        )  # fmt: skip
    assert done.returncode == 0
    assert done.stderr == b""


def test_the_progress_bar_counts_to_its_end(monkeypatch):
    class Terminal(io.StringIO):
        def isatty(self):
            return True

    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    with cli._progress(quiet=False) as step:
        step("tf_idf")
    assert "tf-idf" in terminal.getvalue()
    terminal.truncate(0)
    with cli._progress(quiet=True) as step:
        step("tf_idf")
    assert terminal.getvalue().strip("\0") == ""


def test_version_and_help(capsys):
    for option, words in (("--version", "framing 0."), ("--help", "exit codes:")):
        with pytest.raises(SystemExit) as stopped:
            main([option])
        assert stopped.value.code == 0
        assert words in capsys.readouterr().out


def test_help_gives_the_defaults_of_the_plan(capsys):
    with pytest.raises(SystemExit):
        main(["report", "--help"])
    said = " ".join(capsys.readouterr().out.split())
    assert f"permutations; default: {Plan.replicates} " in said
    assert f"start of the random numbers; default: {Plan.seed} " in said


def test_the_software_is_cited_as_in_citation_cff():
    root = Path(__file__).parents[1]
    if not (root / "CITATION.cff").is_file():
        pytest.skip("not in a checkout")
    from framing.report.about import software as about

    cff = (root / "CITATION.cff").read_text("utf-8")
    software = about()
    assert f"\nversion: {software['version']}\n" in cff
    assert f"- name: {software['authors']}\n" in cff


@pytest.mark.parametrize("arguments", ["--help", "report --help", "--version", "paint", ""])
def test_what_needs_no_corpus_loads_nothing_but_python_itself(arguments):
    code = """
import sys
before = set(sys.modules)
from framing.__main__ import main
try:
    main()
except SystemExit:
    found = {name.partition(".")[0] for name in sys.modules.keys() - before}
    print(found - sys.stdlib_module_names, "importlib.metadata" in sys.modules, file=sys.stderr)
"""
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments.split()], capture_output=True, text=True, check=True
    )
    assert done.stderr.splitlines()[-1] == f"{{'framing'}} {arguments == '--version'}"


@pytest.mark.parametrize("module", ["framing.cli", "argparse", "framing.readers", "pandas.core"])
def test_ctrl_c_is_answered_while_the_program_loads(module):
    code = f"""
import sys
class Impatient:
    def find_spec(name, *_):
        if name == {module!r}:
            raise KeyboardInterrupt
sys.meta_path.insert(0, Impatient)
from framing.__main__ import main
sys.exit(main())
"""
    done = subprocess.run(
        [sys.executable, "-c", code, "describe", "openings"], capture_output=True, check=False
    )
    assert done.returncode == 130
    assert done.stdout == b""
    assert done.stderr.strip() == b"framing: interrupted; nothing half written is left"
