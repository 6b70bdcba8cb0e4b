"""Fields of a table that a user writes."""

from __future__ import annotations

import fnmatch
import re
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webshellhunt.errors import UsageError
from webshellhunt.knowledge.exploitation_patterns import (
    LONGEST_TEXT,
    MOST_TABLES,
    MOST_VALUES,
    Fields,
    _glob_expression,
)

PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20) | st.floats(allow_nan=False),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=8,
)


def test_texts_and_numbers() -> None:
    fields = Fields({"a": " x ", "b": ["y", "z"], "n": 3})
    assert (fields.text("a"), fields.texts("a"), fields.texts("b"), fields.texts("c")) == ("x", ("x",), ("y", "z"), ())
    assert (fields.number("n", default=1), fields.number("m", default=1)) == (3, 1)
    assert fields.text("c", default="d") == "d"
    fields.finish()


@pytest.mark.parametrize(
    ("value", "ranges"),
    [(200, ((200, 200),)), ("500-599", ((500, 599),)), ("1000-", ((1000, 10**18),)), ([1, "2 - 3"], ((1, 1), (2, 3)))],
)
def test_ranges(value: object, ranges: tuple[tuple[int, int], ...]) -> None:
    assert Fields({"status": value}).ranges("status") == ranges


def test_wildcards_match_whole_addresses() -> None:
    pattern, literals = Fields({"address": ["/ECP/*.js", "*/a?c"]}).globs("address")
    assert pattern is not None
    assert pattern.fullmatch("/ecp/x/y.js")
    assert pattern.fullmatch("/x/abc")
    assert not pattern.fullmatch("/ecp/y.jsx")
    assert literals == ()
    assert Fields({"address": ["/ECP/*.js", "*/abc*d"]}).globs("address")[1] == ("/ecp/", "/abc")
    assert Fields({"address": "*a*"}).globs("address")[1] == ()
    assert Fields({}).globs("address") == (None, ())


def test_limits() -> None:
    with pytest.raises(UsageError, match="more than 4,000 characters"):
        Fields({"a": "x" * (LONGEST_TEXT + 1)}).text("a")
    with pytest.raises(UsageError, match="at most 500 texts"):
        Fields({"a": ["x"] * (MOST_VALUES + 1)}).texts("a")
    with pytest.raises(UsageError, match="are too many"):
        list(Fields({"a": [{}] * (MOST_TABLES + 1)}).tables("a"))


@given(PLAIN)
def test_any_value_is_read_or_refused(value: object) -> None:
    for read in ("text", "texts", "ranges", "expression", "expressions", "globs"):
        with suppress(UsageError):
            getattr(Fields({"a": value}, "x: "), read)("a")


@given(st.text("a/*?", max_size=8), st.text("a/b", max_size=10))
def test_a_glob_fits_as_the_names_of_files_do(glob: str, address: str) -> None:
    expected = re.fullmatch(fnmatch.translate(glob), address) is not None
    assert (re.fullmatch(_glob_expression(glob), address, re.DOTALL) is not None) is expected
