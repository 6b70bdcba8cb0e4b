"""Values and their joins."""

from __future__ import annotations

import pytest

from webshellhunt.php.values import (
    EMPTY,
    HERE,
    UNKNOWN,
    Value,
    concatenate,
    element,
    join,
    known,
    of_items,
    of_server,
    visitor,
    with_element,
)


@pytest.mark.parametrize(
    ("first", "leads"),
    [
        (EMPTY, True),
        (known("./"), True),
        (HERE, True),
        (known("cmd /c "), True),
        (known("x/"), False),
        (UNKNOWN, False),
    ],
)
def test_a_request_value_leads_after_nothing_of_weight(first: Value, leads: bool) -> None:
    value = concatenate(first, visitor(1))
    assert (value.source, value.leads) == (1, leads)


def test_known_texts_are_joined_to_one() -> None:
    assert concatenate(known("a"), known("b")).text == "ab"
    assert concatenate(known("a"), UNKNOWN).text is None


def test_either_value_remains_possible() -> None:
    value = join(known("a"), visitor(2))
    assert (value.text, value.source) == ("a", 2)
    assert join(UNKNOWN, known("a")).text == "a"


def test_elements() -> None:
    array = with_element(of_items([known("a")]), "k", visitor(4))
    assert element(array, "0").text == "a"
    assert element(array, "k").source == 4
    assert element(known("abc"), "-1").text == "c"
    assert element(known("abc"), "9").text == ""
    assert element(visitor(1), "x").source == 1


def test_an_upload_has_a_name_and_a_content() -> None:
    files = Value(source=1, leads=True, uploaded="all")
    upload = element(files, "f")
    assert element(upload, "name").uploaded == "name"
    assert element(upload, "tmp_name").uploaded == "content"


@pytest.mark.parametrize(
    ("key", "tainted"), [("HTTP_X", True), ("HTTP_HOST", False), ("SERVER_NAME", False), (None, True)]
)
def test_variables_of_the_server(key: str | None, tainted: bool) -> None:
    assert of_server(visitor(1), key).is_tainted is tainted
