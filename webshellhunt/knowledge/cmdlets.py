"""Cmdlets of Exchange by which intruders stay or reach mail: the table, and the judgement of one call."""

import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import NamedTuple

from webshellhunt.knowledge.odd_folders import SHARE, odd_place
from webshellhunt.knowledge.tables import data_file
from webshellhunt.knowledge.web_folders import is_in_web_folder, is_page_name, local_path
from webshellhunt.lazy_pattern import lazy_pattern
from webshellhunt.logs.cmdlet_calls import CmdletCall
from webshellhunt.views.logged_acts import Gravity, Idea

_TAG = lazy_pattern(r"(?i)<\s{0,20}script|<%|\brunat\s{0,20}=|&lt;\s{0,20}(?:script|%)|%3c\s{0,20}(?:script|%25)")
_NOTHING = frozenset({"", "$null", "null", "false", "$false", "<null>"})


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
