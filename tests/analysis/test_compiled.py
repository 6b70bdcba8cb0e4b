"""Entry points of compiled code, and their acts."""

from __future__ import annotations

import tomllib
from importlib.resources import files

import pytest

from tests.builders.assemblies import dotnet_library
from tests.builders.compiled import USING
from tests.persistence.rows_compiled import STUBS, agent, boot, handler, module, provider, seeing, starts
from webshellhunt.analysis.compiled import CompiledCode, act_of, compiled_code, reads_request
from webshellhunt.binaries.dotnet import read_assembly


def code_of(source: str, *, stubs: bool = False) -> CompiledCode:
    other = dotnet_library(USING + STUBS, "Stubs") if stubs else None
    return compiled_code(read_assembly(dotnet_library(USING + source, "A", other)))


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        (boot(""), ("P.Boot.Go", "start")),
        (module(""), ("P.M.Init", "start")),
        (handler(""), ("P.H.ProcessRequest", "request")),
        (provider("null"), ("P.V.GetFile", "page")),
        (agent(""), ("P.A.On", "mail")),
        ("public class Startup { public void Configuration(object b) { } }", ("Startup.Configuration", "start")),
        ("public class B : A { } public class A : IHttpModule { public void Dispose() { } "
         "public virtual void Init(HttpApplication a) { } }", ("A.Init", "start")),
    ],
)  # fmt: skip
def test_entry_points(source: str, expected: tuple[str, str]) -> None:
    entries = code_of(source, stubs="Exchange" in source).entries
    assert expected in [(each.full_name, each.when) for each in entries]


def test_a_handler_of_an_event_is_an_entry_point_of_its_own() -> None:
    (act,) = code_of(seeing(starts('r["k"]'))).acts
    assert (act.entry.when, act.kind, act.request_key) == ("request", "process", "k")
    assert "add_BeginRequest" in act.entry.words


def test_a_method_that_reads_the_request_is_followed_last() -> None:
    source = "public class A { public void Go(HttpRequest r) { " + starts('r["k"]') + " } }"
    (act,) = code_of(source).acts
    assert act.entry.words == "a method that reads the request"


def test_a_library_without_acts_is_not_followed() -> None:
    assert code_of(module("a.ToString();")).acts == ()


def test_text_boxes_of_desktop_programs_are_none_of_a_page() -> None:
    assert reads_request("System.Web.UI.WebControls.TextBox.get_Text")
    assert not reads_request("System.Windows.Forms.TextBox.get_Text")


def test_kinds_of_acts() -> None:
    assert act_of("System.Reflection.Assembly.Load") == "load"
    assert act_of("System.Reflection.Assembly.LoadWithPartialName") == ""
    assert act_of("native:WinExec") == "process"


def test_each_row_has_a_source_and_words() -> None:
    rows = tomllib.loads((files("webshellhunt.analysis") / "entry_points.toml").read_text())
    every = [*rows["entry"], *rows["start"], rows["named"]]
    assert all(row["source"].startswith("https://") and row["words"] for row in every)
    assert {row["when"] for row in rows["entry"]} == {"start", "request", "page", "sign-in", "mail"}
