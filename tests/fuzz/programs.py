"""Programs by grammar: a visitor's text goes through harmless steps to a sink, or one of the steps cuts it off.

The generator knows which of the two it wrote, and the verdict of the page is compared with that. Each step takes the
variable ``OLD`` to ``NEW``; ``AID`` is a name of its own. What a step declares comes before all code.
"""

from __future__ import annotations

import random
from typing import NamedTuple

from tests.analysis.test_semantics import UNSIGNED
from tests.builders.inert import live
from webshellhunt.model.verdict import Disposition
from webshellhunt.pipeline import examine


class Tongue(NamedTuple):
    """How a language writes a page: its first lines, the request, what ends the page, its sinks and its steps.

    A step is its name and its text; a declaration comes first, apart from it by ``|||``.
    """

    extension: str
    first: str
    request: str
    sinks: tuple[str, ...]
    steps: dict[str, str]
    cuts: dict[str, str]
    start: str = "NEW = REQUEST"


class Program(NamedTuple):
    """A page, whether the visitor's text reaches its sink, and the names of its steps."""

    text: str
    path: str
    is_harmful: bool
    steps: tuple[str, ...]


TONGUES = {
    "vbscript": Tongue(
        ".asp", "", 'Req·uest("k")', ("Exec·ute OLD", 'CreateObject("WScr·ipt.Sh·ell").Run OLD', "ExecuteGl·obal OLD"),
        {
            "copy": "NEW = OLD",
            "append": 'NEW = "" & OLD',
            "append to itself": "NEW = NEW & OLD",
            "trim": "NEW = Trim(OLD)",
            "middle": "NEW = Mid(OLD, 1)",
            "replace": 'NEW = Replace(OLD, "qqq", "")',
            "split and join": 'NEW = Join(Split(OLD, "|"), "|")',
            "reverse twice": "NEW = StrReverse(StrReverse(OLD))",
            "array": "Dim AID(2)\nAID(1) = OLD\nNEW = AID(1)",
            "array of values": 'AID = Array("a", OLD)\nNEW = AID(1)',
            "dictionary": 'Set AID = CreateObject("Scripting.Dictionary")\nAID.Add "a", OLD\nNEW = AID("a")',
            "function": "Function fAID(a)\nfAID = a\nEnd Function|||NEW = fAID(OLD)",
            "by reference": "Sub sAID(a, b)\nb = a\nEnd Sub|||sAID OLD, NEW",
            "class": "Class cAID\nPublic p\nEnd Class|||Set AID = New cAID\nAID.p = OLD\nNEW = AID.p",
            "property": "Class cAID\nPrivate v\nPublic Property Let P(a)\nv = a\nEnd Property\nPublic Property Get P\n"
            "P = v\nEnd Property\nEnd Class|||Set AID = New cAID\nAID.P = OLD\nNEW = AID.P",
            "if": "If Len(OLD) > 0 Then\nNEW = OLD\nEnd If",
            "choice": "Select Case 1\nCase 1\nNEW = OLD\nCase Else\nNEW = 1\nEnd Select",
            "loop": "For iAID = 1 To 1\nNEW = OLD\nNext",
            "do": "Do\nNEW = OLD\nLoop While False",
            "each": "For Each AID In Array(OLD)\nNEW = AID\nNext",
            "letters": "For iAID = 1 To Len(OLD)\nNEW = NEW & Mid(OLD, iAID, 1)\nNext",
            "session": 'Sess·ion("AID") = OLD\nNEW = Sess·ion("AID")',
            "with": "Class cAID\nPublic p\nEnd Class|||Set AID = New cAID\nWith AID\n.p = OLD\nNEW = .p\nEnd With",
            "text run": 'Exec·ute "NEW = OLD"',
            "concat of parts": "NEW = Left(OLD, 1) & Mid(OLD, 2)",
            "error handling": "On Error Resume Next\nNEW = OLD\nOn Error Goto 0",
        },
        {
            "overwritten": 'NEW = OLD\nNEW = "Response.Write 1"',
            "number": "NEW = CStr(CLng(OLD))",
            "length": "NEW = CStr(Len(OLD))",
            "compared": 'NEW = "Response.Write 1"\nIf OLD = "b" Then NEW = "Response.Write 2"',
            "allowed": 'If OLD <> "one" And OLD <> "two" Then Response.End\nNEW = OLD',
            "pattern": 'Set AID = New RegExp\nAID.Pattern = "^[0-9]+$"\n'
            "If Not AID.Test(OLD) Then Response.End\nNEW = OLD",
            "is a number": "If Not IsNumeric(OLD) Then Response.End\nNEW = CLng(OLD)",
            "unused": 'AID = OLD\nNEW = "Response.Write 1"',
            "never": 'NEW = "Response.Write 1"\nIf 1 = 2 Then NEW = OLD',
        },
    ),
    "csharp": Tongue(
        ".aspx", '<\x25@ Page Language="C#" \x25>\n', 'Req·uest["k"]',
        ("System.Diagn·ostics.Pro·cess.Start(OLD);", 'System.Diagn·ostics.Pro·cess.Start("cm·d.exe", OLD);',
         "{ var last = new System.Diagn·ostics.Pro·cess(); last.StartInfo.FileName = OLD; last.Start(); }"),
        {
            "copy": "var NEW = OLD;",
            "append": 'var NEW = "" + OLD;',
            "trim": "var NEW = OLD.Trim();",
            "replace": 'var NEW = OLD.Replace("qqq", "");',
            "substring": "var NEW = OLD.Substring(0);",
            "split and join": "var NEW = string.Join(\"|\", OLD.Split('|'));",
            "concat": 'var NEW = string.Concat(OLD, "");',
            "format": 'var NEW = string.Format("{0}", OLD);',
            "interpolated": 'var NEW = $"{OLD}";',
            "array": 'var AID = new[] { "a", OLD }; var NEW = AID[1];',
            "dictionary": "var AID = new System.Collections.Generic.Dictionary<string, string>(); "
            'AID["a"] = OLD; var NEW = AID["a"];',
            "list": "var AID = new System.Collections.Generic.List<string>(); AID.Add(OLD); var NEW = AID[0];",
            "builder": "var AID = new System.Text.StringBuilder(); AID.Append(OLD); var NEW = AID.ToString();",
            "lambda": "Func<string, string> fAID = q => q; var NEW = fAID(OLD);",
            "local function": "string fAID(string q) { return q; } var NEW = fAID(OLD);",
            "out": "void fAID(string q, out string r) { r = q; } string NEW; fAID(OLD, out NEW);",
            "if": 'var NEW = ""; if (OLD.Length > 0) { NEW = OLD; }',
            "ternary": 'var NEW = OLD.Length > 0 ? OLD : "";',
            "loop": 'var NEW = ""; for (int iAID = 0; iAID < 1; iAID++) { NEW = OLD; }',
            "each": 'var NEW = ""; foreach (var AID in new[] { OLD }) { NEW += AID; }',
            "letters": 'var NEW = ""; foreach (char AID in OLD) { NEW += AID; }',
            "try": 'var NEW = ""; try { NEW = OLD; } catch (Exception) { NEW = "a"; }',
            "cast": "object AID = OLD; var NEW = (string)AID;",
            "session": 'Sess·ion["AID"] = OLD; var NEW = (string)Sess·ion["AID"];',
            "bytes": "var NEW = System.Text.Encoding.UTF8.GetString(System.Text.Encoding.UTF8.GetBytes(OLD));",
            "base64": "var NEW = System.Text.Encoding.UTF8.GetString(Convert.FromBase64String("
            "Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes(OLD))));",
            "characters": "var NEW = new string(OLD.ToCharArray());",
            "reverse twice": "var AID = OLD.ToCharArray(); Array.Reverse(AID); Array.Reverse(AID); "
            "var NEW = new string(AID);",
            "null": 'var NEW = OLD ?? "";',
            "linq": "var NEW = System.Linq.Enumerable.First(System.Linq.Enumerable.Select(new[] { OLD }, q => q));",
            "tuple": 'var AID = Tuple.Create("a", OLD); var NEW = AID.Item2;',
            "switch": 'var NEW = ""; switch (1) { case 1: NEW = OLD; break; default: NEW = "a"; break; }',
            "stream": "var AID = new System.IO.StringWriter(); AID.Write(OLD); var NEW = AID.ToString();",
        },
        {
            "overwritten": 'var NEW = OLD; NEW = "x";',
            "number": "var NEW = int.Parse(OLD).ToString();",
            "length": "var NEW = OLD.Length.ToString();",
            "compared": 'var NEW = OLD == "b" ? "x" : "y";',
            "allowed": 'if (OLD != "one" && OLD != "two") return; var NEW = OLD;',
            "list": 'if (Array.IndexOf(new[] { "one", "two" }, OLD) < 0) return; var NEW = OLD;',
            "pattern": 'if (!System.Text.RegularExpressions.Regex.IsMatch(OLD, "^[0-9]+$")) return; var NEW = OLD;',
            "tried": "int AID; if (!int.TryParse(OLD, out AID)) return; var NEW = AID.ToString();",
            "unused": 'var AID = OLD; var NEW = "x";',
            "never": 'var NEW = "x"; if (1 == 2) { NEW = OLD; }',
            "map": 'var AID = new System.Collections.Generic.Dictionary<string, string> { { "a", "x" }, { "b", '
            '"y" } }; var NEW = AID.ContainsKey(OLD) ? AID[OLD] : "z";',
        },
        "var NEW = REQUEST;",
    ),
    "vbnet": Tongue(
        ".aspx", '<\x25@ Page Language="VB" \x25>\n', 'Req·uest("k")',
        ("System.Diagn·ostics.Pro·cess.Start(OLD)", "Sh·ell(OLD)",
         'System.Diagn·ostics.Pro·cess.Start("cm·d.exe", OLD)'),
        {
            "copy": "Dim NEW = OLD",
            "append": 'Dim NEW = "" & OLD',
            "trim": "Dim NEW = Trim(OLD)",
            "method": "Dim NEW As String = OLD.Trim()",
            "middle": "Dim NEW = Mid(OLD, 1)",
            "replace": 'Dim NEW = OLD.Replace("qqq", "")',
            "split and join": 'Dim NEW = String.Join("|", OLD.Split("|"c))',
            "format": 'Dim NEW = String.Format("{0}", OLD)',
            "interpolated": 'Dim NEW = $"{OLD}"',
            "array": 'Dim AID() As String = {"a", OLD}\nDim NEW = AID(1)',
            "dictionary": "Dim AID As New System.Collections.Generic.Dictionary(Of String, String)()\n"
            'AID("a") = OLD\nDim NEW = AID("a")',
            "list": "Dim AID As New System.Collections.Generic.List(Of String)()\nAID.Add(OLD)\nDim NEW = AID(0)",
            "builder": "Dim AID As New System.Text.StringBuilder()\nAID.Append(OLD)\nDim NEW = AID.ToString()",
            "lambda": "Dim fAID = Function(q As String) q\nDim NEW = fAID(OLD)",
            "sub": "Dim NEW As String = Nothing\nDim fAID = Sub(q As String) NEW = q\nfAID(OLD)",
            "if": 'Dim NEW = ""\nIf OLD.Length > 0 Then\nNEW = OLD\nEnd If',
            "ternary": 'Dim NEW = If(OLD.Length > 0, OLD, "")',
            "iif": 'Dim NEW = CStr(IIf(True, OLD, ""))',
            "loop": 'Dim NEW = ""\nFor iAID As Integer = 0 To 0\nNEW = OLD\nNext',
            "each": 'Dim NEW = ""\nFor Each AID As String In New String() {OLD}\nNEW &= AID\nNext',
            "letters": 'Dim NEW = ""\nFor Each AID As Char In OLD\nNEW &= AID\nNext',
            "try": 'Dim NEW = ""\nTry\nNEW = OLD\nCatch ex As Exception\nNEW = "a"\nEnd Try',
            "cast": "Dim AID As Object = OLD\nDim NEW = CType(AID, String)",
            "session": 'Sess·ion("AID") = OLD\nDim NEW = CStr(Sess·ion("AID"))',
            "bytes": "Dim NEW = System.Text.Encoding.UTF8.GetString(System.Text.Encoding.UTF8.GetBytes(OLD))",
            "with": "Dim AID As New System.Text.StringBuilder()\nDim NEW As String\nWith AID\n.Append(OLD)\n"
            "NEW = .ToString()\nEnd With",
            "choice": 'Dim NEW = ""\nSelect Case 1\nCase 1\nNEW = OLD\nCase Else\nNEW = "a"\nEnd Select',
            "reverse twice": "Dim NEW = StrReverse(StrReverse(OLD))",
            "linq": "Dim NEW = (From q In New String() {OLD} Select q).First()",
        },
        {
            "overwritten": 'Dim NEW = OLD\nNEW = "x"',
            "number": "Dim NEW = CStr(CInt(OLD))",
            "length": "Dim NEW = OLD.Length.ToString()",
            "compared": 'Dim NEW = If(OLD = "b", "x", "y")',
            "allowed": 'If OLD <> "one" AndAlso OLD <> "two" Then Return\nDim NEW = OLD',
            "list": 'If Array.IndexOf(New String() {"one", "two"}, OLD) < 0 Then Return\nDim NEW = OLD',
            "pattern": 'If Not System.Text.RegularExpressions.Regex.IsMatch(OLD, "^[0-9]+$") Then Return\n'
            "Dim NEW = OLD",
            "tried": "Dim AID As Integer\nIf Not Integer.TryParse(OLD, AID) Then Return\nDim NEW = AID.ToString()",
            "unused": 'Dim AID = OLD\nDim NEW = "x"',
            "never": 'Dim NEW = "x"\nIf 1 = 2 Then NEW = OLD',
        },
        "Dim NEW As String = REQUEST",
    ),
    "jscript": Tongue(
        ".asp", '<\x25@ Language="JScript" \x25>\n', 'String(Req·uest("k"))',
        ("ev·al(OLD);", 'new ActiveX·Object("WScr·ipt.Sh·ell").Run(OLD);', "new Func·tion(OLD)();"),
        {
            "copy": "var NEW = OLD;",
            "append": 'var NEW = "" + OLD;',
            "replace": 'var NEW = OLD.replace(/qqq/g, "");',
            "substring": "var NEW = OLD.substring(0);",
            "split and join": 'var NEW = OLD.split("|").join("|");',
            "reverse twice": 'var NEW = OLD.split("").reverse().reverse().join("");',
            "array": 'var AID = ["a", OLD]; var NEW = AID[1];',
            "object": "var AID = { a: OLD }; var NEW = AID.a;",
            "key": 'var AID = {}; AID["a"] = OLD; var NEW = AID["a"];',
            "function": "function fAID(q) { return q; }|||var NEW = fAID(OLD);",
            "expression": "var NEW = (function (q) { return q; })(OLD);",
            "closure": "function fAID(q) { return function () { return q; }; }|||var NEW = fAID(OLD)();",
            "constructor": "function cAID(q) { this.p = q; }|||var NEW = new cAID(OLD).p;",
            "method": "function cAID() { }\ncAID.prototype.m = function (q) { return q; };|||"
            "var NEW = new cAID().m(OLD);",
            "if": 'var NEW = ""; if (OLD.length > 0) { NEW = OLD; }',
            "ternary": 'var NEW = OLD.length > 0 ? OLD : "";',
            "or": 'var NEW = OLD || "";',
            "loop": 'var NEW = ""; for (var iAID = 0; iAID < 1; iAID++) { NEW = OLD; }',
            "letters": 'var NEW = ""; for (var iAID = 0; iAID < OLD.length; iAID++) { NEW += OLD.charAt(iAID); }',
            "try": 'var NEW = ""; try { NEW = OLD; } catch (e) { NEW = "a"; }',
            "thrown": 'var NEW = ""; try { throw OLD; } catch (e) { NEW = e; }',
            "session": 'Sess·ion("AID") = OLD; var NEW = Sess·ion("AID");',
            "escaped": "var NEW = unescape(escape(OLD));",
            "text run": 'ev·al("var NEW = OLD");',
            "call": "function fAID(q) { return q; }|||var NEW = fAID.call(null, OLD);",
            "switch": 'var NEW = ""; switch (1) { case 1: NEW = OLD; break; default: NEW = "a"; }',
            "each": "var NEW, AID = { a: OLD }; for (var kAID in AID) { NEW = AID[kAID]; }",
        },
        {
            "overwritten": 'var NEW = OLD; NEW = "1";',
            "number": 'var NEW = "" + parseInt(OLD, 10);',
            "length": 'var NEW = "" + OLD.length;',
            "compared": 'var NEW = OLD == "b" ? "1" : "2";',
            "allowed": 'if (OLD != "one" && OLD != "two") Response.End(); var NEW = OLD;',
            "pattern": "if (!/^[0-9]+$/.test(OLD)) Response.End(); var NEW = OLD;",
            "unused": 'var AID = OLD; var NEW = "1";',
            "never": 'var NEW = "1"; if (1 == 2) { NEW = OLD; }',
            "map": 'var AID = { a: "1", b: "2" }; var NEW = AID.hasOwnProperty(OLD) ? AID[OLD] : "3";',
        },
        "var NEW = REQUEST;",
    ),
}  # fmt: skip
_MOST_STEPS = 5


