"""Which conditions check the name of an upload, and how much they say."""

from __future__ import annotations

from itertools import chain

import pytest

from tests.builders.inert import analyse, unit_of
from tests.builders.steps import at_most
from webshellhunt.analysis.checks import name_checks
from webshellhunt.analysis.checks.branches import iter_branches, iter_choices
from webshellhunt.analysis.checks.name_checks import Check, Decisions, SentNames
from webshellhunt.analysis.traces import Trace

SAVED = 'f.Save·As(Server.MapPath("~/a/") + f.FileName);'
STARTS = "var f = Req·uest.Files[0];"
UPLOAD = Trace("upload", "Req·uest.Files", 0)
BY_KEY = Trace("visitor", "Req·uest.Form('k')", -1, "k")


def check(before: str, after: str = "", language: str = "c#", start: str = STARTS, saved: str = SAVED) -> Check:
    analysis = analyse(f"{start}\n{before}\n{saved}\n{after}", language)
    flow = next(flow for flow in analysis.flows if flow.kind == "write-path")
    return analysis.name_checks.of(flow)


@pytest.mark.parametrize(
    ("before", "expected"),
    [
        ("", Check.NONE),
        ('if (Path.GetExtension(f.FileName) != ".png") return;', Check.DECIDES),
        ('if (f.FileName.EndsWith(".png"))', Check.DECIDES),
        (
            'var n = f.FileName; var e = n.Substring(n.LastIndexOf(".")); if (e != "png" && e != "gif") return;',
            Check.DECIDES,
        ),
        ("var e = Path.GetExtension(f.FileName); if (!kinds.Contains(e)) return;", Check.DECIDES),
        (
            'string[] k = {"gif", "png"}; if (Array.IndexOf(k, Path.GetExtension(f.FileName)) < 0) return;',
            Check.DECIDES,
        ),
        ('if (!Regex.IsMatch(f.FileName, @"\\.(gif|png)$")) return;', Check.DECIDES),
        ('if (Path.GetExtension(f.FileName) == ".png") ok = true;', Check.SETS_FLAG),
        ("bool ok = kinds.Contains(Path.GetExtension(f.FileName));", Check.SETS_FLAG),
        ('switch (Path.GetExtension(f.FileName)) { case ".png": ok = true; break; }', Check.SETS_FLAG),
        ('if (f.ContentType != "image/png") return;', Check.WEAK),
        ('if (Path.GetExtension(f.FileName) == ".aspx") return;', Check.WEAK),
        ('if (Path.GetExtension(f.FileName) == ".png") { }', Check.NONE),
        ('if (f.FileName.EndsWith(".png")) return;', Check.NONE),
        ('bool fits = f.FileName.EndsWith(".png"); if (fits) return;', Check.SETS_FLAG),
        ('if (!(f.FileName.EndsWith(".png"))) { } else', Check.DECIDES),
        ('if (f.FileName.EndsWith(".png")) { } else', Check.NONE),
        ('if (Path.GetExtension(f.FileName).CompareTo(".png") != 0) return;', Check.DECIDES),
        ('if (string.Compare(Path.GetExtension(f.FileName), ".png") == 0) return;', Check.NONE),
        ('if (f.FileName.IndexOf(".png") > 0 && Path.GetExtension(f.FileName) == ".png") return;', Check.NONE),
        ('foreach (var k in s) { if (Path.GetExtension(f.FileName) == ".png") { ok = 1; break; } }', Check.SETS_FLAG),
        ('if (page.Substring(1) == ".png") return;', Check.NONE),
        ('if (f.FileName == "") return;', Check.NONE),
        ("if (f.ContentLength > 100) return;", Check.NONE),
        ("if (File.Exists(f.FileName)) return;", Check.NONE),
        ('Response.ContentType = "image/png";', Check.NONE),
    ],
)
def test_a_check_compares_the_name_itself_and_decides_something(before: str, expected: Check) -> None:
    assert check(before) == expected


def test_a_function_of_the_page_may_check_what_it_is_given() -> None:
    after = 'bool Fits(string n) { if (n.EndsWith(".png")) { return true; } return false; }'
    assert check("if (!Fits(f.FileName)) return;", after) == Check.SETS_FLAG


@pytest.mark.parametrize(
    ("before", "expected"),
    [
        ('If InStr("jpg,gif", Right(n, 3)) = 0 Then Response.End', Check.DECIDES),
        ('If InStr("jpg,gif", Right(n, 3)) > 0 Then Response.End', Check.NONE),
        ('If Right(n, 4) = ".txt" Then Response.End', Check.NONE),
        ('If Not Right(n, 4) = ".txt" Then Response.End', Check.DECIDES),
        ('If Right(n, 4) <> ".txt" And Right(n, 4) <> ".gif" Then Response.End', Check.DECIDES),
        ('If Right(n, 3) = "txt" Then\nFor Each k In s\nok = True\nExit For\nNext\nEnd If', Check.SETS_FLAG),
        ('Select Case LCase(Right(n, 3))\nCase "jpg", "gif"\nok = True\nEnd Select', Check.SETS_FLAG),
        ("If Len(n) = 0 Then Response.End", Check.NONE),
        ('If Right(m, 3) = "jpg" Then Response.End', Check.NONE),
    ],
)
def test_classic_asp_checks_what_is_sent_by_the_same_key(before: str, expected: Check) -> None:
    saved = 'Set t = CreateObject("Scrip·ting.FileSystemObject").Create·TextFile(Server.MapPath("/a/" & n))'
    assert check(before, language="vbscript", start='n = Req·uest("n")', saved=saved) == expected


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ('switch (Path.GetExtension(f.FileName)) { case ".png": return; default:', "break; }", Check.NONE),
        ('switch (Path.GetExtension(f.FileName)) { default: return; case ".png":', "break; }", Check.DECIDES),
    ],
)
def test_what_no_case_names_is_not_checked(before: str, after: str, expected: Check) -> None:
    assert check(before, after) == expected


