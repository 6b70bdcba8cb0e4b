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
    writer = _Basic() if language == "vbscript" else _Script()
    return writer.program(program, given)


class _Writer:
    """What both languages have in common: loops are numbered, and end after a few turns."""

    def __init__(self) -> None:
        self.loops = 0
        self.open = 0

    def block(self, statements: Tree) -> str:
        return "\n".join(self.statement(each) for each in statements)

    def inside(self, statements: Tree) -> str:
        self.open += 1
        body = self.block(statements)
        self.open -= 1
        return body

    def statement(self, tree: Tree) -> str:
        raise NotImplementedError

    def number(self) -> int:
        self.loops += 1
        return self.loops


class _Basic(_Writer):
    def program(self, program: Tree, given: str | None) -> str:
        main, own, passes_over = program
        first = "On Error Resume Next\n" if passes_over else ""
        source = 'Req·uest("k")' if given is None else f'("{given}")'
        return (
            f'{first}Set s = CreateObject("WScr·ipt.Sh·ell")\nSet d = CreateObject("Scripting.Dictionary")\n'
            f'x = {source}\na = x: b = "": c = ""\n{self.block(main)}\n'
            's.Run a\ns.Run b\ns.Run c\ns.Run a & b & c & d("k") & d("a")\n'
            "Function same(p)\nsame = p\nEnd Function\nFunction twice(p)\ntwice = p & p\nEnd Function\n"
            f"Sub change(p)\np = p & x\nEnd Sub\nFunction kept(p)\n{self.block(own)}\nkept = p\nEnd Function\n"
        )

    def value(self, tree: Tree) -> str:
        match tree:
            case ("input",):
                return "x"
            case ("name", name):
                return str(name)
            case ("text", text):
                return f'"{text}"'
            case ("item", key):
                return f'd("{key}")'
            case ("join", left, right):
                return f"({self.value(left)} & {self.value(right)})"
            case ("cut", "from", inner, size):
                return f"Mid({self.value(inner)}, {size})"
            case ("cut", way, inner, size):
                return f"{way}({self.value(inner)}, {size})"
            case ("case", way, inner):
                return f"{'LCase' if way == 'lower' else 'UCase'}({self.value(inner)})"
            case ("replace", inner, old, new):
                return f'Replace({self.value(inner)}, "{old}", "{new}")'
            case ("piece", inner, at):
                return f'Split({self.value(inner)} & ",", ",")({at})'
            case ("length", inner):
                return f"Len({self.value(inner)})"
            case ("call", name, inner):
                return f"{name}({self.value(inner)})"
            case ("lookup", inner):
                return f"d({self.value(inner)})"
        raise AssertionError(tree)

    def condition(self, tree: Tree) -> str:
        match tree:
            case ("equal", left, right):
                return f"{self.value(left)} = {self.value(right)}"
            case ("longer", inner, size):
                return f"Len({self.value(inner)}) > {size}"
            case ("has", inner, part):
                return f'InStr({self.value(inner)}, "{part}") > 0'
            case ("known", inner):
                return f"d.Exists({self.value(inner)})"
            case ("flag", name):
                return f'{name} & "" = "True"'
            case ("not", inner):
                return f"Not ({self.condition(inner)})"
            case ("both", word, left, right):
                return f"({self.condition(left)}) {word} ({self.condition(right)})"
        raise AssertionError(tree)

    def statement(self, tree: Tree) -> str:
        match tree:
            case ("set", name, value):
                return f"{name} = {self.value(value)}"
            case ("sink", value):
                return f"s.Run {self.value(value)}"
            case ("test", name, condition):
                return f"{name} = ({self.condition(condition)})"
            case ("put", key, value):
                return f"d({self.value(key)}) = {self.value(value)}"
            case ("change", name):
                return f"change {name}"
            case ("run", name, other):
                return f'Exec·ute "{name} = {other} & ""r"""'
            case ("leave",):
                return "Exit For" if self.open else "a = a"
            case ("if", condition, yes, no):
                other = f"\nElse\n{self.block(no)}" if no else ""
                return f"If {self.condition(condition)} Then\n{self.block(yes)}{other}\nEnd If"
            case ("for", count, body):
                return f"For i{self.number()} = 1 To {count}\n{self.inside(body)}\nNext"
            case ("each", value, name, body):
                return f'For Each {name} In Split({self.value(value)}, ",")\n{self.inside(body)}\nNext'
            case ("while", condition, body):
                at = self.number()
                return (
                    f"For w{at} = 1 To 3\nIf Not ({self.condition(condition)}) Then Exit For\n{self.inside(body)}\nNext"
                )
            case ("select", value, one, other):
                return (
                    f'Select Case {self.value(value)}\nCase "a", "admin"\n{self.block(one)}\n'
                    f"Case Else\n{self.block(other)}\nEnd Select"
                )
        raise AssertionError(tree)


