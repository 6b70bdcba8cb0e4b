"""The page of the command line, generated from the parser."""

from __future__ import annotations

import argparse
from collections.abc import Iterator

from tools.reference.markdown import code, escape, fenced, table
from webshellhunt.cli.parsing.parser import build_parser


def command_page() -> str:
    """Return the page: each command with its arguments, its options and its notes."""
    parser = build_parser()
    parts = ["# Command line\n", f"{escape(parser.description or '')}\n", fenced(parser.epilog or "")]
    parts += [_section(command) for command in iter_commands(parser)]
    return "\n".join(parts)


def iter_commands(parser: argparse.ArgumentParser) -> Iterator[argparse.ArgumentParser]:
    """Yield the parser of each command that has no further commands below it."""
    below = [action.choices for action in _actions(parser) if isinstance(action, argparse._SubParsersAction)]
    if not below:
        yield parser
    for choices in below:
        for command in choices.values():
            yield from iter_commands(command)


def iter_options(parser: argparse.ArgumentParser) -> Iterator[argparse.Action]:
    """Yield the arguments and options of a command, its help aside."""
    yield from (action for action in _actions(parser) if not isinstance(action, argparse._HelpAction))


def option_name(action: argparse.Action) -> str:
    """Return an argument as the help writes it: ``LOCATION``, ``--output FILE``."""
    value = action.metavar if isinstance(action.metavar, str) else (action.dest or "").upper()
    if action.choices and action.metavar is None:
        value = "|".join(map(str, action.choices))
    if not action.option_strings:
        return value
    takes = action.nargs != 0
    return f"{', '.join(action.option_strings)} {value}" if takes else ", ".join(action.option_strings)


def _section(command: argparse.ArgumentParser) -> str:
    rows = [(code(option_name(action)), escape(action.help or "")) for action in iter_options(command)]
    parts = [f"## {command.prog}\n", f"{escape(command.description or '')}\n", fenced(_usage(command))]
    if rows:
        parts.append(table(("argument", "meaning"), rows))
    if command.epilog:
        parts.append(fenced(command.epilog))
    return "\n".join(parts)


def _usage(command: argparse.ArgumentParser) -> str:
    words = [command.prog]
    for action in iter_options(command):
        name = option_name(action)
        needed = action.required if action.option_strings else action.nargs not in ("*", "?")
        words.append(name if needed else f"[{name}]")
    return " ".join(words)


def _actions(parser: argparse.ArgumentParser) -> list[argparse.Action]:
    return parser._actions
