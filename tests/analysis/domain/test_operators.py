"""Operators: as each language has them, and unknown where an operand is."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.builders.interpreted import LANGUAGES, seen
from tests.builders.library_runs import TAINTED
from webshellhunt.analysis.domain.arrays import array_of
from webshellhunt.analysis.domain.comparing import BOOLEAN, COMPARING
from webshellhunt.analysis.domain.operators import LAZY, binary, joined, unary
from webshellhunt.analysis.domain.taints import traces_of
from webshellhunt.analysis.domain.values import (
    EMPTY,
    NAN,
    NUMBER,
    UNKNOWN,
    Char,
    Choice,
    Opaque,
    Text,
    Thing,
    Value,
    options_of,
)

ARITHMETIC = ("+", "-", "*", "/", "\\", "%", "mod", "**", "<<", ">>", ">>>", "&", "|", "^", "xor", "and", "or")
ANY = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=4), st.text(max_size=1).map(Char),
    st.sampled_from([EMPTY, UNKNOWN, NUMBER, TAINTED, Text(("x", TAINTED)), Choice(("a", 1)), Thing("object")]),
    st.builds(array_of, st.just([1])),
)  # fmt: skip


@pytest.mark.parametrize(
    ("left", "name", "right", "language", "value"),
    [
        ("a", "&", "b", "vb", "ab"),
        ("a", "&", 1, "vbscript", "a1"),
        (1, "&", 2, "vb", "12"),
        (6, "&", 3, "c#", 2),
        (EMPTY, "&", "b", "vbscript", "b"),
        ("a", "+", "b", "vb", "ab"),
        ("a", "+", 1, "c#", "a1"),
        ("a", "+", True, "jscript", "atrue"),
        ("a", "+", None, "c#", "a"),
        ("a", "+", None, "jscript", "anull"),
        (Char("a"), "+", 1, "c#", 98),
        (Char("a"), "+", "b", "c#", "ab"),
        (1, "+", 2, "jscript", 3),
        ("a", "+", EMPTY, "jscript", "aundefined"),
        (1, "+", EMPTY, "jscript", NAN),
        (1, "+", None, "jscript", 1),
        ("6", "-", "0x1f", "jscript", -25),
        ("a", "*", 2, "jscript", NAN),
        (NAN, "|", 0, "jscript", 0),
        (7, "/", 2, "c#", 3),
        (-7, "/", 2, "c#", -3),
        (7, "/", 2, "jscript", 3.5),
        (6, "/", 2, "vb", 3),
        (7, "\\", 2, "vbscript", 3),
        (-7, "%", 3, "c#", -1),
        (-7, "mod", 3, "vb", -1),
        (5, "xor", 3, "vbscript", 6),
        (5, "^", 3, "c#", 6),
        (1, "<<", 4, "c#", 16),
        (-1, ">>>", 28, "jscript", 15),
        (True, "+", 1, "vb", 0),
        (1, "/", 0, "c#", NUMBER),
        (1, "-", UNKNOWN, "c#", NUMBER),
        ("a", "*", 2, "c#", NUMBER),
        (1 << 60, "*", 1 << 60, "c#", NUMBER),
        (True, "and", False, "vb", False),
        (False, "andalso", UNKNOWN, "vb", False),
        (UNKNOWN, "or", True, "vbscript", True),
        (UNKNOWN, "or", UNKNOWN, "vb", BOOLEAN),
    ],
)
def test_an_operator(left: Value, name: str, right: Value, language: str, value: Value) -> None:
    found = binary(left, name, right, language)
    assert found is value or found == value
    assert found.__class__ is value.__class__


@pytest.mark.parametrize(("name", "language"), [("&", "vbscript"), ("&", "vb"), ("+", "c#"), ("+", "jscript")])
def test_a_text_keeps_a_visitors_part(name: str, language: str) -> None:
    text = binary(binary("a", name, TAINTED, language), name, "b", language)
    assert text == Text(("a", TAINTED, "b"))


@pytest.mark.parametrize("name", ["-", "*", "/", "%", "mod"])
def test_a_calculation_keeps_nothing_of_a_visitor(name: str) -> None:
    assert traces_of(binary(TAINTED, name, 2, "c#")) == ()


def test_each_option_is_calculated_with() -> None:
    assert options_of(binary(Choice(("a", "b")), "&", Choice(("x", "y")), "vb")) == ("ax", "ay", "bx", "by")
    assert options_of(unary("-", Choice((1, 2)), "c#")) == (-1, -2)


def test_an_object_in_a_text_is_the_text_that_it_has() -> None:
    assert joined("a", Thing("builder", fields={"\0text": "b"}), "c#") == "ab"
    assert traces_of(joined("a", Thing("object", fields={"x": TAINTED}), "c#")) == TAINTED.traces


@pytest.mark.parametrize(
    ("name", "value", "language", "result"),
    [
        ("!", True, "c#", False),
        ("not", False, "vb", True),
        ("not", 5, "vbscript", -6),
        ("not", UNKNOWN, "vb", BOOLEAN),
        ("!", "", "jscript", True),
        ("!", TAINTED, "c#", BOOLEAN),
        ("-", 3, "c#", -3),
        ("-", "3", "vbscript", -3),
        ("~", 5, "c#", -6),
        ("-", "a", "jscript", NAN),
        ("-", None, "jscript", 0),
        ("!", array_of([]), "jscript", False),
        ("!", NAN, "jscript", True),
        ("~", EMPTY, "jscript", -1),
    ],
)
def test_an_operator_of_one_operand(name: str, value: Value, language: str, result: Value) -> None:
    found = unary(name, value, language)
    assert found is result or found == result


@given(ANY, st.sampled_from([*ARITHMETIC, *sorted(COMPARING), "??", "?"]), ANY, st.sampled_from(LANGUAGES))
def test_each_operator_has_an_answer_for_any_values(left: Value, name: str, right: Value, language: str) -> None:
    value = binary(left, name, right, language)
    assert set(traces_of(value)) <= {*traces_of(left), *traces_of(right)}
    if name in COMPARING:
        assert all(each.__class__ is bool or each == BOOLEAN for each in options_of(value))


@given(st.sampled_from(["!", "not", "-", "~", "?"]), ANY, st.sampled_from(LANGUAGES))
def test_each_operator_has_an_answer_for_any_value(name: str, value: Value, language: str) -> None:
    assert traces_of(unary(name, value, language)) == ()


def test_lazy_operators_are_not_comparisons() -> None:
    assert LAZY.isdisjoint(COMPARING)
    assert Opaque("boolean") == BOOLEAN


# In programs ----------------------------------------------------------------------------------------------------------


def of_one(expression: str, language: str) -> object:
    """Return the value of an expression in which ``x`` is 1."""
    head = "object f(int x)" if language == "c#" else "function f(x)"
    return seen(f"{head} {{ return {expression}; }} SINK(f(1));", language)[0]


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("7 / 2", 3),
        ("-7 / 2", -3),
        ("-7 % 3", -1),
        ("1 + 2 * 3 - 4", 3),
        ("1 << 2 + 1", 8),
        ("5 & 3 ^ 1 | 8", 8 | 1 ^ (5 & 3)),
        ("'a' + 1", 98),
        ("'a' + \"1\"", "a1"),
        ('"a" + 1 + 2', "a12"),
        ('1 + 2 + "a"', "3a"),
        ("(char)('a' + 1)", "b"),
        ("(byte)300", 44),
        ("(int)(char)66", 66),
        ("(byte)~5", 250),
        ("0x10 >> 2", 4),
        ("x == 1 ? 5 : 6", 5),
        ("x > 1 || x == 1 ? 5 : 6", 5),
        ("x != 1 && unknown() ? 5 : 6", 6),
        ('null ?? "a"', "a"),
        ("(x) + 5", 6),
        ("(x + 1) * (2)", 4),
    ],
)
def test_csharp_has_its_strengths(expression: str, expected: object) -> None:
    assert of_one(expression, "c#") == expected


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("7 / 2", 3.5),
        ("8 / 2", 4),
        ("-1 >>> 28", 15),
        ("1 << 31", -(1 << 31)),
        ("'3' * '4'", 12),
        ("'3' + 4", "34"),
        ("'' || 'b'", "b"),
        ("'a' && 'b'", "b"),
        ("1 == '1' ? 'y' : 'n'", "y"),
        ("typeof x", "number"),
    ],
)
def test_jscript_has_its_own(expression: str, expected: object) -> None:
    assert of_one(expression, "jscript") == expected


@pytest.mark.parametrize(
    ("body", "language", "expected"),
    [
        ("SINK((byte)(2147483647 * 3));", "c#", (2147483647 * 3) & 255),
        ("SINK(2147483647 * 3 & 0xffff);", "c#", (2147483647 * 3) & 0xFFFF),
        ('SINK(1.0 / 2 < 0.4 ? "y" : "n");', "c#", "n"),
        ("SINK(7.0 / 2);", "c#", 3.5),
        ('SINK("" + true);', "c#", "True"),
        ('string r = null; SINK("a"[0] + r);', "c#", "a"),
        ('SINK("a1none1b".Split("none".ToCharArray())[0]);', "c#", "a1"),
        ('SINK("anoneb".Split("none")[1]);', "c#", "b"),
        ('SINK("a,,b".Split(new[] { "," }, StringSplitOptions.RemoveEmptyEntries)[1]);', "c#", "b"),
        ('SINK(1 == "1" ? "y" : "n");', "jscript", "y"),
        ('var s = "ab"; SINK(s[0] + s[1]);', "jscript", "ab"),
        ('SINK("a" + null);', "jscript", "anull"),
        ('SINK("" + true);', "jscript", "true"),
        ("SINK(0x80000001 << 1);", "jscript", 2),
        ("SINK(0x80000001 | 0);", "jscript", -(1 << 31) + 1),
        ("SINK(((1 << 31) >>> 0) >> 1);", "jscript", -(1 << 30)),
        ("SINK(1.0 + 1);", "jscript", 2),
        ("SINK(2 ^ 3);", "c#", 1),
        ("SINK 2 ^ 3", "vbscript", 8),
    ],
)
def test_kinds_of_values_count(body: str, language: str, expected: object) -> None:
    assert seen(body, language) == [expected]


def test_too_many_texts_keep_the_beginning_that_they_have_in_common() -> None:
    fronts = Choice(tuple(Text((f"select {number}", TAINTED)) for number in range(6)))
    backs = Choice(tuple(f" order by {number}" for number in range(6)))
    made = binary(fronts, "&", backs, "vb")
    assert isinstance(made, Text)
    assert made.parts[0] == "select "
    assert traces_of(made) == TAINTED.traces
