"""The command tree that tests of completions share."""

from __future__ import annotations

from functools import lru_cache

from webshellhunt.cli.completion.command_tree import Command, command_tree


@lru_cache(maxsize=1)
def tree() -> tuple[Command, ...]:
    return command_tree()
