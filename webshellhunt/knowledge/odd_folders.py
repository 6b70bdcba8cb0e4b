"""Odd folders: places that no installer registers code from, and that intruders use because anyone may write there."""

import re
from functools import lru_cache
from typing import NamedTuple

from webshellhunt.host.machine.paths import split_server_path
from webshellhunt.lazy_pattern import lazy_pattern

_VARIABLE = lazy_pattern(r"%([\w()]{1,64})%")
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
_RESERVED = lazy_pattern(r"(?i)(?:con|prn|aux|nul|com\d|lpt\d)(?:\..*)?")
_SHARE = lazy_pattern(r"(?i)\s*[\"']?(?:\\\\|//)(?![?.][\\/]|(?:localhost|127\.0\.0\.1|\.)[\\/][a-z]\$)")
_LONGEST = 1_024
SHARE = "a share of another machine"
# Consecutive folder names of a path, and the words for the place.
_OPEN = (
    (("windows", "temp"), "the folder for temporary files"),
    (("users", "public"), "the public folder of all users"),
    (("perflogs",), "PerfLogs, where no program belongs"),
    (("$recycle.bin",), "the recycle bin"),
    (("appdata", "local", "temp"), "a user's folder for temporary files"),
    (("inetpub", "temp"), "IIS's folder for temporary files"),
    (("aspnet_client",), "aspnet_client, which is for browser scripts of ASP.NET only"),
)
_DATA = (("programdata",), ("users", "all users"))
_OWNED = (("programdata", "microsoft", "windows defender"), ("programdata", "package cache"))
_PROGRAM_DATA = "ProgramData, which is for data of programs"


class OddPlace(NamedTuple):
    """An odd folder in words; ``sure`` if no legitimate program runs from it."""

    words: str
    sure: bool


def odd_place(path: str) -> OddPlace | None:
    r"""Return the odd folder of a Windows path, which may contain variables; ``None`` for an ordinary path."""
    return _odd_place(path[:_LONGEST])


@lru_cache(maxsize=1_024)
def _odd_place(path: str) -> OddPlace | None:
    text = _VARIABLE.sub(_meaning, path)
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
    first, length = wanted[0], len(wanted)
    return first in names and any(
        name == first and tuple(names[at : at + length]) == wanted for at, name in enumerate(names)
    )
