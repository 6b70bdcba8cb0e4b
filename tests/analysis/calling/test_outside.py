"""Outside: the request, stores, libraries and sinks, none of which the page declares."""

from __future__ import annotations

from typing import Any

import pytest

from tests.builders.inert import live
from tests.builders.interpreted import run, seen
from tests.builders.library_runs import TAINTED
from webshellhunt.analysis.calling.outside import names_of
from webshellhunt.analysis.domain.taints import traces_of
from webshellhunt.analysis.domain.values import UNKNOWN, ClassValue, Opaque, Thing, Value
from webshellhunt.analysis.surroundings import Surroundings
from webshellhunt.lang.symbols import ClassSymbol


@pytest.mark.parametrize(
    ("value", "names"),
    [
        (Opaque("a.b", ("x",)), ("a", "b")),
        (Opaque("", ("x", "y")), ("x", "y")),
        (Thing("wscript.shell"), ("wscript", "shell")),
        (TAINTED, ("visitor",)),
        (ClassValue(ClassSymbol("Abc")), ("abc",)),
        (UNKNOWN, ()),
        ("text", ()),
    ],
)
def test_the_names_of_a_value(value: Value, names: tuple[str, ...]) -> None:
    assert names_of(value) == names


@pytest.mark.parametrize(
    ("language", "code", "arrives"),
    [
        ("c#", 'SINK(Req·uest.Form["a"]);', ["<tainted>"]),
        ("c#", 'SINK(Req·uest.QueryString["a"]);', ["<tainted>"]),
        ("c#", "SINK(Req·uest.UserAgent);", ["<tainted>"]),
        ("c#", 'SINK(HttpContext.Current.Req·uest["a"]);', ["<tainted>"]),
        ("c#", 'SINK(this.Req·uest["a"]);', ["<tainted>"]),
        ("c#", 'var r = Req·uest; SINK(r["a"]);', ["<tainted>"]),
        ("c#", 'SINK(Req·uest.ServerVariables["APPL_PHYSICAL_PATH"]);', ["<string>"]),
        ("c#", "SINK(Req·uest.PhysicalApplicationPath);", ["<>"]),
        ("c#", 'SINK(new WebClient().DownloadString("u"));', ["u", "<tainted>"]),
        ("c#", 'Session["a"] = VISITOR; Session["b"] = "1"; SINK(Session["b"]);', ["1"]),
        ("c#", 'Session["a"] = VISITOR; SINK(Session["a"]);', ["<tainted>"]),
        ("c#", 'Application["a"] = VISITOR; SINK(Session["a"]);', ["<>"]),
        ("c#", "SINK(VISITOR.Length);", ["<number>"]),
        ("c#", "SINK(unknown(VISITOR).Member);", ["<tainted>"]),
        ("vbscript", 'SINK Req·uest("a")', ["<tainted>"]),
        ("vbscript", 'SINK Req·uest.Form("a").Item', ["<tainted>"]),
        ("vbscript", 'Session("a") = VISITOR\nSINK Session("a")', ["<tainted>"]),
        ("jscript", 'SINK(Req·uest.Form("a"));', ["<tainted>"]),
    ],
)
def test_what_the_page_does_not_declare(language: str, code: str, arrives: list[Any]) -> None:
    assert seen(code, language) == arrives


def test_a_store_keeps_a_text_for_the_next_request() -> None:
    assert seen('SINK(Session["a"]); Session["a"] = VISITOR;', "c#") != ["<>"]


def test_a_path_below_the_site_is_marked() -> None:
    (arrival,) = run("SINK(Server.MapPath(VISITOR));", "c#").arrivals
    assert arrival.arguments[0].form == "mapped"


def test_an_assigned_property_may_be_a_sink() -> None:
    (arrival,) = run("var p = new Pro·cess(); p.StartInfo.FileName = VISITOR;", "c#").arrivals
    assert arrival.is_assigned
    assert traces_of(arrival.arguments[0])


def test_a_program_id_names_an_object() -> None:
    (arrival,) = run('Set s = CreateObject("WScr·ipt.Sh" & "ell")\ns.Run VISITOR', "vbscript").arrivals
    assert arrival.names == tuple(live("wscr·ipt.sh·ell.run").split("."))


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
