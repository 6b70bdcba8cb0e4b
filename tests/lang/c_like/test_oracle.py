"""The tree against the grammars of tree-sitter, which others wrote: the same spans of calls and strings."""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from typing import Any

import pytest

from tests.builders.specimens import specimen
from webshellhunt.lang.parser import parse
from webshellhunt.lang.tokens import tokenize
from webshellhunt.lang.tree import Assign, Call, Declaration, Entry, Function, Literal, New, walk

tree_sitter = pytest.importorskip("tree_sitter", reason="the test extra installs tree-sitter")

C_SHARP = (
    'class A { int B(string c) { var d = c + "e"; return F(d, (G)h.I[1]).J; } }',
    "class A { void B() { foreach (var c in D()) { e.F += c.G(); } if (h is I j && j.K()) L(); else M(); } }",
    "class A { string B => C(d => d.E()); int F { get { return G(); } set { h = I(value); } } }",
    "class A { void B() { var c = new D { E = F() }; g = h ?? I(); j = k ? L() : M(); } }",
    "class A { void B() { try { C(); } catch (D e) { F(e.G()); } finally { H(); } } }",
    "class A { void B() { for (int i = 0; i < J(); i++) K(i); while (l()) m(); } }",
    "class A { async Task B() { await C(D<E>(f), out var g); h = (i as J).K(); } }",
    "class A { void B() { switch (C()) { case 1: D(); break; default: E(); break; } using (var f = G()) { H(f); } } }",
    "class A { void B() { Func<int, int> c = d => E(d); f(delegate (int g) { return H(g); }); } }",
    "class A { void B() { void I(int j) { K(j); } } }",
)
SCRIPT = (
    'var a = b("c"); function d(e) { f.g(e); return h(e)[1]; }',
    "(function (a) { a.b(c); })(d); for (var e in f) { g = h(e); }",
    "var a = { b: function () { return c(); }, d: e() }; a.b().f(g, h());",
    "try { a(); } catch (b) { c(b); } if (d()) e(); else f(); while (g()) h();",
    "var a = b() ? c() : d(), e = [f(), g]; switch (h()) { case 1: i(); break; default: j(); }",
)
NODES = {
    "invocation_expression": "call",
    "call_expression": "call",
    "assignment_expression": "assign",
    "augmented_assignment_expression": "assign",
    "object_creation_expression": "new",
    "new_expression": "new",
    "string_literal": "string",
    "string": "string",
}
NAMED = {"variable_declarator", "method_declaration", "local_function_statement", "function_declaration"}


def theirs(code: str, module: str, function: str) -> set[tuple[str, int, int]]:
    """Return what the grammar finds: kind and span."""
    language = tree_sitter.Language(getattr(importlib.import_module(module), function)())
    found = set()
    for node in _walk(tree_sitter.Parser(language).parse(code.encode()).root_node):
        if node.type in NODES:
            found.add((NODES[node.type], node.start_byte, node.end_byte))
            if NODES[node.type] == "call":
                callee = node.child_by_field_name("function")
                found.add(("callee", callee.start_byte, callee.end_byte))
        elif node.type in NAMED:
            name = node.child_by_field_name("name") or node.named_children[0]
            found.add((f"name {name.text.decode()}", node.end_byte, node.end_byte))
    return found


def _walk(top: Any) -> Iterator[Any]:
    stack = [top]
    while stack:
        node = stack.pop()
        yield node
        stack.extend(child for child in node.children if child.type != "attribute_list")  # no nodes here


def ours(code: str, language: str) -> set[tuple[str, int, int]]:
    """Return what the tree has of the same kinds."""
    tokens = tokenize(code, language)
    at = [len(code[:place].encode()) for place in range(len(code) + 1)]
    found = set()
    for node in walk(parse(tokens).top):
        if node.end <= node.start:
            continue
        start, end = at[tokens.starts[node.start]], at[tokens.ends[node.end - 1]]
        if isinstance(node, Call):
            found.add(("call", start, end))
            closes = 1 if tokens.values[node.callee.end] == ")" else 0
            found.add(("callee", start, at[tokens.ends[node.callee.end - 1 + closes]]))
        elif isinstance(node, (Assign, Entry)):
            found.add(("assign", start, end))
        elif isinstance(node, New):
            found.add(("new", start, end))
        elif isinstance(node, Literal) and node.kind == "string":
            found.add(("string", start, end))
        elif isinstance(node, (Declaration, Function)) and node.name:
            found.add((f"name {node.name}", end, end))
    return found


@pytest.mark.parametrize("code", C_SHARP)
def test_c_sharp(code: str) -> None:
    pytest.importorskip("tree_sitter_c_sharp", reason="the test extra installs this grammar")
    expected = theirs(code, "tree_sitter_c_sharp", "language")
    assert expected <= ours(code, "c#")


@pytest.mark.parametrize("code", SCRIPT)
def test_script(code: str) -> None:
    pytest.importorskip("tree_sitter_typescript", reason="the test extra installs this grammar")
    expected = theirs(code, "tree_sitter_typescript", "language_typescript")
    assert expected <= ours(code, "jscript")


def test_real_files_have_the_same_calls() -> None:
    """Of the calls in real C# files, all but one in a thousand are the same."""
    pytest.importorskip("tree_sitter_c_sharp", reason="the test extra installs this grammar")
    shared = total = 0
    for path in sorted(specimen("c_sharp").rglob("*.cs"))[:200]:
        code = path.read_text(encoding="utf-8", errors="replace")
        expected = {each for each in theirs(code, "tree_sitter_c_sharp", "language") if each[0] == "call"}
        shared += len(expected & ours(code, "c#"))
        total += len(expected)
    assert shared >= 0.999 * total
