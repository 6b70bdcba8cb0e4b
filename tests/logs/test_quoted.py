from __future__ import annotations

import csv
import io

from hypothesis import given
from hypothesis import strategies as st

from tests.builders.steps import at_most
from webshellhunt.logs.quoted import LONGEST_ROW, MOST_LINES, join_lines, split_quoted

_VALUES = st.lists(st.text(st.sampled_from('a,"\n; '), max_size=8), min_size=2, max_size=6)


def test_values_of_a_row() -> None:
    assert split_quoted('a,"b,c",,"say ""hi"" now",d') == ["a", "b,c", "", 'say "hi" now', "d"]
    assert split_quoted('a,b"c"d,e') == ["a", 'b"c"d', "e"]
    assert split_quoted('a,"open,b,c') == ["a", '"open', "b", "c"]
    assert split_quoted('a,"b"c,d\re') == ["a", "bc", "d e"]


@given(_VALUES)
def test_what_a_writer_quotes_is_read_again(values: list[str]) -> None:
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerow(["2021-03-03T00:00:00Z", *values])
    written = out.getvalue().encode()[:-1]
    lines = written.split(b"\n")
    joined = join_lines([*lines, b"2021-03-03T00:00:01Z,next"])
    assert joined.rows[0] == written
    assert split_quoted(joined.rows[0].decode()) == ["2021-03-03T00:00:00Z", *values]
    assert joined.rows[1:] == [b""] * (len(lines) - 1) + [b"2021-03-03T00:00:01Z,next"]


def test_an_open_row_waits_for_more_lines() -> None:
    lines = [b"2021,a", b'2021,"open', b"middle"]
    assert join_lines(lines).open_at == 1
    assert join_lines([*lines, b'end"']).open_at == 4


def test_an_open_quote_hides_no_row() -> None:
    rows = [b'2021-03-03T04:05:06Z,"open', b"2021-03-03T04:05:07Z,next", b'2021-03-03T04:05:08Z,x"']
    assert join_lines(rows).rows == rows
    many = [b'2021-03-03T04:05:06Z,"open', *[b"x"] * MOST_LINES, b'x"']
    assert join_lines(many).rows == many
    big = [b'2021-03-03T04:05:06Z,"open', b"x" * LONGEST_ROW, b'x"']
    assert join_lines(big).rows == big


@given(st.lists(st.binary(max_size=30).map(lambda each: each.replace(b"\n", b"")), max_size=30))
def test_no_byte_is_lost(lines: list[bytes]) -> None:
    joined = join_lines(lines)
    assert len(joined.rows) == len(lines)
    kept = [row for row in joined.rows if row]
    assert b"\n".join(kept).replace(b"\n", b"") == b"".join(lines)


def test_open_rows_cost_a_bounded_number_of_steps() -> None:
    for line in (b'2021,"x', b'"', b'a"b,"', b'",' * 200):
        with at_most(3_000_000):
            join_lines([line] * 2000)
