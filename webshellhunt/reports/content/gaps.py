"""Gaps in groups and missing inputs, each with advice."""

from collections.abc import Sequence
from typing import Final, NamedTuple

from webshellhunt.model.findings import Gap
from webshellhunt.model.report import Coverage, InputState, Report
from webshellhunt.reports.printable import decodable
from webshellhunt.views.figures import count_in_words

ADVICE: Final = {
    "unreadable": "hunt again as administrator (on Linux as root); hunt an image if the file is in use",
    "too-large": "read the rest of the file by hand",
    "link-outside": "hunt the folder that the link leads to as another location, or name its drive with --drive",
    "directory-missing": "look on the server: if the folder is there, collect it and hunt again",
    "directories-not-collected": "collect these folders and hunt again, or hunt the server or its image",
    "pages-not-collected": "collect C:\\inetpub and the folders of Exchange, or hunt the server or its image",
    "modules-not-collected": "collect these programs and hunt again, or hunt the server or its image",
    "drive-not-held": "collect the drive as well, and name it with --drive",
    "share-not-held": "hunt the folder of this share on the machine that has it, as a location of its own",
    "drive-letters-assumed": "collect the hive SYSTEM (C:\\Windows\\System32\\config), or name the drives with --drive",
    "broken-config": "read the file by hand: the server may read it in another way",
    "broken-registry": "collect the hives again, with their .LOG1 and .LOG2 files",
    "dirty-hive": "collect the hive again, with its .LOG1 and .LOG2 files",
    "hives-not-collected": "collect C:\\Windows\\System32\\config with its .LOG1 and .LOG2 files, and hunt again",
    "broken-signature": "correct the rule, or leave it out",
    "log-not-read": "hunt again; if it fails again, read this log by hand",
    "log-cut-off": "copy the log again from the server",
    "log-rows-broken": "copy the log again from the server, or read the broken rows by hand",
    "no-log-found": "name the folder of the logs with --logs",
    "stale-data": "install a newer version of webshellhunt",
    "deadline": "read the file by hand: it was examined in part",
    "examination-failed": "read the file by hand, and report the error to the authors of webshellhunt",
    "input-refused": "read the file by hand: it is damaged, or made to mislead a reader",
    "out-of-memory": "hunt this file by itself, with --jobs 1 and without --max-memory",
    "worker-died": "hunt again with --jobs 1, which needs less memory",
    "left-out-by-collector": "collect these files again, or hunt the server or its image",
    "pull-not-followed": "read the included file by hand",
    "task-broken": "read the task by hand; another copy of its file, or the registry, may have the rest",
    "snapshot-not-read": "hunt the image of the disk with --shadow-copies",
    "unreadable-volume": "hunt again as administrator, or hunt an image of the disk",
    "unread-volume": "hunt an image of the disk, or name its drive with --drive",
    "special-file": "hunt an image of the disk: this is no ordinary file on this system",
    "too-many-entries": "hunt this folder by itself, as a location of its own",
    "exhausted": "hunt this file or folder by itself, as a location of its own",
    "unlisted-volume": "collect this drive from the server, and hunt again",
    "configuration-from-history": "collect C:\\Windows\\System32\\inetsrv\\config, and hunt again",
    "broken-event-log": "copy the log again from the server, or read the rest in its viewer",
    "broken-file-records": "hunt the image of the disk itself",
    "build-not-covered": "make a list of a clean server of this build: webshellhunt baseline make",
    "baseline-does-not-fit": "make the list again, from a clean server of the same build",
    "log-format-not-read": "export the log in a format that is read, or read it by hand",
    "interrupted": "hunt again to the end",
    "unexpected-error": "hunt again, and report the error to the authors of webshellhunt",
    "nothing-to-examine": "check the location: name the drive, or the folder that has inetpub",
    "quarantined-content": "restore the content in the console of the antivirus, on an isolated machine",
    "cut-image": "copy or make the image again",
    "cache-not-used": "nothing is missing; remove the cause, or name another cache, so that the next hunt is faster",
}
"""The advice about a gap, by its code, unless its reason has one."""

