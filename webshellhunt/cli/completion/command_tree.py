"""The command line as completions need it: commands, their options, and the values that each takes."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from typing import Final, NamedTuple

from webshellhunt import detectors
from webshellhunt.cli.parsing.parser import build_parser
from webshellhunt.reports import formats

_FILES: Final = ("FILE", "PATH", "FOLDER", "LOCATION", "BAG", "REPORT", "OLD", "NEW")
"""Words in the metavariables of paths."""


class Argument(NamedTuple):
    """An option, or without names a positional argument, with the values that it takes.

    ``values`` are all of them, if they are few; ``is_path`` is true if it takes the path of a file or a folder.
    """

    names: tuple[str, ...]
    about: str
    takes_value: bool = False
    values: tuple[str, ...] = ()
    is_path: bool = False


class Command(NamedTuple):
    """A command by its words; those of ``baseline make`` are two. The whole command line has none."""

    words: tuple[str, ...]
    about: str
    options: tuple[Argument, ...]
    arguments: tuple[Argument, ...]
    actions: tuple[tuple[str, str], ...]

    @property
    def key(self) -> str:
        """Return the words as one name."""
        return "_".join(self.words)


def command_tree() -> tuple[Command, ...]:
    """Return all commands, the whole command line first."""
    return tuple(_commands(build_parser(), (), ""))


def _commands(parser: argparse.ArgumentParser, words: tuple[str, ...], about: str) -> Iterator[Command]:
    groups = [each for each in parser._actions if isinstance(each, argparse._SubParsersAction)]
    helps = {each.dest: each.help or "" for group in groups for each in group._choices_actions}
    others = [each for each in parser._actions if each not in groups]
    yield Command(
        words,
        about,
        tuple(_argument(each, words) for each in others if each.option_strings),
        tuple(_argument(each, words) for each in others if not each.option_strings),
        tuple(helps.items()),
    )
    for group in groups:
        for name, command in group.choices.items():
            yield from _commands(command, (*words, name), helps[name])


def _argument(action: argparse.Action, words: tuple[str, ...]) -> Argument:
    values = tuple(map(str, action.choices or ()))
    if "--format" in action.option_strings and not values:
        values = formats()
    if action.dest == "rule":
        values = tuple(sorted({rule.id for rule in detectors.iter_rules()}))
    metavar = action.metavar if isinstance(action.metavar, str) else action.dest.upper()
    takes_value = action.nargs != 0
    about = (action.help or "").replace("%%", "%").partition(";")[0].partition(": ")[0]
    return Argument(
        tuple(action.option_strings),
        about,
        takes_value,
        values,
        takes_value and not values and any(each in metavar for each in _FILES),
    )
