"""Render checks its arguments and says what to pass; it returns text, or writes it."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest

from tests.reports.cases import full_report, report
from webshellhunt.errors import UsageError, WrongTypeError
from webshellhunt.reports import formats, render


def test_text_is_returned_or_written() -> None:
    stream = io.StringIO()
    render(full_report(), "text", stream)
    assert render(full_report()) == stream.getvalue() == render([full_report()], "text")


@pytest.mark.parametrize(
    ("change", "error", "words"),
    [
        ({"report": "x"}, TypeError, "render: report is of type str; pass a result of hunt"),
        ({"report": None}, TypeError, "render: report is None; pass a result of hunt"),
        ({"report": [full_report(), 7]}, TypeError, "render: report contains a value of type int"),
        ({"format": None}, TypeError, f"the format is None; pass one of {', '.join(formats())}"),
        ({"to": 7}, TypeError, "render: to is of type int; pass a path, or a stream"),
        ({"show_all": 1}, TypeError, "render: show_all is of type int; pass True or False"),
        ({"width": 0}, UsageError, "render: width is 0; .* from 1 to 100,000, or None for no"),
        ({"width": "80"}, TypeError, "render: width is of type str; pass a whole number"),
    ],
)
def test_what_is_wrong_is_said_in_a_sentence(change: dict[str, Any], error: type[Exception], words: str) -> None:
    arguments: dict[str, Any] = {"report": full_report(), **change}
    with pytest.raises(error, match=words):
        render(**arguments)


def test_the_hosts_are_compared_if_wanted() -> None:
    both = [report(location="a"), report(location="b")]
    assert "All hosts: " in str(render(both, fleet=True))
    assert "All hosts: " not in str(render(both))


def test_the_comparison_comes_first_except_in_a_stream(tmp_path: Path) -> None:
    both = [report(location="a"), report(location="b")]
    stream = io.StringIO()
    render(both, to=stream, fleet=True)
    before, between, last = stream.getvalue().rpartition("\n" + "=" * 80 + "\n\n")
    assert last.startswith("All hosts: ")
    assert render(both, fleet=True) == f"{last}{between}{before}"
    render(both, to=tmp_path / "r.txt", fleet=True)
    assert (tmp_path / "r.txt").read_text(encoding="utf-8").startswith("All hosts: ")


def test_the_comparison_is_wanted_with_true_or_false() -> None:
    both = [report(location="a"), report(location="b")]
    with pytest.raises(WrongTypeError, match="render: fleet"):
        render(both, fleet=1)  # type: ignore[call-overload]
