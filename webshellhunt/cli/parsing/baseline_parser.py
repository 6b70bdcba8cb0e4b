"""The arguments of ``webshellhunt baseline``."""

from __future__ import annotations

import argparse

from webshellhunt.cli.parsing.options import add_baselines, add_drives, add_password, build
from webshellhunt.cli.parsing.subcommands import Commands, add_action, add_command


def add_baseline_commands(commands: Commands) -> None:
    """Add the command with its actions."""
    about = "make, show and compare lists of known contents"
    command = add_command(commands, "baseline", about)
    actions = command.add_subparsers(dest="action", metavar="ACTION", required=True)

    command = add_action(actions, "make", "list a clean server, an unpacked setup medium or a folder")
    command.add_argument("location", metavar="LOCATION", help="the clean server, medium or folder")
    command.add_argument("--output", required=True, metavar="FILE", help="write the list to this file")
    command.add_argument(
        "--with-text",
        action="store_true",
        help="also store the text of pages for 'compare'",
    )
    command.add_argument("--build", dest="builds", action="append", type=build, default=[], metavar="B",
                         help="the build of Exchange, if it can't be read there; may be repeated")  # fmt: skip
    add_password(command)
    command.add_argument("--name", help="name of the list in reports; default: the location")
    command.add_argument("--quiet", action="store_true", help="no progress line")
    _add_server_path(command)

    command = add_action(actions, "show", "show the summary of lists, or their contents of one path")
    command.add_argument("files", nargs="*", metavar="FILE", help="lists; default: the shipped one")
    command.add_argument("--path", help="show the known contents of this path; any spelling of it works")

    command = add_action(actions, "compare", "show the files and lines in which a server differs from lists")
    command.add_argument("location", metavar="LOCATION", help="a drive, a mounted image, a folder or an archive")
    command.add_argument("--clean", metavar="FOLDER", help="a clean copy, used as a list and for the text of pages")
    add_drives(command)
    add_password(command)
    command.add_argument("--all", action="store_true", dest="show_all", help="list each file and line")
    command.add_argument("--raw-excerpts", action="store_true", help="write lines unchanged into files and pipes, too")
    command.set_defaults(show_secrets=False)
    _add_server_path(command)
    add_baselines(command)


def _add_server_path(command: argparse.ArgumentParser) -> None:
    command.add_argument("--as", dest="server_path", metavar="PATH",
                         help=r"path of the clean folder on the server, such as C:\inetpub\wwwroot")  # fmt: skip
