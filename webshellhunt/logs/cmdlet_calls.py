"""Calls of cmdlets: the name, the parameters and the error, from events and from rows of Exchange's text logs.

A parameter is read as the value that its name has, never as a part of the row: what stands in another field, another
parameter or a comment of the log is no value of it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from itertools import islice
from typing import NamedTuple

from webshellhunt.lazy_pattern import lazy_pattern
from webshellhunt.model.traffic import LogKind, Record

LONGEST_PARAMETERS = 32 * 1024
_MOST_PARAMETERS = 4_000
_MOST_ERRORS = 4_000
_LONGEST_ERROR = 400
_NAME = lazy_pattern(r"[A-Za-z]{2,40}-[A-Za-z0-9]{2,80}")
_SWITCH = lazy_pattern(r"(?:^|(?<=[\s\"]))-([A-Za-z]\w{0,63})(?=[\s:]|$)")
_DOTTED = lazy_pattern(r"(?:^|(?<=['\w$)}]))\.([A-Za-z]\w{0,63})=")
_PIPELINE = lazy_pattern(r"\APipeline\.\d+\|")
_SERVER_COMMAND = "S:CMD="
_COMMAND_END = lazy_pattern(r";;|;'?S:[A-Z]")
_LONGEST_COMMAND = 16 * 1024
_CMDLET_EVENT = lazy_pattern(r"Cmdlet [a-z]{4,12}\. Cmdlet ([\w-]{3,80}), parameters (.{0,32768})", re.DOTALL)
_FAILED = frozenset({6, 8})
CMDLET_EVENTS = frozenset({1, 6, 8})
"""The numbers of the events of *MSExchange Management* about a cmdlet; 6 and 8 are those of one that failed."""


class CmdletCall(NamedTuple):
    """One call of a cmdlet: its name, its parameters by lower-case name, both as text, and its error if it failed.

    ``repeated`` are further values of the same parameters: what looks like a parameter may be a part of a value.
    ``failed`` is true if the server refused it.
    """

    name: str
    parameters: Mapping[str, str]
    text: str
    error: str = ""
    repeated: tuple[tuple[str, str], ...] = ()
    failed: bool = False

    def values(self, name: str) -> list[str]:
        """Return the values of a parameter by its lower-case name."""
        return [value for known, value in (*self.parameters.items(), *self.repeated) if known == name]


def with_call(record: Record) -> Record:
    """Return a record with its call as columns: ``cmdlet``, ``error``, and ``parameter.<name>`` for each parameter."""
    call = find_call(record)
    if call is None:
        return record
    values: dict[str, list[str]] = {}
    for name, value in (*call.parameters.items(), *call.repeated):
        values.setdefault(f"parameter.{name}", []).append(value)
    named = {name: "\n".join(found) for name, found in values.items()}
    error = {"error": call.error or "failed"} if call.failed else {}
    return record._replace(fields={**record.fields, **named, **error, "cmdlet": call.name})


def find_call(record: Record) -> CmdletCall | None:
    """Return the call in an event or in a row, or ``None``."""
    if record.kind is LogKind.EVENTS:
        return _event_call(record)
    cmdlet = record.text("cmdlet")
    if cmdlet:
        error = next(filter(None, map(record.text, ("errortype", "genericerrors", "exception"))), "")
        return read_call(cmdlet, record.text("parameters") or "", error, failed=bool(error))
    texts = (each for each in record.fields.values() if _SERVER_COMMAND in each)
    return next(filter(None, map(read_server_command, texts)), None)


def _event_call(record: Record) -> CmdletCall | None:
    """Return the call in an event of the log *MSExchange Management*."""
    provider, number = (record.text("provider") or "").lower(), record.number("event_id")
    if number not in CMDLET_EVENTS or not provider.startswith("msexchange") or "cmdlet" not in provider:
        return None
    name, parameters = record.text("data.0"), record.text("data.1") or ""
    if not name:
        told = _CMDLET_EVENT.search(record.text("data.message") or "")
        if told is None:
            return None
        name, parameters = told[1], told[2]
    failed = number in _FAILED
    return read_call(name, parameters, (record.text("data.11") or "")[:_MOST_ERRORS] if failed else "", failed=failed)


def read_call(name: str, parameters: str, error: str = "", *, failed: bool = False) -> CmdletCall:
    """Return a call as event logs and cmdlet logs have it: ``-Name "value" -Switch "True"``."""
    text = parameters[:LONGEST_PARAMETERS]
    named, repeated = _split(text, _SWITCH)
    return CmdletCall(name, named, f"{name} {text}".strip(), error, repeated, failed)


def read_server_command(text: str) -> CmdletCall | None:
    """Return the call in a row of the ECP server log, ``S:CMD=Set-X.Name='value'.Other=$true``, or ``None``."""
    row = text.partition(_SERVER_COMMAND)[2]
    found = _COMMAND_END.search(row, 1, _LONGEST_COMMAND)
    end = _LONGEST_COMMAND if found is None else found.start()
    command = _PIPELINE.sub("", row[:end], count=1)
    name = _NAME.search(command)
    if name is None:
        return None
    rest = command[name.end() :]
    error = row[end:].partition("S:EX=")[2].partition(";")[0].strip("' \",")[:_LONGEST_ERROR]
    named, repeated = _split(rest, _DOTTED)
    return CmdletCall(name[0], named, f"{name[0]}{rest}", error, repeated, bool(error))


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
