"""Statements: whitespace does not count, keys can be left out, and the expression matches its own text."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from tests.pivot.cases import hostile_code
from webshellhunt.pivot.statements import expression, merged, skeleton, statement_in, statements_of_file, weight


def _expression(text: str) -> str:
    statement = statement_in(text)
    assert statement is not None
    return expression(statement.tokens, statement.spaced)


def test_whitespace_between_tokens_does_not_count() -> None:
    found = _expression('Alpha.Beta( x["key one"],Gamma )')
    assert re.search(found, 'alpha . beta (\n  X[ "key one" ] ,\tgamma)', re.IGNORECASE)
    assert not re.search(found, 'AlphaBeta(x["key one"],Gamma)', re.IGNORECASE)
    assert not re.search(found, 'Alpha.Beta(x["keyone"],Gamma)', re.IGNORECASE)


def test_words_are_written_with_an_escape_inside() -> None:
    assert _expression("particular <" + "% word") == r"p\x61rticular\s*\x3c\x25\s*w\x6frd"


def test_a_part_is_chosen_by_its_column_or_its_length() -> None:
    assert statement_in("short\u00e9much longer part") is not None
    longest, first = statement_in("short\u00e9much longer part", 99), statement_in("short\u00e9much longer part", 2)
    assert longest is not None
    assert longest.text == "much longer part"
    assert first is not None
    assert first.text == "short"
    assert statement_in("\u00e9\u202e") is None


def test_a_fingerprint_of_a_secret_is_no_part() -> None:
    statement = statement_in('Connect("server=sha256:0123456789ab;x")', 99)
    assert statement is not None
    assert "0123456789ab" not in statement.text


def test_keys_are_left_out_of_the_skeleton_and_merged() -> None:
    one, two = statement_in('A("k1") + "z"'), statement_in('a( "k2" )+"z"')
    assert one is not None
    assert two is not None
    assert skeleton(one, ["k1"]) == skeleton(two, ["k2"])
    assert merged([one, two]) == ("A", "(", None, ")", "+", '"z"')
    found = expression(merged([one, two]), one.spaced)
    assert re.search(found, 'A("k3") + "z"')


def test_common_words_weigh_little() -> None:
    assert weight(["Request", "Language"]) < weight(["particularName"])
    assert weight([None, "(", ")"]) == 0


@given(hostile_code, st.integers(1, 200))
def test_an_expression_matches_its_text(code: str, column: int) -> None:
    statement = statement_in(code, column)
    if statement is not None:
        found = expression(statement.tokens, statement.spaced)
        assert found.isascii()
        assert "/" not in found
        assert "\n" not in found
        assert re.search(found, code)


def test_statements_that_read_a_request_come_first_and_those_with_a_key_before() -> None:
    content = (
        b"a very particular line with manyWords andOthers\r\n"
        b'other = Request["somethingLonger"] + moreText\nx = Request["key"];\n'
    )
    found = [each.text for each in statements_of_file(content, ["key"])]
    assert found[0] == 'x=request["key"];'
    assert len(found) == 3


def test_texts_of_utf_16_are_found_in_a_program_and_ascii_is_not() -> None:
    wide = "a literal of the assembly".encode("utf-16-le")
    found = [each.text for each in statements_of_file(b"MZ\x90\x00" + b"names of a library" + wide)]
    assert found == ["a literal of the assembly"]


def test_the_version_resource_is_left_out() -> None:
    inside = "VS_VERSION_INFO".encode("utf-16-le") + b"\0\0" + "OriginalFilename of it".encode("utf-16-le")
    resource = (len(inside) + 6).to_bytes(2, "little") + b"\0\0\0\0" + inside
    content = b"MZ\x90\x00" + resource + b"\0\0" + "a literal of the assembly".encode("utf-16-le")
    assert [each.text for each in statements_of_file(content)] == ["a literal of the assembly"]
    assert statements_of_file(b"MZ" + "VS_VERSION_INFO".encode("utf-16-le")) == ()


@given(st.binary(max_size=500))
def test_any_file_has_few_statements(content: bytes) -> None:
    assert len(statements_of_file(content)) <= 11
