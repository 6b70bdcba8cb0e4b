"""What was written is read, whatever the names, and the same rows are the same bytes."""

from __future__ import annotations

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.builders.baselines import sha256
from webshellhunt.baselines.store import BaselineHead, Content, parse_baseline
from webshellhunt.baselines.store_writer import Row, write_baseline
from webshellhunt.errors import UsageError

BUILDS = ("15.0.516.32", "15.1.225.42", "15.2.858.5")
ONE, TWO = (sha256(word) for word in (b"one", b"two"))
ROWS = [Row("b", ONE, BUILDS[0], BUILDS[0]), Row("a", TWO), Row("b", ONE, BUILDS[1], BUILDS[2]), Row("b", TWO)]


def written(rows: list[Row], builds: tuple[str, ...] = BUILDS) -> io.BytesIO:
    stream = io.BytesIO()
    write_baseline(stream, BaselineHead("a list", builds), rows)
    return stream


def test_the_same_rows_in_any_order_are_the_same_bytes() -> None:
    assert written(ROWS).getvalue() == written(ROWS[::-1]).getvalue()


def test_what_stands_twice_is_one_with_the_widest_span() -> None:
    assert Content(ONE[:32], BUILDS[0], BUILDS[2]) in parse_baseline(written(ROWS)).contents("b")
    assert len(parse_baseline(written(ROWS))) == 3


@given(st.dictionaries(st.text(st.characters(blacklist_characters="\0")), st.sets(st.binary(max_size=3), min_size=1)))
def test_what_was_written_is_read(files: dict[str, set[bytes]]) -> None:
    rows = [Row(key, sha256(content)) for key, contents in files.items() for content in contents]
    found = parse_baseline(written(rows, ()))
    assert sorted(found.iter_keys()) == sorted(files)
    assert all(found.knows(row.key, row.sha256) for row in rows)
    assert not any(found.knows(key, sha256(b"four")) for key in files)


def test_more_builds_than_a_span_can_name_are_refused() -> None:
    with pytest.raises(UsageError, match="254 builds at most"):
        written(ROWS, tuple(f"15.2.{number}.1" for number in range(255)))
