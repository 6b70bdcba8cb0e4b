"""Whether code is worth reading: no road to a sink may leave early, and ordinary pages do."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from tests.builders.steps import at_most
from tests.builders.tables import each_row
from webshellhunt.analysis.prefilter import is_relevant, may_call_across
from webshellhunt.analysis.prefilter.text import VISITED
from webshellhunt.analysis.vocabulary import NAMED, OF_QUESTION, OF_VISITOR, Sink, vocabulary
from webshellhunt.lang.natives import NATIVE

SINKS = sorted(
    {each for sinks in vocabulary().sinks.values() for each in sinks if not each.kind.startswith(OF_QUESTION)},
    key=lambda s: (s.kind, s.pattern, s.is_property),
)
"""The sinks; questions are asked of code that has another one."""
_BESIDE = {
    "query": "\n' xp_cmdshell",
    "socket": "\ns = new Socket()",
    "database": '\ns = "Provider=a"',
    "statement": '\ns = "Provider=a"',
    "can:sends-mail": "\nSplit(v)",
}
_MADE_BY = {
    "textstream": "x = o.OpenTextFile(p)",
    "unknown": "Set x = CreateObject(p & q)",
    "reflected": "x = t.GetMethod(p)",
}
SCRIPT = "function Show(text) { return text }"


def uses(sink: Sink) -> str:
    """Return code that reaches a sink in the plainest way."""
    name = ".".join(sink.pattern)
    given = " = v" if sink.is_property else "(v)" if sink.mode is None else "(v, FileMode.Create)"
    end = given + _BESIDE.get(sink.kind, "") + "".join(f"\no.{word.removeprefix(NAMED)}()" for word in _named(sink))
    end += "".join(f'\ns = "{word}"' for word in _texts(sink))
    natives = [word.removeprefix(NATIVE) for word in (name, *sink.beside) if word.startswith(NATIVE)]
    if natives:
        return f'[DllImport("msvcrt", EntryPoint = "{natives[0]}")]'
    if sink.is_made:
        return f"new {name}(v)"
    if not sink.of_type:
        return f"o.{name}{end}" if sink.anywhere else f"{name}{end}"
    kind = ".".join(sink.pattern[:-1])
    made = _MADE_BY.get(kind)
    if made is None:
        made = next(
            f'x = new {known}(); y = CreateObject("{known}")' for known, t in vocabulary().types.items() if t == kind
        )
    return f"{made}\nx.{sink.pattern[-1]}{end}"


def _texts(sink: Sink) -> list[str]:
    """Return the first word that a text has to contain for a use of a capability."""
    plain = [word for word in sink.beside if not word.startswith((NAMED, NATIVE))]
    return plain[:1] if sink.kind.startswith("can:") else []


def _named(sink: Sink) -> list[str]:
    """Return the first name that stands beside a sink, where one has to."""
    return [word for word in sink.beside if word.startswith(NAMED)][:1]


@each_row("sink", SINKS)
def test_no_sink_leaves_early(sink: Sink) -> None:
    code = f'v = Request("k")\n{uses(sink)}' if sink.kind in OF_VISITOR else uses(sink)
    assert is_relevant(code)
    assert is_relevant(code.upper()) or sink.pattern == ("Function",)


@each_row("asks", ["Request.Form[0]", "[WebMethod]", "void a(HttpContext c)", "HttpRequestBase r", "runat"])
def test_what_only_a_visitor_makes_harmful_counts_where_one_is_asked(asks: str) -> None:
    assert not is_relevant("new WebRequests(); Directory.GetFiles(path)", "c#")
    assert is_relevant(f"{asks}; Directory.GetFiles(path)", "c#")
    assert is_relevant("Directory. GetFiles(path)", "c#", has_controls=True)
    assert is_relevant('Set o = CreateObject("Msxml2 .XmlHttp"): v = Request(1)', "vbscript")


@each_row(
    ("code", "language", "relevant"),
    [
        ('Eval("Customer.Name", "{0}")', "c#", False),
        ('Eval("Name()")', "jscript", True),
        ("eval('a' + b)", "jscript", True),
        ("eval(name)", "jscript", True),
        ("x = 1-eval(name)", "jscript", True),
        ("x = a-Eval(name)", "vbscript", True),
        ("' the re-process is done", "vbscript", False),
        ('s = "Execute(Ask(1))"', "vbscript", True),
        ('s = "eval Chr(1)"', "vbscript", True),
        ("this.eval(name)", "jscript", True),
        ("var g = this; g.eval(name)", "jscript", True),
        ("g.eval(name)", "jscript", False),
        ("var g = this\ng.eval(name)", "jscript", True),
        ("var e = this['e' + 'val']", "jscript", True),
        ('Response.Write("->|")', "vbscript", True),
        ("var f = Function;", "jscript", True),
        ("Function.call(null, name)", "jscript", True),
        ("Function.prototype.trim = f;", "jscript", False),
        ("''.sub.constructor(name)", "jscript", True),
        ("x.constructor == y", "jscript", False),
        ("x = this; DataBinder.Eval(name)", "jscript", False),
        ("var g = this; g.eval(name)", "c#", False),
        ('rs.Open "execute dbo.List 1"', "vbscript", False),
        ('x = 1:execute "a=1"', "vbscript", True),
        ("' the process (so)", "vbscript", False),
        ("Process .Start(a)", "vb", True),
        ("cmd .Execute(a)", "vbscript", False),
        ("cmd . exe", "vbscript", True),
    ],
)
def test_a_name_is_a_sink_where_it_is_called(code: str, language: str, relevant: bool) -> None:
    assert is_relevant(code, language) is relevant


@each_row(
    "code",
    [
        'Set rs = conn.Execute("SELECT 1")',
        'Set d = Server.CreateObject("ADODB.Connection")',
        "public void ProcessRequest(HttpContext c) { c.Response.Write(1); }",
        'If Request("page") = "" Then Response.Redirect "/"',
        "var total = items.length + 1;",
    ],
)
def test_ordinary_code_leaves_early(code: str) -> None:
    assert not is_relevant(code)


@each_row(
    ("code", "language", "relevant"),
    [
        ("x = \\u0065v", "c#", True),
        ("x = \\u0065v", "vb", False),
        ('this["a" + b](c)', "jscript", True),
        ('this["a" + b](c)', "vbscript", False),
        ("e\u200bv", "c#", True),
        ("e\u200bv", "vbscript", False),
        ('Server.CreateObject("WScr" & "ipt")', "vbscript", True),
    ],
)
def test_what_hides_a_word_counts_where_the_language_has_it(code: str, language: str, relevant: bool) -> None:
    assert is_relevant(code, language) is relevant


@given(st.text(max_size=300))
def test_never_raises_and_a_page_is_relevant_if_its_code_is(text: str) -> None:
    for language in ("c#", "jscript", "vb", "vbscript"):
        assert is_relevant(text) or not is_relevant(text, language)


@each_row("gap", [" ", "/* so */", "\t// so\r\n", " _\r\n ", "\x3c%-- so --%\x3e", "/**/ /* * */\n"])
@each_row("word", ["assembly.", "file.create", "window.eval", ".invoke(", "] (", "Function (", "shell ("])
def test_what_stands_between_two_tokens_hides_no_word(word: str, gap: str) -> None:
    parts = [part for part in re.split(r"([.(])| ", word) if part]
    assert is_relevant(f";{gap.join(parts)}1)")


@each_row("code", ["x = \\u0065v", "x = \\U00000065v", "x = \\u{65}v", 'x = "\\x65"'])
def test_every_form_of_escape_counts(code: str) -> None:
    assert is_relevant(code)


def test_an_escape_of_another_script_does_not_count() -> None:
    assert not is_relevant("x = '\\u4e2d\\u6587';")


@each_row(
    "unit", ["assembly/*", "assembly ", "file/*file.", "shell/*assembly/**/", "]//", "\\n", ".invoke /*", "\x3c%--a"]
)
def test_a_text_is_looked_at_once_however_it_is_made(unit: str) -> None:
    text = f"invoke{unit * 40_000}invoke"
    with at_most(500_000):
        is_relevant(text)


@each_row(
    ("code", "relevant"),
    [
        ("WebRequest.Create(a + Request.Url.Host)", True),
        ("Response.Write(Request.Url.Host)", False),
        ('InStr(Request.ServerVariables("HTTP_REFERER"), "google")', True),
        ('InStr(Request.ServerVariables("HTTP_REFERER"), "partner")', False),
    ],
)
def test_words_that_mean_something_together(code: str, relevant: bool) -> None:
    assert is_relevant(code) is relevant


def test_a_name_that_is_written_verbatim_is_the_same() -> None:
    assert is_relevant("var made = @File.@Create(path);", "c#")
    assert not is_relevant("var made = @Files.@Created(path);", "c#")


@each_row(
    ("text", "relevant"),
    [
        ('pwd = 1: Session("user" & a) = True', True),
        ('<input type=password> Session("userid") = "1"', True),
        ("Password; FormsAuthentication.SetAuthCookie(a, b)", True),
        ('pwd = 1: Session("color") = True', False),
        ('pwd = 1: Session("userid") = rows("id")', False),
        ('pwd = 1: If Session("userid") == true', False),
        ('Session("userid") = True', False),
    ],
)
def test_a_page_that_signs_somebody_in_by_no_more_than_a_condition_is_read(text: str, relevant: bool) -> None:
    assert is_relevant(text, "vbscript") == relevant
    assert is_relevant(text.upper(), "vbscript") == relevant


@each_row(
    ("text", "relevant"),
    [
        ('<object id="s" classid="clsid:EE09B103-97E0-11CF-978F-00A02463E06F"></object>', True),
        ("<object classid={EE09B103-97E0-11CF-978F-00A02463E06F}>", True),
        ("<object classid = 'EE09B103-97E0-11CF-978F-00A02463E06F'>", True),
        ('<object classid="progid:Scripting.Dictionary">', True),
        ('<object classid="<\x25=name%>">', True),
        ('<object classid="cls&#105;d:EE09B103-97E0-11CF-978F-00A02463E06F">', True),
        ('classid = rows("classid")', False),
        ('sql = "where classid=" & classid', False),
        ('<a href="list.asp?classid=<\x25=classid%>&page=1">', False),
        ('<a href="list.asp?page=1&classid=<\x25=classid%>">', False),
    ],
)
def test_a_class_is_named_by_its_identifier_and_a_column_of_that_name_says_nothing(text: str, relevant: bool) -> None:
    assert is_relevant(text) == relevant
    assert is_relevant(text.upper()) == relevant


def test_one_look_tells_whether_any_code_may_call_another() -> None:
    assert may_call_across([SCRIPT, "SHOW 1"])
    assert may_call_across(["show(1)", "Sub Show(x)"])
    assert not may_call_across([SCRIPT, "shown 1"])
    assert not may_call_across([SCRIPT + ";Show(1)", "a"])


def test_names_are_in_lower_case() -> None:
    assert all(name == name.lower() for name in VISITED)


def test_the_request_is_among_them() -> None:
    assert "request" in VISITED
