"""Programs: which constants name a program of the server, or an interpreter, and which commands are grave."""

from __future__ import annotations

import re

from webshellhunt.lang.unit import Unit
from webshellhunt.lazy_pattern import lazy_pattern

LONGEST = 4_000
"""Characters of a command line; longer texts are no command lines."""
_BEFORE = r"\s{0,8}[\"']?(?:[a-z]:[\\/]+|%\w{1,20}%[\\/]*|\.{0,2}[\\/]+|~/)?(?:[\w ~.()-]{1,40}[\\/]+){0,6}"
_INTERPRETER = lazy_pattern(
    _BEFORE + r"(?:(?:cmd|powershell|pwsh|wscript|cscript|mshta|rundll32|regsvr32|bash)(?:\.exe|\.com)?"
    r"|%comspec%)[\"']?(?:\s.*)?",
    re.IGNORECASE | re.DOTALL,
)
_PROGRAM = lazy_pattern(_BEFORE + r"[\w ~.()-]{1,60}\.(?:exe|bat|cmd|com|vbs|ps1|msi)\b.*", re.IGNORECASE | re.DOTALL)
_PLAIN = lazy_pattern(r"[A-Za-z][\w.-]{1,40}")
_ODD_PLACE = lazy_pattern(
    r"(?i)[\\/](?:programdata|temp|tmp|users[\\/]public|perflogs|\$recycle\.bin|recycler|appdata|debug[\\/]wia|spool)[\\/]"
    r"|%(?:temp|tmp|appdata|localappdata|public|programdata|allusersprofile)%|\A\s*[\"']?\\\\(?![.?])\w"
)
_GRAVE = lazy_pattern(
    r"(?i)\bnet1?(?:\.exe)?\s+(?:user|localgroup|group)\b[^\r\n]{0,200}\s/(?:add|active)|\b(?:certutil|bitsadmin"
    r"|invoke-(?:webrequest|expression|mimikatz)|iex\b|downloadstring|downloadfile|frombase64string|procdump|comsvcs"
    r"|mimikatz|ntdsutil|vssadmin|wevtutil|schtasks\b[^\r\n]{0,200}\s/create|reg(?:\.exe)?\s+(?:save|add)\b"
    r"|sc(?:\.exe)?\s+create\b)|\s-e(?:nc?(?:odedcommand)?)?\s+[a-z0-9+/=]{16}"
)
_OUTPUT = frozenset({"stdout", "stderr", "standardoutput", "standarderror"})


def is_interpreter(text: str) -> bool:
    """True if a text names an interpreter of commands, alone or with a command for it."""
    return len(text) <= LONGEST and _INTERPRETER.fullmatch(text) is not None


def is_program(text: str) -> bool:
    """True if a text names a program or a script by a file name of one, alone or with arguments."""
    return len(text) <= LONGEST and _PROGRAM.fullmatch(text) is not None


def is_plain_name(text: str) -> bool:
    """True if a text is one word, as a program of the search path is named."""
    return _PLAIN.fullmatch(text) is not None


def is_in_odd_place(text: str) -> bool:
    """True if a text names a place where everybody may write, and no program is installed."""
    return _ODD_PLACE.search(text[:LONGEST]) is not None


def is_grave_command(text: str) -> bool:
    """True if a command takes over a system: it adds an account, downloads, runs encoded text, starts with Windows."""
    return _GRAVE.search(text[:LONGEST]) is not None


def reads_output(unit: Unit) -> bool:
    """True if the code reads the output of a program."""
    return not _OUTPUT.isdisjoint(unit.words)
