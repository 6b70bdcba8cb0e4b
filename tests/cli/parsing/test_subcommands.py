"""Subparsers of one form."""

from __future__ import annotations

import argparse

from webshellhunt.cli.parsing.subcommands import add_action, add_command


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
