"""How texts are put together: what begins them, what may end them, and what a hostile page may cost."""

from __future__ import annotations

import pytest

from tests.builders.inert import analyse
from webshellhunt.analysis.flow.flows import ITSELF, Shape

_FILES = 'Set f = CreateObject("Scripting.File·SystemObject")\n'


def written(code: str, language: str) -> Shape:
    """Return the shape of the first path that the visitor has a say in."""
    return next(flow.shape for flow in analyse(code, language).flows if flow.kind == "write-path")


def test_a_file_of_a_folder_is_not_any_file() -> None:
    code = f'{_FILES}For Each each In f.GetFolder(Req·uest("p")).Files\nf.Create·TextFile each\nNext'
    assert not written(code, "vbscript").is_whole


@pytest.mark.parametrize(
    ("path", "whole", "mapped"),
    [
        ('Req·uest("p")', True, False),
        ('Trim(Req·uest("p"))', True, False),
        ('Req·uest("p") & "a.asp"', True, False),
        ('"" & Req·uest("p")', True, False),
        ('"C:\\" & Req·uest("p")', True, False),
        ('Server.MapPath(Req·uest("p"))', True, True),
        ('Server.MapPath("/a") & Req·uest("p")', False, False),
        ('"C:\\a\\" & Req·uest("p")', False, False),
        ('"a" & Req·uest("p")', False, False),
        ('Server.MapPath(Session("x")) & Req·uest("p")', False, False),
        ('Server.MapPath("../a/" & Session("x")) & Req·uest("p")', False, False),
        ('f.OpenTextFile(Req·uest("p")).ReadLine', False, False),
        ("known", True, False),
        ("joined", False, False),
        ('made("x")', True, False),
        ('passed(Req·uest("p"))', True, False),
    ],
)
def test_what_a_path_begins_with(path: str, whole: bool, mapped: bool) -> None:
    code = f"""{_FILES}known = Req·uest("p")
joined = "a"
joined = joined & Req·uest("p")
Function made(a)
made = LCase(Req·uest("p"))
End Function
Function passed(a)
passed = a & ".txt"
End Function
f.Create·TextFile {path}"""
    shape = written(code, "vbscript")
    assert (shape.is_whole, shape.is_mapped) == (whole, mapped)


@pytest.mark.parametrize(
    ("path", "tails"),
    [
        ('Req·uest["p"] + ".xls"', {".xls"}),
        ('Req·uest["p"] + "." + "xls"', {".xls"}),
        ('Req·uest["p"] + ""', {None}),
        ('Path.Combine(Req·uest["p"], "a.txt")', {"\\a.txt"}),
        ('Server.MapPath("~/" + Req·uest["p"] + ".aspx")', {".aspx"}),
        ('$"{Req·uest["p"]}.csv"', {".csv"}),
        ('(flag ? Req·uest["p"] + ".a" : "b.c")', {".a", "b.c"}),
        ('(string)Req·uest["p"].Trim()', {None}),
        ('String.Format("{0}.txt", Req·uest["p"])', {".txt"}),
        ('Req·uest["p"] + tail', {".one", ".two"}),
    ],
)
def test_what_a_path_may_end_in(path: str, tails: set[str | None]) -> None:
    code = f'void go() {{ var tail = ".one"; if (x) tail = ".two"; File.Write·AllText({path}, "a"); }}'
    assert written(code, "c#").tails == tails


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ('"new " & p', True),
        ('" CALL " & p & "()"', True),
        ('"(new A)." & p & "()"', True),
        ('"new " & trusted & "Page"', True),
        ('"new " & Req·uest("p")', False),
        ('"new A" & p', True),
        ('"new A" & b & p', True),
        ('"font" & p', False),
        ('"new " & p & ":" & q', False),
        ('"x = " & p', False),
        ('p & ".go()"', False),
        ("p", False),
    ],
)
def test_what_is_only_named_by_a_visitor(code: str, expected: bool) -> None:
    start = 'p = Req·uest("p")\nq = Req·uest("q")\ntrusted = "Home"\nIf Session("x") Then trusted = "my" & p\n'
    flow = next(each for each in analyse(f"{start}Exec·ute {code}", "vbscript").flows if each.from_visitor)
    assert flow.shape.is_name is expected


def test_the_page_itself_is_an_end_and_a_beginning() -> None:
    named = analyse(f'{_FILES}f.Create·TextFile Server.MapPath(Req·uest.ServerVariables("SCRIPT_NAME"))', "vbscript")
    assert [text for _, text in named.written_names()] == [ITSELF]
    code = 'var i = new FileInfo(Req·uest.PhysicalPath); Req·uest.Files[0].Save·As(i.DirectoryName + Req·uest["p"]);'
    shape = written(code, "c#")
    assert shape.is_beside
    assert not shape.is_whole


def test_what_stands_in_front_of_the_visitors_words_is_told_for_a_connection() -> None:
    code = 'var c = new Sql·Connection("server=a;uid=" + Req·uest["u"] + ";pwd=" + Req·uest["p"]);'
    (flow,) = analyse(code, "c#").flows
    assert flow.shape.before == ("server=a;uid=", ";pwd=")


@pytest.mark.parametrize(
    ("path", "is_found"),
    [
        ('Server.MapPath("~/App_Data/x/" + Req·uest["n"] + ".xsl")', False),
        ("Server.MapPath(p)", False),
        ('Req·uest["n"] + ".xsl"', True),
        ('"http://" + Req·uest["n"] + ".xsl"', True),
        ('"http://a/b/" + Req·uest["n"] + ".xsl"', True),
        ('Server.MapPath(Req·uest["n"] + ".xsl")', True),
        ('Server.MapPath("~/up/" + Req·uest["n"])', True),
    ],
)
def test_a_stylesheet_of_the_site(path: str, *, is_found: bool) -> None:
    start = 'string n = Req·uest["n"]; string p = "~/App_Data/x/" + n + ".xslt"; '
    code = f"void f() {{ {start}var x = new XslCompiled·Transform(); x.Load({path}, XsltSettings.TrustedXslt, null); }}"
    assert bool(analyse(code, "c#").flows) is is_found


def test_what_stands_in_front_is_what_is_right_in_front() -> None:
    code = 'p = "/data/x" & Req·uest("p") & ".mdb"\n'
    code += 'Set c = CreateObject("ADO·DB.Connection")\nc.Connection·String = "provider=a;data source=" & p'
    (flow,) = analyse(code, "vbscript").flows
    assert flow.shape.before == ("provider=a;data source=/data/x",)
