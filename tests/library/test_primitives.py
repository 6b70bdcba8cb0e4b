"""Primitives: what objects of the library do with values, asked of small programs of VBScript.

Each program writes what counts to the answer of the page; no sink is among them.
"""

from __future__ import annotations

from typing import Any

from tests.builders.core_runs import started
from tests.builders.tables import each_row
from webshellhunt.analysis.vocabulary import vocabulary
from webshellhunt.core.run import World
from webshellhunt.core.values import Label, OneOf, Parts, Some, labels_of
from webshellhunt.lang.unit import build_unit
from webshellhunt.library.primitives import OF_OBJECTS, PRIMITIVES
from webshellhunt.library.rows import library
from webshellhunt.lower import visual_basic
from webshellhunt.lower.texts import TextReader

DICTIONARY = 'Set d = CreateObject("Scripting.Dictionary")\n'
STREAM = 'Set s = CreateObject("ADODB.Stream")\ns.Type = 2\ns.Open\n'
NODE = 'Set n = CreateObject("MSXML2.DOMDocument").createElement("a")\n'
REGEX = "Set r = New RegExp\n"
FILES = 'Set f = CreateObject("Scripting.FileSystemObject")\n'


def written(code: str) -> list[Any]:
    """Return what a page writes, in the order of the places that write."""
    top = build_unit(code, "vbscript", [(0, len(code))]).parsed.top
    machine = started(visual_basic.lower(top), World(library(), frozenset({"write"}), TextReader().read))
    return [each.arguments[0] for each in machine.arrivals if each.names == ("response", "write")]


def kinds(value: Any) -> set[str]:
    return {label.kind for label in labels_of(value)}


@each_row(
    ("code", "expected"),
    [
        ('a = Split("a,b,c", ",")\nResponse.Write a(2) & UBound(a)', ["c2"]),
        ('a = Split("a,b,c", ",", 2)\nResponse.Write a(1)', ["b,c"]),
        ('a = Split("aXbxc", "x", -1, 1)\nResponse.Write UBound(a)', [2]),
        ('Response.Write UBound(Split("", ","))', [-1]),
        ('Response.Write Join(Array(1, "b", True), "-")', ["1-b-True"]),
        ('Response.Write Join(Filter(Array("ab", "c", "Ad"), "a"))', ["ab"]),
        ('Response.Write Join(Filter(Array("ab", "c", "Ad"), "a", True, 1))', ["ab Ad"]),
        ('Response.Write Join(Filter(Array("ab", "c"), "a", False))', ["c"]),
        ("Dim a(2, 4)\nResponse.Write UBound(a) & UBound(a, 2)", ["24"]),
        ('Response.Write IsArray(Array()) & IsArray("") & IsEmpty(x) & IsNull(Null)', ["TrueFalseTrueTrue"]),
        (DICTIONARY + "Response.Write IsObject(d) & IsObject(1) & TypeName(d) & VarType(d)", ["TrueFalseDictionary9"]),
        ('Response.Write TypeName(Array(1)) & VarType("a") & TypeName(1.5)', ["Variant()8Double"]),
    ],
)
def test_arrays_and_types(code: str, expected: list[Any]) -> None:
    assert written(code) == expected


@each_row(
    ("code", "expected"),
    [
        ('d.Add "a", 1\nd("b") = 2\nResponse.Write d.Count & d("a") & d.Item("b")', ["212"]),
        ('d("a") = 1\nd("A") = 2\nResponse.Write d.Count', [2]),
        ('d.CompareMode = 1\nd("a") = 1\nd("A") = 2\nResponse.Write d.Count & d("a")', ["12"]),
        ('d("a") = 1\nd.Key("a") = "b"\nResponse.Write d.Exists("a") & d("b")', ["False1"]),
        ('x = d("new")\nResponse.Write d.Exists("new")', [True]),
        ('d("a") = 1\nd.Remove "a"\nResponse.Write d.Exists("a") & d.Count', ["False0"]),
        ('d("a") = 1\nd.RemoveAll\nResponse.Write d.Count', [0]),
        ('d("a") = 1\nd("b") = 2\nResponse.Write Join(d.Keys, "") & Join(d.Items, "")', ["ab12"]),
        ('d("a") = 1\nFor Each k In d\nResponse.Write k\nNext', ["a"]),
        ('d.Add "a", 1\nd.Add Request("k"), 2\nk = d.Keys\nResponse.Write k(0)', ["a"]),
        ('On Error Resume Next\nd.Add "a", 1\nd.Add "a", 2\nResponse.Write Err.Number & d("a")', ["4571"]),
    ],
)
def test_dictionaries(code: str, expected: list[Any]) -> None:
    assert written(DICTIONARY + code) == expected


