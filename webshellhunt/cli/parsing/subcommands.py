"""Subparsers of the argument parser, all of one form."""

from __future__ import annotations

import argparse
from typing import TypeAlias

from webshellhunt.cli.parsing.epilogs import EPILOGS

Commands: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"


def add_command(commands: Commands, name: str, about: str) -> argparse.ArgumentParser:
    """Add a command, which the module of the same name runs."""
    command = add_action(commands, name, about)
    command.set_defaults(module=name)
    return command


def add_action(commands: Commands, name: str, about: str) -> argparse.ArgumentParser:
    """Add a subparser with a description."""
    end = "" if about.endswith("?") else "."
    command = shaped(commands.add_parser(name, help=about, description=f"{about[0].upper()}{about[1:]}{end}"))
    command.epilog = EPILOGS.get(command.prog.partition(" ")[2])
    return command


def shaped(parser: argparse.ArgumentParser) -> argparse.ArgumentParser:
    """Return a parser that keeps the lines of its epilog."""
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    return parser
