"""The hook that hears what the package does to the machine; it watches all other tests."""

from __future__ import annotations

import pickle
import socket
import subprocess
import sys
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from types import FunctionType

import pytest

import webshellhunt
from tests.builders.audit import STARTERS, WRITERS, Audit

ACTS: dict[str, Callable[[Path], object]] = {
    "writes": lambda folder: (folder / "new").write_bytes(b""),
    "removes": lambda folder: (folder / "kept").unlink(),
    "makes a folder": lambda folder: (folder / "made").mkdir(),
    "starts a process": lambda _: subprocess.run([sys.executable, "-c", ""], check=True),
    "looks a name up": lambda _: socket.getaddrinfo("127.0.0.1", 80),
    "unpickles a foreign class": lambda _: pickle.loads(pickle.dumps(Decimal(1))),
    "runs code": lambda _: exec("1"),
}


def of_module(name: str, act: Callable[[Path], object]) -> Callable[[Path], object]:
    """Return a function as it would be in a module of the package."""
    assert isinstance(act, FunctionType)
    path = Path(webshellhunt.__file__).with_name("stand_in.py")
    return FunctionType(act.__code__.replace(co_filename=str(path)), {**act.__globals__, "__name__": name})


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "kept").write_bytes(b"")
    return tmp_path


@pytest.mark.parametrize("act", ACTS)
def test_what_the_package_must_not_do_is_heard(folder: Path, audit: Audit, act: str) -> None:
    of_module("webshellhunt.scan.scanner", ACTS[act])(folder)
    assert audit.new_breaches().startswith("webshellhunt.scan.scanner: ")


def test_a_reader_and_a_writer_are_left_alone(folder: Path, audit: Audit) -> None:
    of_module("webshellhunt.scan.scanner", lambda folder: (folder / "kept").read_bytes())(folder)
    for name in WRITERS:
        of_module(name, ACTS["writes"])(folder)
    assert not audit.new_breaches()


@pytest.mark.parametrize("name", STARTERS)
def test_workers_hear_each_other_and_nobody_else(folder: Path, audit: Audit, name: str) -> None:
    of_module(name, ACTS["unpickles a foreign class"])(folder)
    assert not audit.new_breaches()
    of_module(name, ACTS["looks a name up"])(folder)
    assert audit.new_breaches()


def test_writers_are_modules_of_the_package() -> None:
    top = Path(webshellhunt.__file__).parent.parent
    assert all((top / f"{name.replace('.', '/')}.py").is_file() for name in (*WRITERS, *STARTERS))