def test_a_key_that_is_there_is_one_of_those() -> None:
    code = DICTIONARY + 'd("a") = 1\nd("b") = 2\nx = Request("k")\n'
    assert written(code + "If d.Exists(x) Then Response.Write x") == [OneOf(("a", "b"))]
    assert kinds(written(code + "d(x) = 1\nIf d.Exists(x) Then Response.Write x")[0]) == {"visitor"}
    assert written(DICTIONARY + 'x = Request("k")\nIf d.Exists(x) Then Response.Write x') == []


def test_an_unknown_key_may_be_any() -> None:
    code = DICTIONARY + 'd("a") = "x"\nd(Request("k")) = Request("v")\n'
    assert kinds(written(code + 'Response.Write d("a")')[0]) == {"visitor"}
    assert kinds(written(code + 'Response.Write d("other")')[0]) == {"visitor"}


@each_row(
    ("code", "expected"),
    [
        ('s.WriteText "ab"\ns.Position = 0\nResponse.Write s.ReadText', ["ab"]),
        ('s.Charset = "utf-8"\ns.WriteText "ab", 1\ns.Position = 0\nResponse.Write s.ReadText(2) & s.Size', ["ab7"]),
        ('s.WriteText "ab"\ns.Position = 0\ns.WriteText "c"\ns.Position = 0\nResponse.Write s.ReadText', ["c"]),
        ('s.WriteText "ab"\ns.Position = 0\ns.SetEOS\nResponse.Write s.ReadText', [""]),
        (
            's.Charset = "us-ascii"\ns.WriteText "hi"\ns.Position = 0\ns.Type = 1\nb = s.Read\nResponse.Write AscB(b)',
            [104],
        ),
        (
            's.WriteText "ab"\ns.Position = 0\nSet t = CreateObject("ADODB.Stream")\ns.CopyTo t\nt.Position = 0\n'
            "Response.Write t.ReadText",
            ["ab"],
        ),
    ],
)
def test_streams(code: str, expected: list[Any]) -> None:
    assert written(STREAM + code) == expected


def test_what_a_stream_has_comes_back() -> None:
    assert kinds(written(STREAM + 's.WriteText Request("a")\ns.Position = 0\nResponse.Write s.ReadText')[0]) == {
        "visitor"
    }
    assert kinds(written(STREAM + 's.LoadFromFile "a.txt"\nResponse.Write s.ReadText')[0]) == {"file"}
    other = 'Set t = CreateObject("ADODB.Stream")\nt.Open\nt.WriteText "b"\nt.Position = 0\nResponse.Write t.ReadText'
    assert written(STREAM + 's.WriteText Request("a")\n' + other) == ["b"]


@each_row(
    ("code", "expected"),
    [
        ('n.dataType = "bin.base64"\nn.text = "QUI="\nResponse.Write AscB(n.nodeTypedValue)', [65]),
        ('n.DataType = "bin.hex"\nn.Text = "4142"\nResponse.Write AscB(n.NodeTypedValue)', [65]),
        ('n.text = "a"\nResponse.Write n.text & n.nodeTypedValue', ["aa"]),
        ('n.setAttribute "x", "y"\nResponse.Write n.getAttribute("x")', ["y"]),
    ],
)
def test_nodes(code: str, expected: list[Any]) -> None:
    assert written(NODE + code) == expected


def test_documents_have_what_was_loaded() -> None:
    code = 'Set d = CreateObject("MSXML2.DOMDocument.6.0")\n'
    for line in ('d.loadXML Request("a")', "d.load Request"):
        found = written(code + line + '\nResponse.Write d.selectSingleNode("//a").text')
        assert kinds(found[0]) == {"visitor"}
    assert kinds(written(code + 'd.load "a.xml"\nResponse.Write d.documentElement.text')[0]) == {"file"}


@each_row(
    ("code", "expected"),
    [
        ('r.Pattern = "b"\nResponse.Write r.Replace("abb", "c")', ["acb"]),
        ('r.Pattern = "b"\nr.Global = True\nResponse.Write r.Replace("abb", "c")', ["acc"]),
        ('r.Pattern = "B"\nr.IgnoreCase = True\nResponse.Write r.Test("abb")', [True]),
        (
            'r.Pattern = "(.)=(.)"\nSet m = r.Execute("a=b")\nResponse.Write m(0) & m(0).SubMatches(1) & m.Count',
            ["a=bb1"],
        ),
        (
            'r.Pattern = "b"\nFor Each m In r.Execute("ab")\nResponse.Write m.Value & m.FirstIndex & m.Length\nNext',
            ["b11"],
        ),
    ],
)
def test_patterns(code: str, expected: list[Any]) -> None:
    assert written(REGEX + code) == expected


