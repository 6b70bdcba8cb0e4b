"""Options shared by several commands, and the parsing of their values."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from webshellhunt.cli.inputs.part import Part
from webshellhunt.keeping.readme import CUSTOMARY_PASSWORD
from webshellhunt.lazy_pattern import lazy_pattern
from webshellhunt.scan import MOST_JOBS

if TYPE_CHECKING:
    from datetime import datetime

FORMATS = "text, html, json, jsonl, markdown, csv, sarif, stix, misp, navigator, ocsf, ecs, timesketch, timesketch-csv"
"""The formats as the help names them, which loads none of them."""

_DAY_CHARACTERS = len("2021-02-26")
_MOST_SECONDS = 86_400
_UNITS = {"M": 1 << 20, "G": 1 << 30}
_LEAST_MEMORY = 512 << 20
_MINUTE = lazy_pattern(r"([0-9]{4}-[0-9][0-9]-[0-9][0-9][T ][0-9][0-9]:[0-9][0-9])(Z?)")


def add_hunting(command: argparse.ArgumentParser, *, jobs: bool = True) -> None:
    """Add the options of the examination."""
    command.add_argument("--signatures", action="append", default=[], metavar="PATH",
                         help="further YARA rules: a file, or a folder of them; may be repeated")  # fmt: skip
    command.add_argument("--engine", choices=("auto", "yara", "yara-x"), default="auto",
                         help="the YARA engine; default: the installed one")  # fmt: skip
    add_baselines(command)
    add_accepted(command)
    add_machine_keys(command)
    command.add_argument("--timeout-per-file", type=_seconds, metavar="SECONDS",
                         help="most time for one file; the rest of it is left out and reported as a gap; default: no "
                         "limit, so that a result does not depend on the load of this machine")  # fmt: skip
    if jobs:
        add_jobs(command)
    else:
        add_memory(command)


def add_machine_keys(command: argparse.ArgumentParser) -> None:
    """Add the option for further public machine keys."""
    command.add_argument("--machine-keys", action="append", default=[], metavar="FILE",
                         help="further public machine keys, in hexadecimal or as SHA-256; may be repeated")  # fmt: skip


def add_accepted(command: argparse.ArgumentParser) -> None:
    """Add the option for known false alarms."""
    command.add_argument("--accept", dest="accepted", action="append", default=[], metavar="FILE",
                         help="known false alarms (TOML), accepted but still listed; may be repeated")  # fmt: skip


def add_jobs(command: argparse.ArgumentParser) -> None:
    """Add the options for the jobs, or a cluster instead, and for the priority and the memory of processes."""
    where = command.add_mutually_exclusive_group()
    where.add_argument("--jobs", type=_number_of_jobs, metavar="N",
                       help=f"files, or servers of a long list, examined at once, up to {MOST_JOBS}; default: one a "
                       "processor")  # fmt: skip
    where.add_argument("--dask", metavar="ADDRESS",
                       help="use the workers of the Dask cluster whose scheduler is at this address, such as "
                       "tls://10.0.0.5:8786; they read the evidence at the same paths; the only use of the network; "
                       "needs the extra 'dask'")  # fmt: skip
    way = command.add_mutually_exclusive_group()
    way.add_argument("--nice", action="store_true", default=None,
                     help="let other programs go first: the default on a live server")  # fmt: skip
    way.add_argument("--no-nice", dest="nice", action="store_false", help="the usual priority on a live server, too")
    add_memory(command)


def add_memory(command: argparse.ArgumentParser) -> None:
    """Add the option for the memory of a process."""
    command.add_argument("--max-memory", type=_memory, metavar="SIZE",
                         help="most address space of each process, such as 2G or 800M; a file that needs more is a "
                         "gap; not on Windows and macOS, which set no bound")  # fmt: skip


def add_many(command: argparse.ArgumentParser) -> None:
    """Add the options for many locations."""
    command.add_argument("--part", type=_part, metavar="K/N",
                         help="hunt only through part K of N of the locations, such as 3/20; 'join' joins the reports "
                         "of the parts")  # fmt: skip
    command.add_argument("--reports", dest="report_folder", metavar="FOLDER",
                         help="also write the report of each location into this folder, as a JSON file of its own, as "
                         "soon as its hunt ends")  # fmt: skip
    command.add_argument("--resume", action="store_true",
                         help="use the reports that the folder of --reports has already, and hunt only through the "
                         "other locations")  # fmt: skip


def add_cache(command: argparse.ArgumentParser) -> None:
    """Add the options of keeping results for the next hunt."""
    command.add_argument("--cache", metavar="FILE",
                         help="keep results in this file, outside the evidence, and use those of earlier hunts: files "
                         "that are as they were are not examined again; never on a server that may be "
                         "compromised")  # fmt: skip
    command.add_argument("--cache-key", metavar="FILE",
                         help="the key that authenticates the cache; default: a file in the user's configuration "
                         "folder, made at first use")  # fmt: skip


def add_collecting(command: argparse.ArgumentParser) -> None:
    """Add the options of keeping the accused files."""
    bag = command.add_mutually_exclusive_group()
    bag.add_argument("--collect", metavar="FILE.zip",
                     help="copy each malicious and suspicious file into this new archive, encrypted with AES-256, with "
                     "a manifest; outside the evidence; without the extra 'encrypted', a readable folder")  # fmt: skip
    bag.add_argument("--collect-plain", metavar="FOLDER",
                     help="the same into this new folder, readable: antivirus may delete the copies")  # fmt: skip
    command.add_argument("--collect-password", metavar="PASSWORD",
                         help=f"the password of the archive; default: {CUSTOMARY_PASSWORD}")  # fmt: skip


def add_verification(command: argparse.ArgumentParser) -> None:
    """Add the arguments of the verification of an evidence bag."""
    command.add_argument("bag", metavar="BAG", help="the archive of 'hunt --collect', or the folder of --collect-plain")
    command.add_argument("--password", default=CUSTOMARY_PASSWORD, metavar="PASSWORD",
                         help=f"the password of the archive; default: {CUSTOMARY_PASSWORD}")  # fmt: skip
    command.add_argument("--manifest", metavar="SHA256",
                         help="the SHA-256 of the manifest in the case notes, which shows whether the manifest itself "
                         "was rewritten")  # fmt: skip


def add_logs(command: argparse.ArgumentParser, *, optional: bool = True) -> None:
    """Add the options of reading logs."""
    command.add_argument("--logs", dest="log_paths", action="append", default=[], metavar="PATH",
                         help="logs kept elsewhere: a file, or a folder of them; may be repeated")  # fmt: skip
    command.add_argument("--patterns", dest="pattern_paths", action="append", default=[], metavar="PATH",
                         help="further patterns of exploitation (TOML), or Sigma rules: a file, or a folder of them; "
                         "may be repeated")  # fmt: skip
    if optional:
        command.add_argument("--no-logs", action="store_true", help="read no logs: the use of pages is then unknown")
    command.add_argument("--since", type=_moment, metavar="TIME",
                         help="leave out log records before this day or time (UTC), such as 2021-02-26")  # fmt: skip
    command.add_argument("--until", type=_end, metavar="TIME",
                         help="leave out records of logs after this day, or from this time on (UTC)")  # fmt: skip


def add_password(command: argparse.ArgumentParser) -> None:
    """Add the password of an archive."""
    command.add_argument("--password", metavar="WORD",
                         help="password of an encrypted archive; other users may see it among processes")  # fmt: skip


def add_drives(command: argparse.ArgumentParser) -> None:
    """Add further drives of a server."""
    command.add_argument("--drive", dest="drives", action="append", type=drive, default=[], metavar="D=PATH",
                         help="path of a further drive of the server, mounted or copied; may be repeated")  # fmt: skip


def add_baselines(command: argparse.ArgumentParser) -> None:
    """Add the option for baselines other than the shipped one."""
    command.add_argument("--baseline", dest="baselines", action="append", default=[], metavar="FILE",
                         help="a list of known contents, made by 'baseline make'; may be repeated")  # fmt: skip


def add_showing(command: argparse.ArgumentParser, *, listing: bool = True) -> None:
    """Add the options of a report's outputs and display."""
    command.add_argument("--output", dest="outputs", action="append", default=[], metavar="FILE",
                         help="write the report to this file, outside the evidence, in the format of its ending, such "
                         "as .json, or of FORMAT=FILE; - is standard output; may be repeated; an error leaves no "
                         "partial file")  # fmt: skip
    command.add_argument("--format", metavar="F",
                         help=f"format of standard output, or of one FILE without a known ending: {FORMATS}; default: "
                         "text")  # fmt: skip
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


