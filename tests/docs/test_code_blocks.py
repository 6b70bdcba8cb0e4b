"""Every block of code in README and docs works: Python runs, commands parse, data files are read."""

from __future__ import annotations

import io
import json
import re
import shlex
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from contextlib import redirect_stdout
from datetime import date
from pathlib import Path
from types import ModuleType
from typing import Any

import jsonschema
import pytest

import webshellhunt as wsh
from tests.docs.pages import TOP, Block, iter_blocks, pages
from tools.reference.commands import iter_commands, iter_options
from webshellhunt.cli.parsing.parser import build_parser
from webshellhunt.defang import read_fixture
from webshellhunt.detectors.contract import Detector
from webshellhunt.knowledge.acceptance_file import parse_acceptances
from webshellhunt.knowledge.exploitation_patterns import read_exploit
from webshellhunt.reports import schema
from webshellhunt.signatures.catalog import load_catalog

LANGUAGES = {"", "bash", "console", "json", "powershell", "python", "text", "toml", "yara"}
_PROGRAM = re.compile(r"(?:\S*[/\\])?(?:webshellhunt|python(?:3|\.exe)?(?: -P)? -m webshellhunt)\b(?P<rest>.*)")
_OPTION = re.compile(r"--?[a-z][a-z-]*")


def _blocks(*languages: str) -> list[Any]:
    return [pytest.param(block, id=block.name) for block in iter_blocks(*languages)]


def test_no_block_is_in_a_language_that_is_not_tested() -> None:
    text = "\n".join(page.read_text(encoding="utf-8") for page in pages())
    assert set(re.findall(r"^ *```(\w+)$", text, re.MULTILINE)) <= LANGUAGES


