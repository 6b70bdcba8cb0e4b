"""The help of each command: it fits a terminal, and each of its examples works on a described server."""

from __future__ import annotations

import io
import os
import shlex
import shutil
import subprocess
from argparse import ArgumentParser
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from tests.builders.host_tree import write_tree
from tests.builders.ntfs import make_image
from tests.comparison.cases import OFFLINE
from tests.pivot.cases import fixture
from tools.reference.commands import iter_commands
from webshellhunt.cli import main
from webshellhunt.cli.parsing.epilogs import EPILOGS
from webshellhunt.cli.parsing.parser import build_parser
from webshellhunt.scan.executors import SerialExecutor
from webshellhunt.selftest.demo import CLEAN, demo_host, demo_source

WIDTH = 80
_START = "  webshellhunt "
_STATUSES = {0, 1, 3}
_OWN: Mapping[str, set[int]] = {
    "compare": {1},
    "demo": {0},
    "explain": {0},
    "render": {0},
    "join": {0},
    "schema": {0},
    "completion": {0},
    "selftest": {0},
    "verify": {0},
    "pivot": {0},
    "rules": {0},
    "decode": {0},
    "baseline": {0, 1},
}


def _examples() -> Iterator[tuple[str, str]]:
    for command, text in EPILOGS.items():
        for line in text.partition("examples:\n")[2].partition("\n\n")[0].splitlines():
            if line.startswith(_START):
                yield command, line.strip()


def _all_parsers() -> Iterator[ArgumentParser]:
    parser = build_parser()
    yield parser
    yield parser._subparsers._group_actions[0].choices["baseline"]  # type: ignore[union-attr,index]
    yield from iter_commands(parser)


@pytest.mark.parametrize("parser", [pytest.param(each, id=each.prog) for each in _all_parsers()])
def test_the_help_of_each_command_fits_and_has_an_example(
    parser: ArgumentParser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", str(WIDTH))
    shown = parser.format_help()
    assert [line for line in shown.splitlines() if len(line) > WIDTH] == []
    assert f"\nexamples:\n{_START}" in shown or "\nexamples:\n  # " in shown
    lines = shown.partition("\nexamples:\n")[2].partition("\n\n")[0].splitlines()
    assert all(line.startswith((_START, "  # ")) for line in lines)


def test_no_text_is_of_a_command_that_does_not_exist() -> None:
    progs = {each.prog.partition(" ")[2] for each in _all_parsers()}
    assert set(EPILOGS) == progs


@pytest.fixture(scope="module")
def case(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with everything that the examples name."""
    folder = tmp_path_factory.mktemp("case")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        patch.setattr("webshellhunt.cli.hunt.open_executor", lambda _: SerialExecutor())
        with demo_source() as source:
            write_tree(source, folder / "server")
        write_tree(demo_host(CLEAN).source(), folder / "clean")
        for name in ("out", "image-d/inetpub", "logs", "pages", "reports"):
            (folder / name).mkdir(parents=True)
        for log in (folder / "server").rglob("u_ex*.log"):
            (folder / "logs" / log.name).write_bytes(log.read_bytes())
        (folder / "pages" / "a.aspx").write_text("<p>a</p>")
        (folder / "suspicious.aspx").write_bytes(fixture("request_reaches_eval/jscript-net-characters").data)
        (folder / "ours.toml").write_text(
            '[[accept]]\nrule = "WSH6001"\npath = "C:\\\\x.aspx"\nreason = "a test"\nby = "me"\nuntil = 2999-01-01\n'
        )
        (folder / "hosts.txt").write_text(f"EXCH01={folder / 'server'}\nEXCH02={folder / 'clean'}\n")
        assert main(["hunt", "server", "--all", "--output", "EXCH01.json", "--collect", "kept.zip", "--quiet"]) == 1
        assert main(["hunt", "clean", "--output", "EXCH02.json", "--quiet"]) in _STATUSES
        words = ["--reports", "reports", "--quiet", "--output", "out/all.json"]
        assert main(["hunt", "--from-list", "hosts.txt", *words]) == 1
        (folder / "server" / OFFLINE).rename(folder / "offline")
        assert main(["hunt", "server", "--all", "--output", "EXCH01-after.json", "--quiet"]) == 1
        (folder / "offline").rename(folder / "server" / OFFLINE)
        assert main(["baseline", "make", "clean", "--output", "clean.base", "--quiet"]) in _STATUSES
    return folder


def _collection(folder: Path) -> None:
    """Make an encrypted archive of a few files, as a triage tool does."""
    pyzipper = pytest.importorskip("pyzipper")
    with pyzipper.AESZipFile(folder / "EXCH01.zip", "w", encryption=pyzipper.WZ_AES) as archive:
        archive.setpassword(b"WORD")
        for name in ("pages/a.aspx", "logs/u_ex210303.log"):
            if (folder / name).is_file():
                archive.write(folder / name, f"C/inetpub/wwwroot/{name}")


def _disk(folder: Path) -> None:
    """Make a disk image with one page."""
    if shutil.which("mkntfs") is None or shutil.which("ntfscp") is None:
        pytest.skip("mkntfs and ntfscp are not installed (package ntfs-3g)")
    make_image(folder / "EXCH01.raw")
    subprocess.run(
        ["ntfscp", "-f", "EXCH01.raw", "pages/a.aspx", "a.aspx"], cwd=folder, check=True, capture_output=True
    )


def _word(word: str, folder: Path, digest: str) -> str:
    """Return a word of an example with the path that stands for it."""
    places = {
        "C:\\": "server",
        "E:\\clean": "clean",
        "/mnt/image": "server",
        "D=/mnt/image-d": f"D={folder / 'image-d'}",
        "SHA256": digest,
    }
    if word.startswith(("E:\\case\\", "case/")):
        return "out/" + word.removeprefix("E:\\case\\").removeprefix("case/")
    return places.get(word, word)


@pytest.mark.parametrize(("command", "example"), list(_examples()))
def test_the_example_works(
    command: str, example: str, case: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(case)
    monkeypatch.setenv("APPDATA" if os.name == "nt" else "XDG_CONFIG_HOME", str(case / "config"))
    monkeypatch.setattr("webshellhunt.cli.hunt.open_executor", lambda _: SerialExecutor())
    for left in (*(case / "out").rglob("*"), *map(case.joinpath, ("demo.html", "gone.json", "own.base"))):
        if left.is_file():
            left.unlink()
    if "EXCH01.raw" in example and not (case / "EXCH01.raw").exists():
        _disk(case)
    if "EXCH01.zip" in example and not (case / "EXCH01.zip").exists():
        _collection(case)
    digest = ""
    if "SHA256" in example:
        assert main(["verify", "kept.zip"]) == 0
        digest = capsys.readouterr().out.rpartition(": ")[2].strip()
    line, redirected, file = example.partition(" < ")
    if redirected:
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO((case / file).read_bytes())))
    words = [_word(word.strip("'"), case, digest) for word in shlex.split(line, posix=False)[1:]]
    status = main(words)
    out, err = capsys.readouterr()
    assert status in _OWN.get(words[0], _STATUSES), err
    assert out or "written" in err
    assert "unexpected" not in err
