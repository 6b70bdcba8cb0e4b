"""Functions that a name is given: which name, which parameters, which body."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.builders.inert import analyse, roads, unit_of
from webshellhunt.code.lambdas import iter_lambdas
from webshellhunt.lang.tokens import tokenize

Found = list[tuple[str, tuple[str, ...], str]]


def functions(code: str) -> Found:
    """Return the functions of a C# code: name, parameters, the words of the body."""
    unit = unit_of(code, "c#")
    return [(f.name, f.parameters, " ".join(unit.tokens.values[f.start : f.end])) for f in unit.functions]


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("F f = b => g(b);", [("f", ("b",), "g ( b )")]),
        ("var f = (a, b) => a + b;", [("f", ("a", "b"), "a + b")]),
        ("var f = (byte[] a, bool b) => a;", [("f", ("a", "b"), "a")]),
        ("var f = async a => await g(a);", [("f", ("a",), "await g ( a )")]),
        ("f += a => g(a);", [("f", ("a",), "g ( a )")]),
        ("f = b => { return g(b); };", [("f", ("b",), "{ return g ( b ) ;")]),
        ("var f = new Func<byte[], string>(p => g(p));", [("f", ("p",), "g ( p )")]),
        ("var f = (Func<int, int>)(p => p);", [("f", ("p",), "p")]),
        ("byte[] Plain(byte[] b) => g(b);", [("Plain", ("b",), "g ( b )")]),
        ("string Key => k;", [("Key", (), "k")]),
        ("list.Where(x => x > 1);", []),
        ("var o = new T { Name = x => x.Id, Other = 1 };", []),
        ("x >= y;", []),
    ],
)
def test_a_lambda_that_has_a_name_is_a_function(code: str, expected: Found) -> None:
    assert functions(code) == expected


def test_an_anonymous_delegate_is_a_function() -> None:
    assert ("f", ("b",), "{ return g ( b ) ;") in functions("F f = delegate(byte[] b) { return g(b); };")


def test_the_one_expression_is_a_statement_that_is_returned() -> None:
    unit = unit_of("var f = a => g(a); h(f);", "c#")
    words = [" ".join(unit.tokens.values[start:end]) for start, end in unit.statements]
    assert words == ["var f = a =>", "g ( a )", "h ( f )"]
    assert [unit.tokens.values[start] for start in unit.results] == ["g"]


def test_what_a_lambda_gives_goes_on() -> None:
    assert roads(analyse('Func<string> f = () => Req·uest["k"]; ev·al(f());', "c#")) == [("evaluate", "visitor", "k")]


def test_what_a_lambda_is_given_arrives_in_it() -> None:
    assert roads(analyse('Action<string> f = b => ev·al(b); f(Req·uest["k"]);', "c#")) == [("evaluate", "visitor", "k")]
    assert roads(analyse('Action<string> f = b => ev·al(c); f(Req·uest["k"]);', "c#")) == []


def test_the_context_has_another_name_inside() -> None:
    code = 'Action<HttpContext> f = (given) => { ev·al(given.Req·uest["k"]); }; f(Context);'
    assert roads(analyse(code, "c#")) == [("evaluate", "visitor", "k")]


@given(st.text(alphabet="=> (){};,fabnew delegate", max_size=80))
def test_any_text_is_read(text: str) -> None:
    tokens = tokenize(text, "c#")
    for each in iter_lambdas(tokens, unit_of(text, "c#").match):
        assert 0 <= each.name_at < each.start <= each.end <= len(tokens)
