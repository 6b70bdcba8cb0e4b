"""Pieces of a joined page: read apart, the tokens are those of the text read as one."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from webshellhunt.lang.lexis import NEWLINE
from webshellhunt.lang.parts import tokenize_pieces
from webshellhunt.lang.tokens import Tokens, tokenize_ranges
from webshellhunt.memo import Memo

_CODE = (
    "<%a=1%>",
    "<%if b then%>x<%c 2%>",
    "<%end if%>",
    '<%=d("é")%>',
    '<% \'note\ne="f"\n%>',
    "html ",
    "<%",
    "g=2\n",
    "%>",
)
PIECES = st.lists(st.lists(st.sampled_from(_CODE), min_size=1, max_size=4).map("".join), min_size=1, max_size=6)


def ranges_of(text: str) -> list[tuple[int, int]]:
    """Return the ranges of code of a page."""
    found, at = [], 0
    while (opening := text.find("<%", at)) >= 0:
        start = opening + 2 + text.startswith("=", opening + 2)
        at = text.find("%>", start)
        at = len(text) if at < 0 else at
        found.append((start, at))
    return found


def seams_of(pieces: list[str]) -> list[int]:
    """Return where each piece of a text begins."""
    return [sum(map(len, pieces[:number])) for number in range(len(pieces))]


def written(tokens: Tokens) -> list[tuple[int, str, int, int]]:
    """Return the tokens that stand in the text, and where."""
    rows = zip(tokens.kinds, tokens.values, tokens.starts, tokens.ends, strict=True)
    return [(kind, value, start, end) for kind, value, start, end in rows if kind != NEWLINE or start < end]


@given(PIECES)
def test_tokens_are_those_of_the_whole_text(pieces: list[str]) -> None:
    text = "".join(pieces)
    ranges = ranges_of(text)
    whole = tokenize_ranges(text, "vbscript", ranges)
    tokens = tokenize_pieces(text, ranges, seams_of(pieces))
    assert written(tokens) == written(whole)
    assert len(tokens) - tokens.filled == len(whole) or not tokens.parts


@given(PIECES)
def test_parts_have_all_that_is_written(pieces: list[str]) -> None:
    text = "".join(pieces)
    tokens = tokenize_pieces(text, ranges_of(text), seams_of(pieces))
    inside = {at for part in tokens.parts for at in range(part.first, part.end)}
    assert {at for at in range(len(tokens)) if tokens.starts[at] < tokens.ends[at]} <= inside


def test_a_long_piece_has_the_same_place_behind_different_heads() -> None:
    include = "<%" + "a = b(1)\n" * 60 + "%>"
    heads = ["<%x=1%>", "<%x=1:y=2%>", "<%x(3)%>"]
    found = {tokenize_pieces(head + include, ranges_of(head + include), [0, len(head)]).parts[-1].key for head in heads}
    assert len(found) == 1


def test_kept_pieces_change_nothing() -> None:
    text = '<%a%><%b="c"%>'
    read = [tokenize_pieces(text, ranges_of(text), [0, 5]) for _ in range(2)]
    Memo.is_on = False
    read.append(tokenize_pieces(text, ranges_of(text), [0, 5]))
    Memo.is_on = True
    assert read[0] == read[1] == read[2]


def test_strings_are_double_bytes_in_all_pieces_or_in_none() -> None:
    chinese = "\u4e2d".encode("gbk").decode("cp1252")
    text = f'<%a="{chinese}"%><%b="{chinese}"%>'
    tokens = tokenize_pieces(text, ranges_of(text), [0, text.index("<%b")])
    assert tokens.values.count("\u4e2d") == 2
    text += '<%c="\u4e2d\xff"%>'
    tokens = tokenize_pieces(text, ranges_of(text), [0, text.index("<%b"), text.index("<%c")])
    assert tokens.values.count("\u4e2d") == 0