def assembled(language: str, names: tuple[str, ...], sink: int = 0) -> Program:
    """Return the page with some steps, whose names are those of the language; ``cut: `` precedes those that cut."""
    tongue, before = TONGUES[language], list[str]()
    lines = [tongue.start.replace("NEW", "v0").replace("REQUEST", tongue.request)]
    for number, name in enumerate(names, 1):
        cut = name.removeprefix("cut: ")
        text = tongue.steps[name] if cut == name else tongue.cuts[cut]
        text = text.replace("OLD", f"v{number - 1}").replace("NEW", f"v{number}").replace("AID", f"h{number}")
        *declared, code = text.split("|||")
        before += declared
        lines.append(code)
    lines.append(tongue.sinks[sink % len(tongue.sinks)].replace("OLD", f"v{len(names)}"))
    text = tongue.first + "<\x25\n" + "\n".join([*before, *lines]) + "\n\x25>\n"
    path = rf"C:\inetpub\wwwroot\site\page{tongue.extension}"
    return Program(live(text), path, not any(name.startswith("cut: ") for name in names), names)


def drawn(language: str, chance: random.Random) -> tuple[tuple[str, ...], int]:
    """Return the names of some steps, one of which may cut, and the number of a sink."""
    tongue = TONGUES[language]
    names = chance.choices([*tongue.steps], k=chance.randint(1, _MOST_STEPS))
    if chance.random() < 0.5:
        names[chance.randrange(len(names))] = f"cut: {chance.choice([*tongue.cuts])}"
    return tuple(names), chance.randrange(len(tongue.sinks))


def is_judged_right(program: Program) -> bool:
    """Return True if a page is malicious where it is harmful, and not malicious where it is not."""
    found = examine(program.text.encode(), path=program.path, job=UNSIGNED)
    return (found.disposition is Disposition.MALICIOUS) is program.is_harmful


def fewest_steps(language: str, names: tuple[str, ...], sink: int) -> tuple[str, ...]:
    """Return the fewest of some steps with which the page is still judged wrongly."""
    for at in range(len(names)):
        fewer = (*names[:at], *names[at + 1 :])
        is_same = assembled(language, fewer, sink).is_harmful is assembled(language, names, sink).is_harmful
        if is_same and not is_judged_right(assembled(language, fewer, sink)):
            return fewest_steps(language, fewer, sink)
    return names
