"""The argument parser and its help texts."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from typing import Any, TypeAlias

from webshellhunt.cli.parsing.epilogs import EPILOGS
from webshellhunt.cli.parsing.options import (
    add_accepted,
    add_baselines,
    add_cache,
    add_collecting,
    add_drives,
    add_hunting,
    add_jobs,
    add_logs,
    add_machine_keys,
    add_many,
    add_password,
    add_secrets,
    add_showing,
    add_verification,
    build,
)
from webshellhunt.cli.status import FAIL_ON
from webshellhunt.host.walk.roles import NAMED_ROLES
from webshellhunt.version import __version__

Commands: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"
SHELLS = ("bash", "zsh", "fish", "powershell")
"""The shells that 'completion' knows."""

_PLACES = (
    "a drive, a mounted image, a folder, an archive (ZIP, tar, 7z), a disk image (raw, E01, VMDK, VHD, VHDX, QCOW2)"
)


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


class _Parser(argparse.ArgumentParser):
    """A parser whose command needs a location, or a list of them, if it takes several."""

    def parse_known_args(self, args: Sequence[str] | None = None, namespace: Any = None) -> Any:  # type: ignore[override]  # noqa: ANN401 - as in argparse
        parsed, rest = super().parse_known_args(args, namespace)
        if not getattr(parsed, "locations", True) and not parsed.lists:
            self.error("a location is required: LOCATION, or --from-list FILE")
        return parsed, rest


def build_parser() -> argparse.ArgumentParser:
    """Return the parser of the whole command line."""
    about = (
        "Find the web shells that an intrusion left on an Exchange or IIS server,\nand report the evidence for each."
    )
    parser = shaped(_Parser("webshellhunt", description=about, epilog=EPILOGS[""]))
    parser.add_argument("--version", action="version", version=f"webshellhunt {__version__}")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)

    _add_hunt(commands)
    _add_logs(commands)
    _add_files(commands)
    _add_verify(commands)
    add_baseline_commands(commands)
    _add_server(commands)
    _add_pivot(commands)
    _add_render(commands)
    _add_compare(commands)
    _add_information(commands)
    return parser


def _add_information(commands: Commands) -> None:
    """Add the commands that read no evidence."""
    command = add_command(commands, "explain", "print the page of a rule, with its blind spots")
    command.add_argument(
        "rule", metavar="RULE", help="id or slug of the rule, such as WSH1001; 'webshellhunt rules' lists all"
    )
    add_command(commands, "rules", "list all rules")
    add_command(commands, "selftest", "check that this installation detects known shells")
    add_showing(add_command(commands, "demo", "hunt a described, compromised server in memory"))
    add_command(commands, "schema", "print the JSON Schema of reports and comparisons")
    command = add_command(commands, "completion", "print the completion of this command line for a shell")
    command.add_argument("shell", choices=SHELLS, metavar="SHELL", help=f"one of {', '.join(SHELLS)}")


def _add_hunt(commands: Commands) -> None:
    command = add_command(commands, "hunt", "hunt through a server, an image or a folder")
    _add_locations(command, f"{_PLACES} or a file")
    add_hunting(command)
    add_cache(command)
    add_logs(command)
    add_collecting(command)
    add_showing(command)


def _add_logs(commands: Commands) -> None:
    command = add_command(commands, "logs", "read the logs of a server, and examine no page")
    command.set_defaults(module="hunt", logs_alone=True, signatures=[], engine="auto", baselines=[])
    _add_locations(command, f"{_PLACES}, or a folder or file of logs")
    add_logs(command, optional=False)
    add_accepted(command)
    add_machine_keys(command)
    add_jobs(command)
    add_showing(command)


def _add_locations(command: argparse.ArgumentParser, about: str) -> None:
    """Add the locations of a report, and its destination."""
    command.add_argument("locations", nargs="*", metavar="LOCATION", help=f"{about}; several are also compared")
    command.add_argument("--from-list", dest="lists", action="append", default=[], metavar="FILE",
                         help="further locations, one a line, or NAME=LOCATION; # starts a comment; - is standard "
                         "input; may be repeated")  # fmt: skip
    add_drives(command)
    _add_times(command)
    _add_shadow_copies(command)
    add_password(command)
    add_many(command)
    _add_fail_on(command)
    told = command.add_mutually_exclusive_group()
    told.add_argument("--quiet", action="store_true", help="no progress line and no closing messages")
    told.add_argument("--verbose", action="store_true",
                      help="the directories as they are walked, the time of each stage, and each gap, on standard "
                      "error")  # fmt: skip


def _add_verify(commands: Commands) -> None:
    command = add_command(commands, "verify", "check that an evidence bag is as it was made, with each copy in it")
    add_verification(command)


def _add_server(commands: Commands) -> None:
    command = add_command(
        commands, "server", "show the build of Exchange, its date, and the vulnerabilities open at it"
    )
    command.add_argument("location", metavar="LOCATION", help=_PLACES)
    add_drives(command)
    _add_times(command)
    add_password(command)
    command.add_argument("--json", action="store_true", help="print one JSON object")


def _add_render(commands: Commands) -> None:
    command = add_command(commands, "render", "write a saved report in another format")
    command.set_defaults(joins=False)
    command.add_argument("reports", nargs="+", metavar="REPORT", help="file of 'hunt --output', as json or jsonl")
    add_showing(command)
    command.add_argument("--quiet", action="store_true", help="no closing messages")

    command = add_command(commands, "join", "join the saved reports of many servers, and compare all hosts")
    command.set_defaults(module="render", joins=True)
    command.add_argument("reports", nargs="+", metavar="REPORT",
                         help="file of 'hunt --output', as json or jsonl, or a folder of them; a damaged one costs no "
                         "other")  # fmt: skip
    command.add_argument("--from-list", dest="lists", action="append", default=[], metavar="FILE",
                         help="name each location of this list that is in none of the reports; may be "
                         "repeated")  # fmt: skip
    add_showing(command)
    command.add_argument("--quiet", action="store_true", help="no closing messages")


def _add_compare(commands: Commands) -> None:
    command = add_command(commands, "compare", "compare an old report with a new one: is what was found gone?")
    command.add_argument("old", metavar="OLD", help="the first report: file of 'hunt --output', as json or jsonl")
    command.add_argument("new", metavar="NEW", help="the second report, such as the one after the clean-up")
    command.add_argument("--format", choices=("text", "json"), help="text (default) or json")
    command.add_argument("--output", dest="outputs", action="append", default=[], metavar="FILE",
                         help="write the comparison to this file: .txt or .json, or FORMAT=FILE; - is standard output; "
                         "may be repeated")  # fmt: skip
    command.add_argument("--quiet", action="store_true", help="no closing messages")


def _add_pivot(commands: Commands) -> None:
    command = add_command(
        commands, "pivot", "turn the convicted findings of a saved report into YARA, Sigma, CSV and STIX"
    )
    command.add_argument("reports", nargs="+", metavar="REPORT", help="file of 'hunt --output', as json or jsonl")
    command.add_argument(
        "--output", metavar="FOLDER", help="write to this new folder; default: REPORT-pivot, beside the first report"
    )
    command.add_argument("--kind", dest="kinds", action="append", choices=("yara", "sigma", "indicators", "stix"),
                         default=[], help="make only this; may be repeated; default: all")  # fmt: skip
    command.add_argument("--files", metavar="LOCATION",
                         help="location of the convicted files, from which YARA rules are made")  # fmt: skip
    add_password(command)


def _add_fail_on(command: argparse.ArgumentParser) -> None:
    command.add_argument("--fail-on", choices=FAIL_ON, default="suspicious", metavar="LEVEL",
                         help=f"least result that sets exit status 1: {', '.join(FAIL_ON)} (vulnerable: suspicious, "
                         "or a server open to a known wave); default: suspicious")  # fmt: skip


def _add_times(command: argparse.ArgumentParser) -> None:
    command.add_argument("--times", choices=("auto", "original", "copy"), default="auto",
                         help="whether file times are the server's own or those of a copy, which show no planting "
                         "time; default: auto, which decides and states the reason")  # fmt: skip


def _add_shadow_copies(command: argparse.ArgumentParser) -> None:
    command.add_argument("--shadow-copies", dest="snapshots", action="store_true",
                         help="open the shadow copies in a disk image, too: earlier states of its drives")  # fmt: skip


def _add_files(commands: Commands) -> None:
    command = add_command(commands, "examine", "examine one file, in detail")
    command.add_argument("file", metavar="FILE", help="the file, or - for standard input")
    command.add_argument("--as", dest="server_path", metavar="PATH",
                         help="path of the file on the server, such as "
                         r"C:\inetpub\wwwroot\x.aspx, which decides how IIS reads it; default: the "
                         "name of the file, else its content")  # fmt: skip
    command.add_argument("--role", choices=[role.value for role in NAMED_ROLES], metavar="ROLE",
                         help="purpose of its folder on the server, such as owa_auth or aspnet_client; "
                         "default: that of the path")  # fmt: skip
    command.add_argument("--mapping", metavar="EXTENSION",
                         help="extension or handler by which IIS reads it, such as .aspx, where its name says "
                         "nothing")  # fmt: skip
    add_hunting(command, jobs=False)
    add_showing(command, listing=False)

    command = add_command(
        commands, "decode", "show a page as IIS reads it, layer by layer, and the view states in a file"
    )
    command.add_argument("file", metavar="FILE", help="the file; its name decides how IIS reads it")
    command.add_argument("--layer", type=int, metavar="N", help="only this layer")
    command.add_argument("--json", action="store_true", help="print one JSON document")
    command.add_argument("--machine-keys", action="append", default=[], metavar="FILE",
                         help="keys that may have signed a view state, a pair on a line; may be repeated")  # fmt: skip
    add_secrets(command)


def add_baseline_commands(commands: Commands) -> None:
    """Add the command with its actions."""
    command = add_command(commands, "baseline", "make, show and compare lists of known contents")
    actions = command.add_subparsers(dest="action", metavar="ACTION", required=True)

    command = add_action(actions, "make", "list a clean server, an unpacked setup medium or a folder")
    command.add_argument("location", metavar="LOCATION", help="the clean server, medium or folder")
    command.add_argument("--output", required=True, metavar="FILE", help="write the list to this file")
    command.add_argument("--with-text", action="store_true", help="also store the text of pages for 'compare'")
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
