"""Odd places: folders that no installer registers code from, and that intruders like since anyone may write there."""

from __future__ import annotations

import re
from typing import NamedTuple

from webshellhunt.host.machine.paths import split_server_path
from webshellhunt.lazy_pattern import late_pattern

_VARIABLE = late_pattern(r"%([\w()]{1,64})%")
_MEANS = {
    "programdata": "C:\\ProgramData",
    "allusersprofile": "C:\\ProgramData",
    "public": "C:\\Users\\Public",
    "temp": "C:\\Windows\\Temp",
    "tmp": "C:\\Windows\\Temp",
    "systemroot": "C:\\Windows",
    "windir": "C:\\Windows",
    "systemdrive": "C:",
}
_RESERVED = late_pattern(r"(?:con|prn|aux|nul|com\d|lpt\d)(?:\..*)?", re.IGNORECASE)
_SHARE = late_pattern(r"\s*[\"']?(?:\\\\|//)(?![?.][\\/]|(?:localhost|127\.0\.0\.1|\.)[\\/][a-z]\$)", re.IGNORECASE)
_LONGEST = 1_024
SHARE = "a share of another machine"
# Names that stand one behind the other on the way, and what to call the place.
_OPEN = (
    (("windows", "temp"), "the folder for temporary files"),
    (("users", "public"), "the folder that all users share"),
    (("perflogs",), "PerfLogs, where no program belongs"),
    (("$recycle.bin",), "the recycle bin"),
    (("appdata", "local", "temp"), "a user's folder for temporary files"),
    (("inetpub", "temp"), "IIS's folder for temporary files"),
    (("aspnet_client",), "aspnet_client, which holds scripts of ASP.NET and nothing else"),
)
_DATA = (("programdata",), ("users", "all users"))
_OWNED = (("programdata", "microsoft", "windows defender"), ("programdata", "package cache"))
_PROGRAM_DATA = "ProgramData, where programs keep what they write"


class OddPlace(NamedTuple):
    """What a place is, in words; ``sure`` where no honest program is run from it."""

    words: str
    sure: bool


def odd_place(path: str) -> OddPlace | None:
    r"""Return what is odd about a Windows path as configuration files write it, with variables; ``None`` if nothing."""
    text = _VARIABLE.sub(_meaning, path[:_LONGEST])
    if _SHARE.match(text) is not None:
        return OddPlace(SHARE, sure=False)
    names = [name.lower() for name in split_server_path(text).names]
    reserved = next((name for name in names if _RESERVED.fullmatch(name)), None)
    if reserved is not None:
        return OddPlace(f"a folder under a reserved name ({reserved}), which Explorer can't open", sure=True)
    for wanted, words in _OPEN:
        if _passes(names, wanted):
            return OddPlace(words, sure=True)
    if any(_passes(names, wanted) for wanted in _OWNED):
        return None
    return OddPlace(_PROGRAM_DATA, sure=False) if any(_passes(names, wanted) for wanted in _DATA) else None


def _meaning(variable: re.Match[str]) -> str:
    return _MEANS.get(variable[1].lower(), variable[0])


def _passes(names: list[str], wanted: tuple[str, ...]) -> bool:
    return any(tuple(names[at : at + len(wanted)]) == wanted for at in range(len(names) - len(wanted) + 1))
