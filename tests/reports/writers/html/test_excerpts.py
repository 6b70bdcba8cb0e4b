"""Excerpts are readable, inert, and marked."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tests.reports.cases import SHELL
from tests.reports.markup import Markup
from tests.reports.strategies import hostile
from webshellhunt.model.findings import Evidence, Span
from webshellhunt.reports.printable import printable
from webshellhunt.reports.writers.html.verdict_view import (
    MOST_CHARACTERS,
    MOST_LINES,
    Excerpt,
    excerpt,
    layers_of,
    marked,
)

MARKS = {"request": "source", "orange": "source", "eval": "sink"}
_CODE = st.lists(st.sampled_from(["eval", "Request", '"', "'", "orange", "(", "<", "\n", "x1"]) | hostile).map("".join)


def of(text: str, layer: str = "text") -> Excerpt:
    evidence = Evidence("x.aspx", layer, Span(0, 1), 3, 4, text)
    return excerpt(evidence, text, MARKS)


@given(_CODE)
def test_marks_change_no_character(code: str) -> None:
    made = Markup(marked(code, MARKS))
    assert (made.text, made.strange, made.open) == (printable(code), [], [])


def test_the_names_of_the_flow_are_marked() -> None:
    [line] = of(SHELL).lines
    assert '<mark class="sink">eva<!---->l</mark>' in line
    assert '<mark class="source">ora<!---->nge</mark>' in line
    assert Markup(line).text == SHELL


def test_no_run_of_four_characters_remains() -> None:
    [line] = of('a = "cmd.exe /c " + b.unsafe').lines
    assert not any(run in line for run in ("cmd.", ".exe", "unsa"))


def test_a_long_excerpt_is_cut() -> None:
    made = of("\n".join("line" * 3 for _ in range(40)))
    assert len(made.lines) == MOST_LINES + 1
    assert len(of("x" * 5_000).text) == MOST_CHARACTERS + 1
    assert of(" \n").lines == ()


def test_layers_are_the_steps_of_decoding() -> None:
    assert layers_of("text") == layers_of("raw") == layers_of("log") == ()
    assert layers_of("text, constant in line 5") == ("constant in line 5",)
    assert layers_of("text as utf-7") == ("text as utf-7",)


def test_a_place_is_a_line_of_a_file_or_of_a_log() -> None:
    assert (of("x").path, of("x").place) == ("x.aspx", "line 3, column 4")
    assert (of("x", "log").path, of("x", "log").place) == ("", "x.aspx, line 3")