LACKING: Final = {
    "registry": (
        "the paths of Exchange and the drive letters are assumed",
        "collect the hives SYSTEM and SOFTWARE (C:\\Windows\\System32\\config)",
    ),
    "configuration": (
        "files of other types that IIS executes are not found",
        "collect C:\\Windows\\System32\\inetsrv\\config and each web.config",
    ),
    "pages": ("no page was examined", "collect C:\\inetpub and the folders of Exchange"),
    "compiled": (
        "traces of deleted shells are not found without them",
        "collect C:\\Windows\\Microsoft.NET\\Framework64\\v4.0.30319\\Temporary ASP.NET Files",
    ),
    "logs": (
        "it is unknown who requested a page, and when",
        "collect C:\\inetpub\\logs and the Logging folder of Exchange, or name them with --logs",
    ),
    "hives": (
        "services, programs that start with Windows or with an account, and COM servers were not examined",
        "collect SYSTEM, SOFTWARE and DEFAULT (C:\\Windows\\System32\\config), each NTUSER.DAT, with .LOG1 and .LOG2",
    ),
    "services": (
        "services and drivers were not examined",
        "collect the hive SYSTEM (C:\\Windows\\System32\\config) with its .LOG1 and .LOG2 files",
    ),
    "tasks": (
        "scheduled tasks were not examined",
        "collect C:\\Windows\\System32\\Tasks and the hive SOFTWARE (C:\\Windows\\System32\\config)",
    ),
    "assemblies": (
        "compiled code in bin folders and in the assembly cache was not examined",
        "collect the bin folder of each site and of Exchange, and C:\\Windows\\Microsoft.NET\\assembly",
    ),
}
"""The inputs of a hunt: the consequence without them, and the advice."""

_PARTS: Final = {
    "tasks": "only partly available: a hidden task shows only where its file and its entry in SOFTWARE are compared",
    "assemblies": "only partly available: the bin folders of the sites, or the assembly cache, are missing",
}
"""The parts of an input that may be missing."""

_NAMES: Final = {"configuration": "IIS configuration", "compiled": "compiled pages", "hives": "registry hives"}


class Lack(NamedTuple):
    """An input that the hunt did not have: its name, the consequence, and the advice; empty if there is none."""

    name: str
    words: str
    advice: str = ""


class GapGroup(NamedTuple):
    """The gaps of one code that matter, or that don't; ``reasons`` has each reason once."""

    code: str
    matters: bool
    gaps: tuple[Gap, ...]
    reasons: tuple[str, ...]
    advice: str


def gap_groups(gaps: Sequence[Gap]) -> tuple[GapGroup, ...]:
    """Return the gaps by their codes, those that matter first."""
    groups: dict[tuple[bool, str], list[Gap]] = {}
    for gap in gaps:
        groups.setdefault((not gap.matters, decodable(gap.code)), []).append(gap)
    ordered = sorted(groups.items(), key=lambda group: group[0])
    return tuple(_group(code, members, matters=not minor) for (minor, code), members in ordered)


def gaps_words(gaps: Sequence[Gap]) -> str:
    """Return the number of gaps, and how many of them matter."""
    matter = sum(gap.matters for gap in gaps)
    weighed = f", {matter:,} of which matter{'s' if matter == 1 else ''}" if matter else ""
    return f"{count_in_words(len(gaps), 'gap')}{weighed}"


def lacking(report: Report) -> tuple[Lack, ...]:
    """Return the inputs that are missing or were not read; without a server they are one, since files need none.

    There is none if the files were examined by themselves, or the logs alone: the report says that at its head.
    """
    states = {name: getattr(report.coverage, name) for name in LACKING}
    if states["hives"] is InputState.MISSING:
        del states["services"]  # said with the hives
    found = tuple(_lack(name, state) for name, state in states.items() if state is not InputState.HELD)
    if states["hives"] is InputState.PARTIAL:
        found = tuple(_partial_hives(report.coverage) if each.name == _NAMES["hives"] else each for each in found)
    if report.context is not None or report.run.options.logs.alone:
        return ()
    if found and not report.host.is_server:
        names = ", ".join(name for name, state in states.items() if state is not InputState.HELD)
        return (Lack(names, "no Exchange or IIS found here, so each file was examined by itself"),)
    return found


def _group(code: str, members: Sequence[Gap], *, matters: bool) -> GapGroup:
    reasons = dict.fromkeys(gap.reason for gap in members)
    return GapGroup(code, matters, tuple(members), tuple(reasons), ADVICE.get(code, ""))


def _partial_hives(coverage: Coverage) -> Lack:
    """Return the hives that may be missing: those whose own input is held are there."""
    states = (("SYSTEM", coverage.services), ("SOFTWARE", coverage.tasks))
    lacking = ", ".join(name for name, state in states if state is not InputState.HELD)
    words = f"{lacking} or those of the accounts" if lacking else "those of the accounts"
    folder = f"{lacking} and DEFAULT" if lacking else "DEFAULT"
    return Lack(
        _NAMES["hives"],
        f"only partly available: {words} are missing",
        f"collect {folder} (C:\\Windows\\System32\\config), each NTUSER.DAT, with .LOG1 and .LOG2",
    )


def _lack(name: str, state: InputState) -> Lack:
    consequence, advice = LACKING[name]
    is_log = name == "logs"
    shown = _NAMES.get(name, name)
    if state is InputState.NOT_READ:
        words = f"present, but not read; {consequence}" if is_log else "present, but not read"
        return Lack(shown, words, "hunt again without --no-logs, to the end" if is_log else "")
    return Lack(
        shown, _PARTS.get(name, "only partly available") if state is InputState.PARTIAL else consequence, advice
    )