def test_a_test_of_a_pattern_narrows() -> None:
    code = (
        REGEX + 'r.Pattern = "^(a|b)$"\nx = Request("k")\nIf r.Test(x) Then Response.Write x Else Response.Write x & ""'
    )
    assert written(code)[0] == OneOf(("a", "b"))
    assert kinds(written(code)[1]) == {"visitor"}


def test_records_of_a_table_are_not_the_statement() -> None:
    made = 'Set c = CreateObject("ADODB.Connection")\nSet r = c.Execute({})\n'
    code = made + 'Response.Write r("a")\nResponse.Write r.Fields(0).Value'
    for statement, expected in (
        ('"select a from t where b=" & Request("k")', {"database"}),
        ('"select \'" & Request("k") & "\'"', {"database", "visitor"}),
        ('"select \' from \', \'" & Request("k") & "\'"', {"database", "visitor"}),
        ('"select a from t union select \'" & Request("k") & "\'"', {"database", "visitor"}),
    ):
        assert [kinds(each) for each in written(code.format(statement))] == [expected, expected]


def test_a_record_of_the_page_has_what_it_put_there() -> None:
    code = (
        'Set r = CreateObject("ADODB.Recordset")\nr.Fields.Append "a", 200, 255\nr.Open\nr.AddNew\n'
        'r("a") = Request("k")\nr("b") = "x"\nr.Update\nResponse.Write r("a")\nResponse.Write r("b")'
    )
    found = written(code)
    assert kinds(found[0]) == {"visitor"}
    assert found[1] == "x"


def test_a_file_has_what_was_written_to_it() -> None:
    code = FILES + 'Set t = f.CreateTextFile("a.txt")\nt.Write Request("k")\nt.Close\n'
    assert kinds(written(code + 'Response.Write f.OpenTextFile("A.txt").ReadAll')[0]) == {"visitor"}
    assert kinds(written(code + 'Response.Write f.OpenTextFile("b.txt").ReadAll')[0]) == {"file"}
    copied = 'f.CopyFile "a.txt", "c.txt"\nResponse.Write f.OpenTextFile("c.txt").ReadAll'
    assert kinds(written(code + copied)[0]) == {"visitor"}


def test_the_visitor_selects_a_file_and_does_not_write_it() -> None:
    found = written(FILES + 'Response.Write f.OpenTextFile(Request("k")).ReadAll')[0]
    assert (kinds(found), found.form) == ({"file", "visitor"}, "found")
    assert written(FILES + 'Response.Write f.GetFileName(Request("k"))')[0].form == "file-name"


def test_paths() -> None:
    root = Some("text", frozenset({Label("site-path", "Server.MapPath")}), form="mapped")
    assert written('Response.Write Server.MapPath("a.asp")') == [Parts((root, "a.asp"))]
    visitor = written('Response.Write Server.MapPath("up/" & Request("k") & ".txt")')[0]
    assert visitor.parts[0] == "up/"
    assert visitor.parts[1].form == "mapped"
    assert visitor.parts[2] == ".txt"
    assert written(FILES + 'Response.Write f.BuildPath("c:\\a", "b.txt")') == ["c:\\a\\b.txt"]
    assert written(FILES + 'Response.Write f.BuildPath("c:\\", "b.txt")') == ["c:\\b.txt"]


def test_one_key_of_the_request_is_one_place() -> None:
    code = 'If Request.Form("a") = "x" Then Response.Write Request.Form("A") & Request.Form("b")'
    found = written(code)[0]
    assert found.parts[0] == "x"
    assert {label.key for label in labels_of(found)} == {"b"}


@each_row(
    ("code", "expected"),
    [
        ('Request("a")', {"visitor"}),
        ("Request.Form", {"visitor"}),
        ('Request.Cookies("a")("b")', {"visitor"}),
        ('Request.QueryString("a").Item(1)', {"visitor"}),
        ("Request.Form.Key(1)", {"visitor"}),
        ('Request.ServerVariables("HTTP_REFERER")', {"visitor"}),
        ('Request.ServerVariables("HTTP_HOST")', {"visitor", "host"}),
        ('Request.ServerVariables("SCRIPT_NAME")', {"page-path"}),
        ('Request.ServerVariables("APPL_PHYSICAL_PATH")', {"site-path"}),
        ('Request.ServerVariables("SERVER_SOFTWARE")', {"host"}),
        ("Request.BinaryRead(Request.TotalBytes)", {"visitor"}),
        ("Request.TotalBytes", set()),
        ("Request.Form.Count", set()),
        ('Request.Form("a").Count', set()),
        ('Session("a")', {"stored"}),
        ('Application.Contents("a")', {"stored"}),
    ],
)
def test_sources(code: str, expected: set[str]) -> None:
    assert kinds(written(f"Response.Write {code}")[0]) == expected


