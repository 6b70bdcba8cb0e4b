"""The tree of PHP."""

from __future__ import annotations

from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webshellhunt.lang.php.lexer import tokenize
from webshellhunt.lang.php.parser import parse
from webshellhunt.lang.tree import Assign, Binary, Call, Class, If, Literal, Name, Node, Unparsed, walk


def tree(code: str) -> Node:
    return parse(tokenize(f"<?php {code}"))


def found(code: str, kind: type[Node]) -> list[Node]:
    return [each for each in walk(tree(code)) if isinstance(each, kind)]


@pytest.mark.parametrize(
    ("code", "operators"),
    [
        ("$a . $b + $c;", [["."], ["+"]]),
        ("$a && $b || $c;", [["||"], ["&&"]]),
        ("$a ?? $b ?? $c;", [["??"], ["??"]]),
        ("$a->b->c;", [["->"], ["->"]]),
        ("$a . $b . $c;", [[".", "."]]),
    ],
)
def test_strengths_of_operators(code: str, operators: list[list[str]]) -> None:
    assert [each.operators for each in found(code, Binary) if isinstance(each, Binary)] == operators


@pytest.mark.parametrize(
    "code",
    [
        "if ($a): f(); elseif ($b): f(); else: f(); endif;",
        "foreach ($a as $k => list($x, $y)) f();",
        "for ($i = 0, $j = 1; $i < 2; $i++, $j--) { f(); }",
        "switch ($a): case 1: f(); break; default: f(); endswitch;",
        "try { f(); } catch (A | B $e) { f(); } finally { f(); }",
        "match ($a) { 1, 2 => f(), default => g() };",
        "$f = static fn(int ...$x): ?array => f($x);",
        "abstract class A extends B implements C { use T; const X = 1; private ?int $p = 1; function f(): void {} }",
        "namespace a\\b; use c\\d as e; #[X(1)]\nfunction f(#[Y] private readonly int $x = 1) { f(); }",
        "enum E: string { case A = 'a'; case B = 'b'; function f() { } }",
        "echo <<<X\n  a {$b['c']->d} $e[f]\n  X;",
        "$a = new class($x) extends B { function f() { f(); } };",
        "declare(strict_types=1); goto end; end: f();",
        "[$a, 'k' => [$b]] = [...$c, 'x' => &$d];",
    ],
)
def test_each_statement_has_a_tree(code: str) -> None:
    assert [each for each in found(code, Unparsed) if each.end > each.start] == []


def test_the_place_of_a_call_is_that_of_its_name() -> None:
    (call,) = found("$x = f(1);", Call)
    assert tokenize("<?php $x = f(1);")[call.start].text == "f"


def test_text_with_variables_is_a_chain() -> None:
    (chain,) = found('"a$b[c]d{$e}";', Binary)
    assert [each.__class__.__name__ for each in chain.children()] == ["Literal", "Index", "Literal", "Name"]


def test_names_of_the_tree() -> None:
    assert [each.text for each in found("$a = b;", Name) if isinstance(each, Name)] == ["$a", "b"]
    assert len(found("class A { } interface B { } trait C { }", Class)) == 3
    assert len(found("if (1) f(); else if (2) g();", If)) == 2
    assert len(found("$a = $b = 1;", Assign)) == 2
    assert [each.value for each in found("0x1f; 017; 0b11; 1_000; 1.5e3;", Literal) if isinstance(each, Literal)] == [
        31, 15, 3, 1000, 1500.0,
    ]  # fmt: skip


@pytest.mark.parametrize("part", ["(", "[", "{", "f(", "$a[", "!", "if (1) ", "fn() => ", "$$", "${", '"{$a[', "?->"])
def test_a_hundred_thousand_levels_end_soon(part: str) -> None:
    begun = process_time()
    tree(part * 100_000)
    assert process_time() - begun < 20


@given(st.text(alphabet="$ab=.;()[]{}'\"?:,->\n@&^~<", max_size=80))
def test_any_text_has_a_tree(text: str) -> None:
    tree(text)
