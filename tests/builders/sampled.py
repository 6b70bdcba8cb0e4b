"""Small programs of classic ASP by chance, each in two languages: an input goes through statements to sinks.

A program is a tree of tuples, whose first entry says what it is; `written` writes it in a language.
"""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

Tree = tuple[Any, ...]
VARIABLES = ("a", "b", "c")
INPUTS = ("Zq7x", "12", "", "a,Zq", "Zq,b,a", "admin", "-1.5")
"""Texts that the input may be."""
_TEXTS = ("", "a", "b,a", "admin", "1", "12", "Zq7x", "q")
_TOP = 2


def _expressions() -> st.SearchStrategy[Tree]:
    plain = st.sampled_from(
        [("input",)] * 8
        + [("name", name) for name in VARIABLES] * 3
        + [("text", text) for text in _TEXTS]
        + [("item", key) for key in ("k", "a", "12")]
    )
    number = st.integers(1, 4)

    def larger(inner: st.SearchStrategy[Tree]) -> st.SearchStrategy[Tree]:
        return st.one_of(
            st.tuples(st.just("join"), inner, inner),
            st.tuples(st.just("cut"), st.sampled_from(("left", "right", "from")), inner, number),
            st.tuples(st.just("case"), st.sampled_from(("lower", "upper")), inner),
            st.tuples(st.just("replace"), inner, st.sampled_from(("a", "Zq", ",")), st.sampled_from(("", "b", "xy"))),
            st.tuples(st.just("piece"), inner, st.integers(0, 1)),
            st.tuples(st.just("length"), inner),
            st.tuples(st.just("call"), st.sampled_from(("same", "twice", "kept")), inner),
            st.tuples(st.just("lookup"), inner),
        )

    return st.recursive(plain, larger, max_leaves=3)


def _conditions(expressions: st.SearchStrategy[Tree]) -> st.SearchStrategy[Tree]:
    plain = st.one_of(
        st.tuples(st.just("equal"), expressions, expressions),
        st.tuples(st.just("longer"), expressions, st.integers(0, 4)),
        st.tuples(st.just("has"), expressions, st.sampled_from(("a", "Zq", "1"))),
        st.tuples(st.just("known"), expressions),
        st.tuples(st.just("flag"), st.sampled_from(VARIABLES)),
    )
    return st.recursive(
        plain,
        lambda inner: st.one_of(
            st.tuples(st.just("not"), inner),
            st.tuples(st.just("both"), st.sampled_from(("and", "or")), inner, inner),
        ),
        max_leaves=2,
    )


def _statements() -> st.SearchStrategy[Tree]:
    expressions = _expressions()
    conditions = _conditions(expressions)
    name = st.sampled_from(VARIABLES)
    plain = st.one_of(
        st.tuples(st.just("set"), name, expressions),
        st.tuples(st.just("sink"), expressions),
        st.tuples(st.just("test"), name, conditions),
        st.tuples(st.just("put"), expressions, expressions),
        st.tuples(st.just("change"), name),
        st.tuples(st.just("run"), name, st.sampled_from(VARIABLES)),
        st.tuples(st.just("leave")),
        st.tuples(st.just("set"), name, expressions),
        st.tuples(st.just("sink"), expressions),
    )

    def larger(inner: st.SearchStrategy[Tree]) -> st.SearchStrategy[Tree]:
        block = st.lists(inner, min_size=1, max_size=_TOP).map(tuple)
        return st.one_of(
            st.tuples(st.just("if"), conditions, block, st.just(()) | block),
            st.tuples(st.just("for"), st.integers(0, 3), block),
            st.tuples(st.just("each"), expressions, name, block),
            st.tuples(st.just("while"), conditions, block),
            st.tuples(st.just("select"), expressions, block, block),
        )

    return st.recursive(plain, larger, max_leaves=4)


def programs() -> st.SearchStrategy[Tree]:
    """Return programs: statements of the page, those of a function, and whether errors are passed over."""
    block = st.lists(_statements(), min_size=1, max_size=6).map(tuple)
    return st.tuples(block, st.lists(_statements(), max_size=2).map(tuple), st.booleans())


def written(program: Tree, language: str, given: str | None) -> str:
    """Return the code of a program whose input is a text, or, for ``None``, what the visitor sends."""
    main, own, passes_over = program
    writer = _Writer(_BASIC if language == "vbscript" else _SCRIPT)
    body, inner = writer.block(main), writer.block(own)
    if language == "vbscript":
        source = 'Req·uest("k")' if given is None else f'("{given}")'
        return _BASIC_PAGE.format("On Error Resume Next\n" if passes_over else "", source, body, inner)
    source = 'String(Req·uest("k"))' if given is None else f'String("{given}")'
    if passes_over:
        body = f"try {{\n{body}\n}} catch (e) {{ c = c + e.number; }}\ns.Run(c);"
    return _SCRIPT_PAGE.format(source, body, inner)


