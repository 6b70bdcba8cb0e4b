"""A hunt on a live server lets the server go first, and its memory may be bounded."""

from __future__ import annotations

import ctypes
import os
import subprocess
import sys
from argparse import Namespace
from pathlib import Path
from types import SimpleNamespace

import pytest

from webshellhunt.cli import main, own_process
from webshellhunt.cli.own_process import NICENESS, bound_memory, make_way
from webshellhunt.cli.parsing.parser import build_parser


class FakeKernel:
    """The two functions of ``kernel32``, and what was asked of them."""

    def __init__(self) -> None:
        self.asked: list[tuple[int, int]] = []
        # Plain functions, which take the types that are set on them.
        self.GetCurrentProcess = lambda: -1
        self.SetPriorityClass = lambda process, priority: self.asked.append((process, priority))


class FakeLimits:
    """The module ``resource``."""

    RLIMIT_AS = 9
    RLIM_INFINITY = -1

    def __init__(self, hard: int = -1, error: type[Exception] | None = None) -> None:
        self.hard, self.error, self.set = hard, error, list[tuple[int, tuple[int, int]]]()

    def getrlimit(self, _: int) -> tuple[int, int]:
        return -1, self.hard

    def setrlimit(self, limit: int, values: tuple[int, int]) -> None:
        if self.error is not None:
            raise self.error
        self.set.append((limit, values))


@pytest.fixture
def lowered(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The niceness that the process got, on a fake of a system with priorities."""
    given = list[int]()
    monkeypatch.setattr("os.name", "posix")
    for name, fake in {
        "PRIO_PROCESS": 0,
        "getpriority": lambda *_: given[-1] if given else 0,
        "setpriority": lambda _kind, _process, value: given.append(value),
    }.items():
        monkeypatch.setattr(os, name, fake, raising=False)
    return given


@pytest.mark.parametrize(
    ("words", "live", "is_lowered"),
    [((), True, True), ((), False, False), (("--nice",), False, True), (("--no-nice",), True, False)],
)
def test_a_live_server_goes_first_unless_the_user_says_otherwise(
    lowered: list[int], words: tuple[str, ...], live: bool, is_lowered: bool
) -> None:
    for command in ("hunt", "logs"):
        make_way(build_parser().parse_args([command, "C:\\", *words]), live=live)
    assert lowered == ([NICENESS, NICENESS] if is_lowered else [])


def test_a_lower_priority_is_never_raised(lowered: list[int]) -> None:
    lowered.append(19)
    make_way(Namespace(nice=True), live=True)
    assert lowered[-1] == 19


def test_windows_has_a_priority_class(monkeypatch: pytest.MonkeyPatch) -> None:
    kernel = FakeKernel()
    monkeypatch.setattr(own_process, "os", SimpleNamespace(name="nt"))
    monkeypatch.setattr(ctypes, "WinDLL", lambda _: kernel, raising=False)
    make_way(Namespace(nice=None), live=True)
    assert kernel.asked == [(-1, 0x4000)]


def test_a_system_that_refuses_costs_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse() -> None:
        raise PermissionError("no")

    monkeypatch.setattr(own_process, "_lower_priority", refuse)
    make_way(Namespace(nice=True), live=False)


def test_memory_is_bounded_but_not_above_the_bound_of_the_system(monkeypatch: pytest.MonkeyPatch) -> None:
    for hard, most in ((-1, 2 << 30), (1 << 30, 1 << 30)):
        limits = FakeLimits(hard)
        monkeypatch.setattr(own_process, "_limits", lambda limits=limits: limits)
        bound_memory(build_parser().parse_args(["hunt", "x", "--max-memory", "2G"]))
        assert limits.set == [(9, (most, hard))]
    bound_memory(build_parser().parse_args(["hunt", "x"]))


@pytest.mark.parametrize("limits", [None, FakeLimits(error=ValueError)])
def test_a_bound_without_effect_is_said(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], limits: FakeLimits | None
) -> None:
    monkeypatch.setattr(own_process, "_limits", lambda: limits)
    bound_memory(Namespace(max_memory=1 << 30))
    assert "--max-memory has no effect" in capsys.readouterr().err


@pytest.mark.parametrize("words", [("--max-memory", "100M"), ("--max-memory", "2"), ("--max-memory", "xG"),
                                   ("--timeout-per-file", "0"), ("--timeout-per-file", "nan"),
                                   ("--timeout-per-file", "90000"), ("--nice", "--no-nice")])  # fmt: skip
def test_wrong_bounds_are_wrong_use(words: tuple[str, ...], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        build_parser().parse_args(["hunt", "x", *words])
    assert ended.value.code == 2
    assert words[0] in capsys.readouterr().err


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="the system bounds no memory")
def test_workers_inherit_the_bound_and_the_priority(tmp_path: Path) -> None:
    code = (
        "import os, resource, sys\n"
        "from argparse import Namespace\n"
        "from webshellhunt.cli.own_process import bound_memory, make_way\n"
        "from webshellhunt.scan.executors import open_executor\n"
        "bound_memory(Namespace(max_memory=1 << 31)); make_way(Namespace(nice=True), live=False)\n"
        "with open_executor(2) as workers:\n"
        "    print(workers.submit(resource.getrlimit, resource.RLIMIT_AS).result()[0])\n"
        "    print(workers.submit(os.getpriority, os.PRIO_PROCESS, 0).result() >= 10)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=tmp_path)
    assert done.stdout.split() == [str(1 << 31), "True"]


def test_a_limit_of_time_is_that_of_the_job(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    page = tmp_path / "page.aspx"
    page.write_bytes(b'<\x25@ Page Language="C#"\x25>\n<\x25 Response.Write(1); \x25>')
    for words in (["examine", str(page)], ["hunt", str(tmp_path), "--jobs", "1", "--no-logs"]):
        assert main([*words, "--timeout-per-file", "1e-9"]) == 3
        assert "longer than" in capsys.readouterr().out
        assert main([*words, "--timeout-per-file", "3600"]) in (0, 3)
        assert "longer than" not in capsys.readouterr().out
