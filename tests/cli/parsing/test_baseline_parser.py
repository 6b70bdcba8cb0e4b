"""The arguments of ``webshellhunt baseline``."""

from __future__ import annotations

import argparse

import pytest

from webshellhunt.cli.parsing.baseline_parser import add_baseline_commands


def _parsed(*words: str) -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    add_baseline_commands(parser.add_subparsers())
    return parser.parse_args(["baseline", *words])


def test_each_action_has_its_arguments() -> None:
    made = _parsed("make", "clean", "--output", "x.base", "--build", "15.02.1544.004", "--password", "infected")
    assert (made.action, made.builds, made.password) == ("make", ["15.2.1544.4"], "infected")
    compared = _parsed("compare", "C", "--drive", "D=d", "--baseline", "x.base")
    assert (compared.drives, compared.baselines, compared.show_secrets) == ([("D", "d")], ["x.base"], False)
    assert _parsed("show").files == []


def test_a_list_needs_a_destination(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        _parsed("make", "clean")
    assert "--output" in capsys.readouterr().err