def test_a_very_long_condition_is_not_read_for_its_meaning(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(name_checks, "_MOST_TOKENS", 3)
    assert check('if (f.FileName.EndsWith(".png")) return;') == Check.DECIDES


def test_the_conditions_that_are_looked_at_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(name_checks, "MAX_CONDITIONS", 2)
    others = 'if (a == ".png") return; ' * 3
    assert check(others + 'if (Path.GetExtension(f.FileName) != ".png") return;') == Check.NONE
    monkeypatch.setattr(name_checks, "MAX_CONDITIONS", 4)
    assert check(others + 'if (Path.GetExtension(f.FileName) != ".png") return;') == Check.DECIDES


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("f.FileName", False),
        ("Path.GetFileName(f.FileName)", False),
        ("Guid.NewGuid() + Path.GetExtension(f.FileName)", True),
        ("DateTime.Now.ToString().Substring(4) + f.FileName", True),
    ],
)
def test_a_name_is_cut_where_a_part_of_it_is_taken(name: str, expected: bool) -> None:
    analysis = analyse(f'{STARTS} f.Save·As(Server.MapPath("~/a/") + {name});', "c#")
    flow = next(flow for flow in analysis.flows if flow.kind == "write-path")
    assert analysis.name_checks.is_cut(flow) == expected


def test_the_names_that_are_looked_at_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    long = "var n = f.FileName; " + "n = n + a; " * 30
    condition = 'if (Path.GetExtension(n) != ".png") return;'
    assert check(f"{long}{condition}") == Check.DECIDES
    monkeypatch.setattr(name_checks, "MOST_NAMES", 2)
    assert check(f"if (n == 1) return; {long}{condition}") == Check.NONE


def test_long_values_in_many_conditions_cost_little() -> None:
    value = "n = f.FileName" + " + n" * 3_000 + ";"
    analysis = analyse(f"{STARTS} var {value} {'if (n == 1) x = 2; ' * 300} {SAVED}", "c#")
    flow = next(flow for flow in analysis.flows if flow.kind == "write-path")
    with at_most(12_000_000):
        analysis.name_checks.of(flow)


def found(text: str, asks: bool | None) -> tuple[bool, bool]:
    """Return whether the first condition decides over ``sink``, and whether it sets a flag."""
    unit = unit_of(text, "c#")
    branch = next(chain(iter_choices(unit.index), iter_branches(unit.index)))
    decisions, place = Decisions(unit.index), unit.tokens.values.index("sink")
    return decisions.decides(branch, place, asks), decisions.sets_flag(branch, place, asks)


@pytest.mark.parametrize(
    ("text", "asks", "expected"),
    [
        ("if (a) sink();", True, (True, False)),
        ("if (a) sink();", False, (False, False)),
        ("if (a) { } else sink();", False, (True, False)),
        ("if (a) return; sink();", False, (True, False)),
        ("if (a) return; sink();", True, (False, False)),
        ("if (a) return; sink();", None, (True, False)),
        ("if (a) b = 1; sink();", True, (False, True)),
        ("if (a) { } sink();", True, (False, False)),
        ("foreach (var i in l) { if (a) break; } sink();", True, (False, False)),
        ("void F() { if (a) return; } void G() { sink(); }", True, (False, True)),
        ("switch (a) { case 1: sink(); break; }", True, (True, False)),
        ("switch (a) { case 1: return; default: sink(); break; }", True, (False, False)),
        ("switch (a) { case 1: b = 2; break; } sink();", True, (False, True)),
    ],
)
def test_decisions(text: str, asks: bool | None, expected: tuple[bool, bool]) -> None:
    assert found(text, asks) == expected


@pytest.mark.parametrize(
    ("text", "trace", "expected"),
    [
        ("var f = Request.Files[0]; var n = f.FileName; m = n; o = p;", UPLOAD, {"f", "n", "m"}),
        ("n = Upload1.PostedFile.FileName; m = Upload1.ID;", UPLOAD, {"n"}),
        ("n = p.StartInfo.FileName; m = fileName;", UPLOAD, set()),
        ('n = Request["k"]; m = Request.Form["K"]; o = Request["l"];', BY_KEY, {"n", "m"}),
        ('n = Request["k"]; o = Request["l"];', Trace("visitor", "Request", 2), {"n"}),
        ("n = txtPath.Text; m = other.Text;", Trace("visitor", "txtPath.Text", -1), {"n"}),
    ],
)
def test_sent_names(text: str, trace: Trace, expected: set[str]) -> None:
    analysis = analyse(text, "c#")
    names = SentNames(analysis.index, analysis.constants)
    targets = {assignment.name for assignment in analysis.index.assignments}
    found = {name for name in targets for dotted in analysis.index.named(name) if names.of(trace)(dotted)}
    assert found == expected
