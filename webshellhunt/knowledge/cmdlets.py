"""Cmdlets of Exchange by which intruders stay or reach mail: the table, and the judgement of one call."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from itertools import islice
from typing import NamedTuple

from webshellhunt.knowledge.odd_folders import SHARE, odd_place
from webshellhunt.knowledge.tables import data_file
from webshellhunt.knowledge.web_folders import is_in_web_folder, is_page_name, local_path
from webshellhunt.lazy_pattern import lazy_pattern
from webshellhunt.views.logged_acts import Gravity, Idea

LONGEST_PARAMETERS = 32 * 1024
_MOST_PARAMETERS = 4_000
_NAME = lazy_pattern(r"[A-Za-z]{2,40}-[A-Za-z0-9]{2,80}")
_SWITCH = lazy_pattern(r"(?:^|(?<=[\s\"]))-([A-Za-z]\w{0,63})(?=[\s:]|$)")
_DOTTED = lazy_pattern(r"(?:^|(?<=['\w$)}]))\.([A-Za-z]\w{0,63})=")
_TAG = lazy_pattern(
    r"<\s{0,20}script|<%|\brunat\s{0,20}=|&lt;\s{0,20}(?:script|%)|%3c\s{0,20}(?:script|%25)", re.IGNORECASE
)
_NOTHING = frozenset({"", "$null", "null", "false", "$false", "<null>"})
_LONGEST_ERROR = 400
_PIPELINE = lazy_pattern(r"\APipeline\.\d+\|")
_SERVER_COMMAND = lazy_pattern(r"S:CMD=(.{1,16384}?)(?:;;|;'?S:[A-Z]|\Z)", re.DOTALL)


class CmdletCall(NamedTuple):
    """One call of a cmdlet: its name, its parameters by lower-case name, both as text, and its error if it failed.

    ``repeated`` are further values of the same parameters: what looks like a parameter may be a part of a value.
    """

    name: str
    parameters: Mapping[str, str]
    text: str
    error: str = ""
    repeated: tuple[tuple[str, str], ...] = ()


class CmdletRow(NamedTuple):
    """One entry of the table."""

    idea: Idea
    names: tuple[str, ...]
    cmdlets: re.Pattern[str]
    parameters: tuple[str, ...]
    looks: str
    error: str
    gravity: Gravity
    reason: str
    source: str


class CmdletJudgement(NamedTuple):
    """The judgement of a call: the idea, its weight and reason, and the file that it writes, if it names one."""

    idea: Idea
    gravity: Gravity
    reason: str
    path: str = ""


def read_call(name: str, parameters: str, error: str = "") -> CmdletCall:
    """Return a call as event logs and cmdlet logs have it: ``-Name "value" -Switch "True"``."""
    text = parameters[:LONGEST_PARAMETERS]
    named, repeated = _split(text, _SWITCH)
    return CmdletCall(name, named, f"{name} {text}".strip(), error, repeated)


def read_server_command(text: str) -> CmdletCall | None:
    """Return the call in a row of the ECP server log, ``S:CMD=Set-X.Name='value'.Other=$true``, or ``None``."""
    found = _SERVER_COMMAND.search(text)
    command = "" if found is None else _PIPELINE.sub("", found[1], count=1)
    name = _NAME.search(command)
    if name is None:
        return None
    rest = command[name.end() :]
    error = text.partition("S:EX=")[2].strip("' ;")[:_LONGEST_ERROR]
    named, repeated = _split(rest, _DOTTED)
    return CmdletCall(name[0], named, f"{name[0]}{rest}", error, repeated)


def judge_call(call: CmdletCall) -> CmdletJudgement | None:
    """Return the judgement of a call by the first entry of the table that fits, or ``None``."""
    for row in load_cmdlets():
        if row.cmdlets.fullmatch(call.name) is None or row.error.lower() not in call.error.lower():
            continue
        values = [value for name, value in (*call.parameters.items(), *call.repeated) if name in row.parameters]
        fitting = next((value for value in values if _fits(row.looks, value)), None)
        if row.parameters and fitting is None:
            continue
        path = local_path(fitting) if fitting is not None and row.looks in ("page", "web_folder") else ""
        return CmdletJudgement(row.idea, row.gravity, row.reason, path)
    return None


@lru_cache(maxsize=1)
def load_cmdlets() -> tuple[CmdletRow, ...]:
    """Load the table."""
    import tomllib  # A hunt without such logs never needs it.

    document = tomllib.loads(data_file("cmdlets.toml").read_text(encoding="utf-8"))
    return tuple(_row(entry) for entry in document["acts"])


@lru_cache(maxsize=1)
def cmdlet_words() -> frozenset[bytes]:
    """Return words in lower case of which each row about a cmdlet of the table has one."""
    parts = (name for entry in load_cmdlets() for name in entry.names)
    return frozenset(max(name.lower().split("*"), key=len).strip("-").encode() for name in parts)


def _row(entry: Mapping[str, object]) -> CmdletRow:
    names = entry["cmdlets"]
    assert isinstance(names, list)
    parts = [re.escape(name).replace(r"\*", r"[\w]*") for name in names]
    return CmdletRow(
        Idea(str(entry["idea"])),
        tuple(names),
        re.compile("|".join(parts), re.IGNORECASE),
        tuple(str(entry.get("parameter", "")).lower().split()),
        str(entry.get("looks", "")),
        str(entry.get("error", "")),
        Gravity[str(entry["gravity"]).upper()],
        str(entry["reason"]),
        str(entry["source"]),
    )


def _split(text: str, mark: re.Pattern[str]) -> tuple[dict[str, str], tuple[tuple[str, str], ...]]:
    """Return the parameters between marks, and those that are repeated; a value keeps the quotes inside it."""
    found = list(islice(mark.finditer(text), _MOST_PARAMETERS))
    ends = [*[each.start() for each in found[1:]], len(text)][: len(found)]
    named: dict[str, str] = {}
    repeated: list[tuple[str, str]] = []
    for each, end in zip(found, ends, strict=True):
        name, value = each[1].lower(), _unquoted(text[each.end() : end])
        if named.setdefault(name, value) != value:
            repeated.append((name, value))
    return named, tuple(repeated)


def _unquoted(value: str) -> str:
    value = value.strip().removeprefix(":").strip().removesuffix(".").strip()
    for quote in ("''", '"', "'"):
        if len(value) > 1 and value.startswith(quote) and value.endswith(quote):
            return value[len(quote) : -len(quote)]
    return value


def _fits(looks: str, value: str) -> bool:
    kind, _, text = looks.partition(" ")
    fits: dict[str, Callable[[], bool]] = {
        "page": lambda: is_page_name(value),
        "web_folder": lambda: is_in_web_folder(local_path(value)),
        "share": lambda: value.startswith("\\\\") and local_path(value) == value,
        "tag": lambda: _TAG.search(value) is not None,
        "odd_place": lambda: (place := odd_place(value)) is not None and place.words != SHARE,
        "relative": lambda: ":" not in value and not value.startswith("\\\\"),
        "set": lambda: value.strip().lower() not in _NOTHING,
        "is": lambda: value.strip().lower().lstrip("$") == text.lower(),
        "has": lambda: text.lower() in value.lower(),
        "": lambda: True,
    }
    return fits[kind]()
