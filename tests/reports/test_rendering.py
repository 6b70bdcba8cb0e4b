"""Render checks its arguments and says what to pass; it returns text, or writes it."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import pytest

from tests.reports.cases import full_report
from webshellhunt.errors import UsageError
from webshellhunt.reports import render


def test_text_is_returned_or_written() -> None:
    stream = io.StringIO()
    render(full_report(), "text", stream)
    assert render(full_report()) == stream.getvalue() == render([full_report()], "text")


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda made: render("x"), TypeError, "render: report is of type str; pass what hunt returned"),
        (lambda made: render(None), TypeError, "render: report is None; pass what hunt returned"),
        (lambda made: render([made, 7]), TypeError, "report contains a value of type int"),
        (lambda made: render(made, None), TypeError, "the format is None; pass one of json, jsonl, text"),
        (lambda made: render(made, "text", 7), TypeError, "render: to is of type int; pass a path, or a stream"),
        (lambda made: render(made, show_all=1), TypeError, "render: show_all is of type int; pass True or False"),
        (lambda made: render(made, width=0), UsageError, "render: width is 0; .* from 1 to 100,000, or None for no"),
        (lambda made: render(made, width="80"), TypeError, "render: width is of type str; pass a whole number"),
    ],
)
def test_what_is_wrong_is_said_in_a_sentence(call: Callable[[Any], object], error: type[Exception], words: str) -> None:
    with pytest.raises(error, match=words):
        call(full_report())
