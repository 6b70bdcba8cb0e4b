"""``webshellhunt completion``: a static script that completes this command line in a shell."""

from __future__ import annotations

from argparse import Namespace

from webshellhunt.cli.completion import bash, fish, powershell, zsh
from webshellhunt.cli.completion.command_tree import command_tree
from webshellhunt.cli.output import standard_output

_SCRIPTS = {"bash": bash.script, "fish": fish.script, "powershell": powershell.script, "zsh": zsh.script}


def run(arguments: Namespace) -> int:
    """Print the script."""
    with standard_output() as stream:
        stream.write(_SCRIPTS[arguments.shell](command_tree()))
    return 0
