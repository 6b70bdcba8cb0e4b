"""Calls of things that the page does not declare."""

from __future__ import annotations

import pytest

from tests.builders.inert import live
from tests.builders.interpreted import run
from tests.builders.library_runs import TAINTED
from webshellhunt.analysis.calling.outside.calls import reads_site_file
from webshellhunt.analysis.domain.values import UNKNOWN, Text, Value
from webshellhunt.analysis.surroundings import Surroundings


def test_a_path_below_the_site_is_marked() -> None:
    (arrival,) = run("SINK(Server.MapPath(VISITOR));", "c#").arrivals
    assert arrival.arguments[0].form == "mapped"


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        (
            'Set f = CreateObject("Scripting.FileSystemObject").CreateTextFile("a")\nf.Write "b"',
            ("textstream", "write"),
        ),
        ('GetObject("winmgmts:root/cimv2:Win32_Pro·cess").Create "a"', ("win32_process", "create")),
        ('GetObject("winmgmts:").Get("Win32_Pro·cess").Create "a"', ("win32_process", "create")),
    ],
)
def test_what_a_call_opens_is_an_object_of_its_type(code: str, expected: tuple[str, ...]) -> None:
    assert expected in [each.names for each in run(live(code), "vbscript").arrivals]


def test_an_evaluator_that_an_include_declares_runs_nothing() -> None:
    names = [each.names for each in run("Exec·ute VISITOR", "vbscript", Surroundings()).arrivals]
    assert names == [("exec" + "ute",)]
    declared = Surroundings(declared=frozenset({"exec" + "ute"}))
    assert run("Exec·ute VISITOR", "vbscript", declared).arrivals == []


@pytest.mark.parametrize(
    ("language", "name", "argument", "answer"),
    [
        ("c#", "file.readalltext", Text(("templates/", TAINTED)), True),
        ("c#", "file.readalltext", Text((TAINTED, ".txt")), False),
        ("c#", "file.readalltext", Text(("name", TAINTED)), False),
        ("c#", "file.readalltext", TAINTED, False),
        ("c#", "file.readalltext", UNKNOWN, False),
        ("c#", "file.delete", Text(("templates/", TAINTED)), False),
        ("vbscript", "loadtemplate", Text(("templates/", TAINTED)), True),
        ("c#", "loadtemplate", Text(("templates/", TAINTED)), False),
    ],
)
def test_a_call_reads_a_file_of_the_site(language: str, name: str, argument: Value, answer: bool) -> None:
    assert reads_site_file(language, tuple(name.split(".")), [argument]) is answer
