"""Options shared by several commands, and the parsing of their values."""

from __future__ import annotations

import argparse

from webshellhunt.scan.executors import MOST_JOBS


def add_hunting(command: argparse.ArgumentParser, *, jobs: bool = True) -> None:
    """Add the options of the examination."""
    command.add_argument("--signatures", action="append", default=[], metavar="PATH",
                         help="further YARA rules: a file, or a folder of them; may be repeated")  # fmt: skip
    command.add_argument("--engine", choices=("auto", "yara", "yara-x"), default="auto",
                         help="the YARA engine; default: the installed one")  # fmt: skip
    add_baselines(command)
    command.add_argument("--accept", dest="accepted", action="append", default=[], metavar="FILE",
                         help="known false alarms (TOML), accepted but still listed; may be repeated")  # fmt: skip
    command.add_argument("--machine-keys", action="append", default=[], metavar="FILE",
                         help="further public machine keys, in hexadecimal or as SHA-256; may be repeated")  # fmt: skip
    if jobs:
        command.add_argument("--jobs", type=_number_of_jobs, metavar="N",
                             help=f"files examined at once, up to {MOST_JOBS}; default: one a processor")  # fmt: skip


def add_baselines(command: argparse.ArgumentParser) -> None:
    """Add the option for baselines other than the shipped one."""
    command.add_argument("--baseline", dest="baselines", action="append", default=[], metavar="FILE",
                         help="a list of known contents, made by 'baseline make'; may be repeated")  # fmt: skip


def add_showing(command: argparse.ArgumentParser, *, listing: bool = True, output: bool = False) -> None:
    """Add the options of a report's display."""
    by_name = "; with --output by the extension of FILE (.json, .jsonl)" if output else ""
    command.add_argument("--format", metavar="F",
                         help=f"text (default), json or jsonl{by_name}")  # fmt: skip
    if listing:
        command.add_argument(
            "--all",
            action="store_true",
            dest="show_all",
            help="list every verdict and gap, also benign and grouped ones",
        )
    command.add_argument("--raw-excerpts", action="store_true",
                         help="write excerpts unchanged; antivirus may delete such a report")  # fmt: skip
    add_secrets(command)


def add_secrets(command: argparse.ArgumentParser) -> None:
    """Add the option that shows the victim's secrets."""
    command.add_argument("--show-secrets", action="store_true",
                         help="show the victim's keys and passwords instead of their fingerprints")  # fmt: skip


def drive(text: str) -> tuple[str, str]:
    """Parse ``D=PATH``."""
    letter, equals, path = text.partition("=")
    letter = letter.rstrip(":")
    if not (equals and path and len(letter) == 1 and letter.isascii() and letter.isalpha()):
        raise argparse.ArgumentTypeError(
            f"{text!r} is not a drive; pass its letter, '=' and a folder, such as D=/mnt/d"
        )
    return letter.upper(), path


def build(text: str) -> str:
    """Parse a build such as ``15.2.1544.4`` or ``15.02.1544.004``."""
    parts = text.split(".")
    if len(parts) != 4 or not all(part.isascii() and part.isdigit() and len(part) <= 6 for part in parts):
        raise argparse.ArgumentTypeError(f"{text!r} is not a build of Exchange; pass one such as 15.2.1544.4")
    return ".".join(str(int(part)) for part in parts)


def _number_of_jobs(text: str) -> int:
    if not text.isdecimal() or len(text) > 9 or not 1 <= int(text) <= MOST_JOBS:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of jobs; pass 1 to {MOST_JOBS}")
    return int(text)
