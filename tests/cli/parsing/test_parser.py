"""The words of the command line."""

from __future__ import annotations

import argparse

import pytest

from webshellhunt.cli.parsing.parser import add_action, add_baseline_commands, add_command, build_parser


@pytest.mark.parametrize("words", [["hunt"], ["examine"], ["nothing"], ["hunt", "a", "--jobs", "x"]])
def test_wrong_words_end_with_status_2(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as raised:
        build_parser().parse_args(words)
    assert raised.value.code == 2
    assert "usage" in capsys.readouterr().err


def test_several_locations_are_hunted() -> None:
    arguments = build_parser().parse_args(["hunt", "a", "b"])
    assert ["a", "b"] in vars(arguments).values()


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


def test_a_command_names_its_module_and_keeps_the_lines_of_its_epilog() -> None:
    parser = argparse.ArgumentParser()
    commands = parser.add_subparsers()
    command = add_command(commands, "weigh", "weigh a file")
    command.epilog = "first\n  second"
    assert parser.parse_args(["weigh"]).module == "weigh"
    assert "Weigh a file." in command.format_help()
    assert "first\n  second" in command.format_help()
    add_action(commands, "lift", "lift a file")
    assert not hasattr(parser.parse_args(["lift"]), "module")