def _moment(text: str) -> datetime:
    """Parse a day or a time in UTC, such as ``2021-02-26``, ``2021-02-26T04:00`` or ``2021-02-26T04:00:00Z``."""
    from webshellhunt.model.traffic import read_time

    minute = _MINUTE.fullmatch(text)
    whole = f"{text}T00:00:00" if len(text) == _DAY_CHARACTERS else text
    when = read_time(whole if minute is None else f"{minute[1]}:00{minute[2]}")
    if when is None:
        raise argparse.ArgumentTypeError(
            f"{text!r} is no time; pass a day or a time in UTC, such as 2021-02-26T04:00:00Z"
        )
    return when


def _end(text: str) -> datetime:
    """Parse the end of a period; of a day, it is the end of the day."""
    from datetime import UTC, datetime, timedelta

    when = _moment(text)
    last = datetime.max.replace(tzinfo=UTC) - timedelta(days=1)
    return when + timedelta(days=1) if len(text) == _DAY_CHARACTERS and when < last else when


def _seconds(text: str) -> float:
    """Parse a number of seconds."""
    try:
        seconds = float(text)
    except ValueError:
        seconds = 0.0
    if not 0 < seconds <= _MOST_SECONDS:
        raise argparse.ArgumentTypeError(f"{text!r} is no time for a file; pass more than 0 to {_MOST_SECONDS} seconds")
    return seconds


def _memory(text: str) -> int:
    """Parse a size with its unit, in bytes."""
    number, unit = text[:-1], _UNITS.get(text[-1:].upper())
    size = int(number) * unit if unit is not None and number.isdecimal() and len(number) <= 9 else 0
    if size < _LEAST_MEMORY:
        raise argparse.ArgumentTypeError(f"{text!r} is no size, or too small; pass 512M or more, such as 800M or 2G")
    return size


def _part(text: str) -> Part:
    number, slash, count = text.partition("/")
    is_valid = bool(slash) and all(each.isascii() and each.isdigit() and len(each) < 6 for each in (number, count))
    if not is_valid or not 1 <= int(number) <= int(count):
        raise argparse.ArgumentTypeError(f"{text!r} is no part; pass its number and that of all, such as 3/20")
    return Part(int(number), int(count))


def _number_of_jobs(text: str) -> int:
    if not text.isdecimal() or len(text) > 9 or not 1 <= int(text) <= MOST_JOBS:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of jobs; pass 1 to {MOST_JOBS}")
    return int(text)