class _Writer:
    """Writes trees by the templates of a language; loops are numbered (``#``), so that they end after a few turns.

    A template is found by the first entries of a tree: its other entries are the texts of its holes.
    """

    def __init__(self, templates: dict[str, str]) -> None:
        self.templates = templates
        self.loops = 0
        self.open = 0

    def block(self, statements: Tree) -> str:
        """Return statements, one a line."""
        return "\n".join(map(self.text, statements))

    def text(self, tree: Tree) -> str:
        """Return a statement, a condition or a value."""
        name, rest = tree[0], tree[1:]
        if name in ("cut", "case", "both"):
            name, rest = f"{name} {rest[0]}", rest[1:]
        if name == "leave" and not self.open:
            name = "nothing"
        if name == "if" and not rest[2]:
            name = "if alone"
        template = self.templates[name]
        if "#" in template:
            self.loops += 1
            template = template.replace("#", str(self.loops))
        is_open = name in self.templates["open"].split()
        self.open += is_open
        parts = [self._part(each) for each in rest]
        self.open -= is_open
        return template.format(*parts)

    def _part(self, part: Any) -> str:
        if not isinstance(part, tuple):
            return str(part)
        return self.text(part) if part and isinstance(part[0], str) else self.block(part)


_BASIC = {
    "open": "for each while",
    "input": "x",
    "name": "{0}",
    "text": '"{0}"',
    "item": 'd("{0}")',
    "join": "({0} & {1})",
    "cut left": "Left({0}, {1})",
    "cut right": "Right({0}, {1})",
    "cut from": "Mid({0}, {1})",
    "case lower": "LCase({0})",
    "case upper": "UCase({0})",
    "replace": 'Replace({0}, "{1}", "{2}")',
    "piece": 'Split({0} & ",", ",")({1})',
    "length": "Len({0})",
    "call": "{0}({1})",
    "lookup": "d({0})",
    "equal": "{0} = {1}",
    "longer": "Len({0}) > {1}",
    "has": 'InStr({0}, "{1}") > 0',
    "known": "d.Exists({0})",
    "flag": '{0} & "" = "True"',
    "not": "Not ({0})",
    "both and": "({0}) And ({1})",
    "both or": "({0}) Or ({1})",
    "set": "{0} = {1}",
    "sink": "s.Run {0}",
    "test": "{0} = ({1})",
    "put": "d({0}) = {1}",
    "change": "change {0}",
    "run": 'Exec·ute "{0} = {1} & ""r"""',
    "leave": "Exit For",
    "nothing": "a = a",
    "if alone": "If {0} Then\n{1}\nEnd If",
    "if": "If {0} Then\n{1}\nElse\n{2}\nEnd If",
    "for": "For i# = 1 To {0}\n{1}\nNext",
    "each": 'For Each {1} In Split({0}, ",")\n{2}\nNext',
    "while": "For w# = 1 To 3\nIf Not ({0}) Then Exit For\n{1}\nNext",
    "select": 'Select Case {0}\nCase "a", "admin"\n{1}\nCase Else\n{2}\nEnd Select',
}
_BASIC_PAGE = """{0}Set s = CreateObject("WScr·ipt.Sh·ell")
Set d = CreateObject("Scripting.Dictionary")
x = {1}
a = x: b = "": c = ""
{2}
s.Run a
s.Run b
s.Run c
s.Run a & b & c & d("k") & d("a")
Function same(p)
same = p
End Function
Function twice(p)
twice = p & p
End Function
Sub change(p)
p = p & x
End Sub
Function kept(p)
{3}
kept = p
End Function
"""
_SCRIPT = {
    "open": "for each while select",
    "input": "x",
    "name": "{0}",
    "text": '"{0}"',
    "item": 'd["{0}"]',
    "join": '("" + {0} + {1})',
    "cut left": "String({0}).substr(0, {1})",
    "cut right": "String({0}).slice(-{1})",
    "cut from": "String({0}).substring({1})",
    "case lower": "String({0}).toLowerCase()",
    "case upper": "String({0}).toUpperCase()",
    "replace": 'String({0}).replace(/{1}/g, "{2}")',
    "piece": 'String({0}).split(",")[{1}]',
    "length": "String({0}).length",
    "call": "{0}({1})",
    "lookup": "d[{0}]",
    "equal": "{0} == {1}",
    "longer": "String({0}).length > {1}",
    "has": 'String({0}).indexOf("{1}") >= 0',
    "known": "d[{0}] != null",
    "flag": "{0}",
    "not": "!({0})",
    "both and": "({0}) && ({1})",
    "both or": "({0}) || ({1})",
    "set": "{0} = {1};",
    "sink": "s.Run({0});",
    "test": "{0} = {1};",
    "put": "d[{0}] = {1};",
    "change": "{0} = (function (p) {{ return p + x; }})({0});",
    "run": "ev·al(\"{0} = {1} + 'r'\");",
    "leave": "break;",
    "nothing": ";",
    "if alone": "if ({0}) {{\n{1}\n}}",
    "if": "if ({0}) {{\n{1}\n}} else {{\n{2}\n}}",
    "for": "for (var i# = 0; i# < {0}; i#++) {{\n{1}\n}}",
    "each": 'var l# = String({0}).split(",");\nfor (var e# in l#) {{\n{1} = l#[e#];\n{2}\n}}',
    "while": "var w# = 0;\nwhile (w#++ < 3 && ({0})) {{\n{1}\n}}",
    "select": 'switch ({0}) {{\ncase "a": case "admin":\n{1}\nbreak;\ndefault:\n{2}\n}}',
}
_SCRIPT_PAGE = """var s = new ActiveX·Object("WScr·ipt.Sh·ell"), d = {{}};
var x = {0}, a = x, b = "", c = "";
{1}
s.Run(a); s.Run(b); s.Run(c); s.Run("" + a + b + c + d["k"] + d["a"]);
function same(p) {{ return p; }}
function twice(p) {{ return "" + p + p; }}
function kept(p) {{
{2}
return p;
}}
"""
