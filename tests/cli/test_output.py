"""Where the command writes, and in which format."""

from __future__ import annotations

from argparse import Namespace

import pytest

from webshellhunt.cli import output
from webshellhunt.errors import UsageError


def test_a_complaint_is_one_line_of_standard_error(capsys: pytest.CaptureFixture[str]) -> None:
    output.complain("it\nbroke\x1b[2J")
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.count("\n") == 1
    assert "\x1b" not in captured.err


@pytest.mark.parametrize(("name", "form"), [("x.json", "json"), ("x.JSONL", "jsonl"), ("x.txt", "text"), ("x", "text")])
def test_the_extension_is_the_format(name: str, form: str) -> None:
    assert output.format_for(Namespace(format=None, output=name)) == form


@pytest.mark.parametrize("name", ["rep.csv", "rep.HTML", "rep.pdf"])
def test_an_extension_that_promises_another_format_is_refused(name: str) -> None:
    with pytest.raises(UsageError, match=r"choose \.txt, \.json or \.jsonl, or pass --format"):
        output.format_for(Namespace(format=None, output=name))
    assert output.format_for(Namespace(format="text", output=name)) == "text"