@pytest.fixture
def evidence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Stand in for the paths that the blocks name: a folder of evidence, and a report of it."""
    folder, work = tmp_path / "evidence", tmp_path / "work"
    (folder / "inetpub" / "wwwroot" / "aspnet_client").mkdir(parents=True)
    work.mkdir()
    page = folder / "inetpub" / "wwwroot" / "aspnet_client" / "shell.aspx"
    page.write_text('<%@ Page Language="C#" %><p>project-heron</p>', encoding="utf-8")
    open_source, hunt = wsh.open_source, wsh.hunt
    monkeypatch.setattr(wsh, "open_source", lambda location, **options: open_source(folder, **options))
    monkeypatch.setattr(wsh, "find_hosts", lambda _: (str(folder),))
    monkeypatch.chdir(work)
    with open_source(folder) as source:
        wsh.render(hunt(source), "jsonl", to="EXCH01.jsonl")
    return folder


@pytest.mark.usefixtures("evidence")
@pytest.mark.parametrize("block", _blocks("python"))
def test_python_runs(block: Block, monkeypatch: pytest.MonkeyPatch) -> None:
    module = ModuleType("documented")
    monkeypatch.setitem(sys.modules, "documented", module)
    names = vars(module)
    with redirect_stdout(io.StringIO()) as printed:
        exec(compile(block.text, block.name, "exec"), names)
    detectors = [value for value in names.values() if isinstance(value, Detector)]
    assert printed.getvalue() or detectors
    for detector in detectors:
        assert detector.rule.title
        assert "Blind spots:" in detector.rule.page


def test_python_has_types(tmp_path: Path) -> None:
    """The examples pass in the project of a reader who checks strictly; packages without types are not ours."""
    pytest.importorskip("mypy", reason="mypy is not installed; '.[dev]' has it")
    for block in iter_blocks("python"):
        (tmp_path / f"{re.sub(r'[^a-z0-9]+', '_', block.name.lower())}.py").write_text(block.text, encoding="utf-8")
    # The options of the check of the package, so that what it knows of the package is known here.
    line = [sys.executable, "-m", "mypy", "--config-file", str(TOP / "pyproject.toml"), "--no-pretty", str(tmp_path)]
    done = subprocess.run(line, cwd=TOP, capture_output=True, text=True, check=False)
    errors = [each for each in done.stdout.splitlines() if ": error:" in each and "[import-untyped]" not in each]
    assert (errors, done.stderr) == ([], "")
    assert done.returncode in (0, 1)


@pytest.mark.parametrize("block", _blocks("console", "bash", "powershell"))
def test_commands_parse(block: Block) -> None:
    for line in _command_lines(block.text):
        try:
            build_parser().parse_args(line)
        except SystemExit as status:
            pytest.fail(f"{line} doesn't parse: {status}")


@pytest.mark.skipif(shutil.which("bash") is None, reason="needs bash")
@pytest.mark.parametrize("block", _blocks("bash"))
def test_shell_code_parses(block: Block) -> None:
    done = subprocess.run(["bash", "-n"], input=block.text, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("block", _blocks("toml"))
def test_toml_is_read(block: Block) -> None:
    if "accept" in tomllib.loads(block.text):
        assert parse_acceptances(block.text.encode(), date(2026, 1, 1))
    if "pattern" in tomllib.loads(block.text):
        assert read_exploit(block.text.encode(), file="own.toml").patterns


@pytest.mark.parametrize("block", _blocks("yara"))
def test_rules_compile(block: Block, tmp_path: Path) -> None:
    (tmp_path / "own.yar").write_text(block.text, encoding="utf-8")
    catalog = load_catalog([str(tmp_path / "own.yar")])
    assert not catalog.broken
    assert [hit.rule for hit in catalog.scan(b'<configuration> Project-Heron <add key="heron-2041">', path="x.aspx")]


@pytest.mark.parametrize("block", _blocks("json"))
def test_json_is_a_record(block: Block) -> None:
    jsonschema.validate(json.loads(block.text), schema())


def test_the_fixture_of_the_contract_is_one() -> None:
    (block,) = (each for each in iter_blocks("") if each.text.startswith("webshellhunt-fixture"))
    assert read_fixture(re.sub(r"  +#.*", "", block.text)).path.endswith(".aspx")


@pytest.mark.parametrize("page", [pytest.param(page, id=page.relative_to(TOP).as_posix()) for page in pages()])
def test_commands_in_sentences_exist(page: Path) -> None:
    commands = {command.prog: command for command in iter_commands(build_parser())}
    for text in re.findall(r"`(webshellhunt [a-z][^`\n]*)`", page.read_text(encoding="utf-8")):
        prog = next((name for name in commands if f"{text} ".startswith(f"{name} ")), None)
        assert prog, text
        known = {name for action in iter_options(commands[prog]) for name in action.option_strings}
        assert set(_OPTION.findall(re.sub(r"'[^']*'|\w+=\S+|\S+-\S+\.\w+", "", text.removeprefix(prog)))) <= known, text


@pytest.mark.parametrize("page", [pytest.param(page, id=page.relative_to(TOP).as_posix()) for page in pages()])
def test_files_that_a_page_names_exist(page: Path) -> None:
    rooms = "|".join(folder.name for folder in (TOP / "webshellhunt").iterdir() if folder.is_dir())
    path = rf"`((?:webshellhunt|tests|tools|signatures|fixtures|docs|{rooms})/[\w./-]+)`"
    named = re.findall(path, page.read_text(encoding="utf-8"))
    for path in named:
        assert (TOP / path).exists() or (TOP / "webshellhunt" / path).exists() or path in _INSTALLED, path


_INSTALLED = {"webshellhunt/signatures/rules", "webshellhunt/signatures/rules/"}
"""Paths in an installation, which a checkout doesn't have."""


def _command_lines(text: str) -> Iterator[list[str]]:
    """Yield the arguments of each call of webshellhunt; where lines have a prompt, only those."""
    lines = [line.removeprefix("$ ") for line in text.splitlines() if line.startswith("$ ")] or text.splitlines()
    for line in lines:
        for call in re.split(r"&&|\||;", line):
            found = _PROGRAM.fullmatch(call.partition("#")[0].strip())
            if found is not None and "…" not in call:
                words = shlex.split(re.sub(r"[<>] *\S+", "", found["rest"]), posix=False)
                yield [word.strip("'\"") for word in words]
