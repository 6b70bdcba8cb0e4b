"""``webshellhunt completion``: a static script that completes this command line in a shell."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Sequence

from webshellhunt.cli.completion import bash, fish, powershell, zsh
from webshellhunt.cli.completion.command_tree import Command, command_tree
from webshellhunt.cli.output import standard_output

_LINES = {"bash": bash.lines, "fish": fish.lines, "powershell": powershell.lines, "zsh": zsh.lines}


def run(arguments: Namespace) -> int:
    """Print the script."""
    with standard_output() as stream:
        stream.write(script(arguments.shell, command_tree()))
    return 0


def script(shell: str, commands: Sequence[Command]) -> str:
    """Return the script of a shell, in which it completes these commands."""
    return "\n".join(_LINES[shell](commands)) + "\n"
