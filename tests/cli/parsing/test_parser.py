"""The words of the command line."""

from __future__ import annotations

import pytest

from webshellhunt.cli.parsing.parser import build_parser


@pytest.mark.parametrize("words", [["hunt"], ["examine"], ["nothing"], ["hunt", "a", "--jobs", "x"]])
def test_wrong_words_end_with_status_2(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as raised:
        build_parser().parse_args(words)
    assert raised.value.code == 2
    assert "usage" in capsys.readouterr().err


def test_several_locations_are_hunted() -> None:
    arguments = build_parser().parse_args(["hunt", "a", "b"])
    assert ["a", "b"] in vars(arguments).values()