def test_a_session_has_what_was_stored() -> None:
    assert written('Session("a") = "x"\nResponse.Write Session("A")') == ["x"]
    assert written('Session.Contents("a") = "x"\nSession.Contents.Remove "a"\nResponse.Write Session("a")') == [""]
    assert written('Session("a") = "x"\nSession.Abandon\nResponse.Write Session("a")') == [""]


@each_row(
    "name", ["WScript.Shell", "wscript.shell.1", "new:{72C24DD5-D70A-438B-8A42-98424B88AFB8}", "WScript.Shell.1.1"]
)
def test_objects_are_made_by_any_of_their_names(name: str) -> None:
    code = f'Set o = CreateObject("{name}")\no.Run "x"'
    top = build_unit(code, "vbscript", [(0, len(code))]).parsed.top
    machine = started(visual_basic.lower(top), World(library(), frozenset({"run"}), TextReader().read))
    assert [each.names for each in machine.arrivals] == [("wscript", "shell", "run")]


def test_results_by_reference() -> None:
    made = 'Set p = GetObject("winmgmts:").Get("Win32_Process")\n'
    code = made + 'x = Request("k")\np.Create "a", Null, Null, x\nResponse.Write x'
    assert written(code) == [Some("number")]


def test_lists_of_dotnet() -> None:
    code = 'Set l = CreateObject("System.Collections.ArrayList")\nl.Add "a"\nl.Add "b"\n'
    assert written(code + 'Response.Write l(1) & l.Count & Join(l.ToArray, "")') == ["b2ab"]
    assert written(code + "For Each x In l\nResponse.Write x\nNext") == [OneOf(("a", "b"))]


# Names of sinks -------------------------------------------------------------------------------------------------------

_MAKING = {
    "textstream": 'CreateObject("Scripting.FileSystemObject").OpenTextFile("a", 2)',
    "stdin": 'CreateObject("WScript.Shell").Exec("a").StdIn',
    "win32_process": 'GetObject("winmgmts:").Get("Win32_Process")',
    "fso": 'CreateObject("Scripting.FileSystemObject")',
    "wscript.shell": 'CreateObject("WScript.Shell")',
    "shell.application": 'CreateObject("Shell.Application")',
    "adodb.stream": 'CreateObject("ADODB.Stream")',
    "adodb.connection": 'CreateObject("ADODB.Connection")',
    "adodb.recordset": 'CreateObject("ADODB.Recordset")',
    "scriptcontrol": 'CreateObject("ScriptControl")',
    "xmlhttp": 'CreateObject("MSXML2.XMLHTTP")',
    "mswc.tools": 'CreateObject("MSWC.Tools")',
    "*": "CreateObject(Application(1))",
}
"""How a page makes an object of a type that has sinks."""


def _sinks_of(kind: str) -> list[str]:
    owner = () if kind == "*" else tuple(kind.split("."))
    sinks = [sink for group in vocabulary().sinks.values() for sink in group if sink.anywhere is (kind == "*")]
    return sorted({sink.pattern[-1] for sink in sinks if sink.pattern[:-1] == owner and not sink.is_property})


@each_row("kind", sorted(_MAKING))
def test_a_sink_is_reached_by_the_name_that_it_has(kind: str) -> None:
    members = _sinks_of(kind)
    assert members != []
    code = "\n".join(f'{_MAKING[kind]}.{member} "a", "b"' for member in members)
    top = build_unit(code, "vbscript", [(0, len(code))]).parsed.top
    arriving = frozenset(vocabulary().sinks)
    machine = started(visual_basic.lower(top), World(library(), arriving, TextReader().read))
    reached = {each.names[-1] for each in machine.arrivals if vocabulary().sink(each.names)}
    assert {*members} - reached == set()


def test_each_primitive_is_named_by_a_row() -> None:
    rows = [row for each in library().rows.values() for row in (each, *each.others)]
    assert PRIMITIVES.keys() - {row.do_name for row in rows} == set()
    assert OF_OBJECTS - PRIMITIVES.keys() == set()
