"""Programs: which constants name a program of the server, or an interpreter, and which commands are grave."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence

from webshellhunt.analysis.structure.statement_parts import is_block_lambda, part_around
from webshellhunt.lang.around import Around
from webshellhunt.lang.syntax_index import SyntaxIndex
from webshellhunt.lang.tree import Binary, Block, Name, Node
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
    r"[\\/](?:programdata|temp|tmp|users[\\/]public|perflogs|\$recycle\.bin|recycler|appdata|debug[\\/]wia|spool)[\\/]"
    r"|%(?:temp|tmp|appdata|localappdata|public|programdata|allusersprofile)%|\A\s*[\"']?\\\\(?![.?])\w",
    re.IGNORECASE,
)
_GRAVE = lazy_pattern(
    r"\b(?:whoami|net1?(?:\.exe)?\s+(?:user|localgroup|group)\b|ipconfig|systeminfo|tasklist|nltest|quser|certutil|bitsadmin"
    r"|invoke-(?:webrequest|expression|mimikatz)|iex\b|downloadstring|downloadfile|frombase64string|procdump|comsvcs"
    r"|mimikatz|ntdsutil|vssadmin|wevtutil|schtasks|reg(?:\.exe)?\s+(?:save|add)\b|sc(?:\.exe)?\s+create\b)"
    r"|\s-e(?:nc?(?:odedcommand)?)?\s+[a-z0-9+/=]{16}",
    re.IGNORECASE,
)
_OUTPUT = frozenset({"stdout", "stderr", "standardoutput", "standarderror"})
_MOST_STEPS = 5
_RESPONSE = frozenset({"response"})


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
    """True if a command explores or takes over a system: looks for accounts, adds one, downloads, runs encoded text."""
    return _GRAVE.search(text[:LONGEST]) is not None


def reads_output(unit: Unit) -> bool:
    """True if the code reads the output of a program."""
    return not _OUTPUT.isdisjoint(unit.words)


def shows_output(unit: Unit) -> bool:
    """True if the code writes the output of a program into the response, directly or through variables."""
    if not reads_output(unit):
        return False
    index, names, added = unit.index, set(_OUTPUT), set(_OUTPUT)
    values = index.of_parts(_values)
    for _ in range(_MOST_STEPS):
        places = [dotted.place for dotted in index.find(added)]
        added = {name for part in values for name in part.around(places)} - {"", *names}
        if not added:
            break
        names |= added
    places = [dotted.place for dotted in index.find(names)]
    return any(_is_any_in(places, part) for part in _writing(index))


def _values(index: SyntaxIndex) -> Around[str]:
    """Return the names that a part of the code assigns, by the ranges of their values."""
    values = (each for each in index.assignments if not is_block_lambda(each.value))
    return Around((each.value.start, each.value.end, each.name) for each in values)


def _is_any_in(places: Sequence[int], node: Node) -> bool:
    """True if one of some increasing places is in the range of a node."""
    at = bisect_left(places, node.start)
    return at < len(places) and places[at] < node.end


def _writing(index: SyntaxIndex) -> Iterator[Node]:
    """Yield the statements that write into the response: calls of it, and expressions that a page shows."""
    yield from dict.fromkeys(part_around(index, dotted.node) for dotted in index.find(_RESPONSE))
    for block in index.of(Block):
        yield from (each for each in block.statements if isinstance(each, (Name, Binary)))