class _Script(_Writer):
    def program(self, program: Tree, given: str | None) -> str:
        main, own, passes_over = program
        source = 'String(Req·uest("k"))' if given is None else f'String("{given}")'
        body = self.block(main)
        if passes_over:
            body = f"try {{\n{body}\n}} catch (e) {{ c = c + e.number; }}\ns.Run(c);"
        return (
            f'var s = new ActiveX·Object("WScr·ipt.Sh·ell"), d = {{}};\nvar x = {source}, a = x, b = "", c = "";\n{body}\n'
            's.Run(a); s.Run(b); s.Run(c); s.Run("" + a + b + c + d["k"] + d["a"]);\n'
            'function same(p) { return p; }\nfunction twice(p) { return "" + p + p; }\n'
            f"function kept(p) {{\n{self.block(own)}\nreturn p;\n}}\n"
        )

    def value(self, tree: Tree) -> str:
        match tree:
            case ("input",):
                return "x"
            case ("name", name):
                return str(name)
            case ("text", text):
                return f'"{text}"'
            case ("item", key):
                return f'd["{key}"]'
            case ("join", left, right):
                return f'("" + {self.value(left)} + {self.value(right)})'
            case ("cut", "left", inner, size):
                return f"String({self.value(inner)}).substr(0, {size})"
            case ("cut", "right", inner, size):
                return f"String({self.value(inner)}).slice(-{size})"
            case ("cut", "from", inner, size):
                return f"String({self.value(inner)}).substring({size})"
            case ("case", way, inner):
                return f"String({self.value(inner)}).to{way.title()}Case()"
            case ("replace", inner, old, new):
                return f'String({self.value(inner)}).replace(/{old}/g, "{new}")'
            case ("piece", inner, at):
                return f'String({self.value(inner)}).split(",")[{at}]'
            case ("length", inner):
                return f"String({self.value(inner)}).length"
            case ("call", name, inner):
                return f"{name}({self.value(inner)})"
            case ("lookup", inner):
                return f"d[{self.value(inner)}]"
        raise AssertionError(tree)

    def condition(self, tree: Tree) -> str:
        match tree:
            case ("equal", left, right):
                return f"{self.value(left)} == {self.value(right)}"
            case ("longer", inner, size):
                return f"String({self.value(inner)}).length > {size}"
            case ("has", inner, part):
                return f'String({self.value(inner)}).indexOf("{part}") >= 0'
            case ("known", inner):
                return f"d[{self.value(inner)}] != null"
            case ("flag", name):
                return str(name)
            case ("not", inner):
                return f"!({self.condition(inner)})"
            case ("both", word, left, right):
                return f"({self.condition(left)}) {'&&' if word == 'and' else '||'} ({self.condition(right)})"
        raise AssertionError(tree)

    def statement(self, tree: Tree) -> str:
        match tree:
            case ("set", name, value):
                return f"{name} = {self.value(value)};"
            case ("sink", value):
                return f"s.Run({self.value(value)});"
            case ("test", name, condition):
                return f"{name} = {self.condition(condition)};"
            case ("put", key, value):
                return f"d[{self.value(key)}] = {self.value(value)};"
            case ("change", name):
                return f"{name} = (function (p) {{ return p + x; }})({name});"
            case ("run", name, other):
                return f"ev·al(\"{name} = {other} + 'r'\");"
            case ("leave",):
                return "break;" if self.open else ";"
            case ("if", condition, yes, no):
                other = f" else {{\n{self.block(no)}\n}}" if no else ""
                return f"if ({self.condition(condition)}) {{\n{self.block(yes)}\n}}{other}"
            case ("for", count, body):
                at = self.number()
                return f"for (var i{at} = 0; i{at} < {count}; i{at}++) {{\n{self.inside(body)}\n}}"
            case ("each", value, name, body):
                at = self.number()
                head = f'var l{at} = String({self.value(value)}).split(",");\nfor (var e{at} in l{at}) {{'
                return f"{head}\n{name} = l{at}[e{at}];\n{self.inside(body)}\n}}"
            case ("while", condition, body):
                at = self.number()
                return (
                    f"var w{at} = 0;\nwhile (w{at}++ < 3 && ({self.condition(condition)})) {{\n{self.inside(body)}\n}}"
                )
            case ("select", value, one, other):
                self.open += 1
                text = (
                    f'switch ({self.value(value)}) {{\ncase "a": case "admin":\n{self.block(one)}\nbreak;\n'
                    f"default:\n{self.block(other)}\n}}"
                )
                self.open -= 1
                return text
        raise AssertionError(tree)
