"""Exported events: XML as ``wevtutil qe /f:xml`` and ``Get-WinEvent`` write it, and JSON with one event a line.

Both are read in pieces, in UTF-8 or UTF-16 as PowerShell writes it. A document type declaration is refused, so that
nothing is expanded.
"""

from __future__ import annotations

import codecs
import json
from collections.abc import Iterator
from typing import Final, NamedTuple
from xml.parsers import expat

from webshellhunt.lazy_pattern import lazy_pattern
from webshellhunt.logs.blocks import Blocks, Read
from webshellhunt.logs.event_fields import LONGEST_VALUE, MOST_VALUES, completed, read_json_event

LONGEST_EVENT: Final = 1024 * 1024
"""A longer event is broken, in characters."""

_DEEPEST: Final = 32
_START = lazy_pattern(r"<Event(?=[\s>])")
_END: Final = "</Event>"
_START_BYTES = lazy_pattern(rb"<Event[\s>]")
_NAMESPACE: Final = b"http://schemas.microsoft.com/win/2004/08/events/event"


class ExportedEvent(NamedTuple):
    """The place of an event (counted from 1), its text, and its fields, ``None`` if it can't be read."""

    place: int
    text: str
    fields: dict[str, str] | None


def is_xml(start: bytes) -> bool:
    """Return True if exported events that start so are XML."""
    return start.replace(b"\0", b"").lstrip(b"\xff\xfe\xef\xbb\xbf \t\r\n").startswith(b"<")


def is_exported(start: bytes) -> bool:
    """Return True if a file that starts so has exported events, as XML or as JSON lines."""
    if is_xml(start):
        plain = start.replace(b"\0", b"")
        return _START_BYTES.search(plain) is not None and _NAMESPACE in plain
    first = next(iter_json_events(lambda offset, size: start[offset : offset + size]), None)
    return first is not None and first.fields is not None


def iter_xml_events(read: Read, blocks: Blocks | None = None) -> Iterator[ExportedEvent]:
    """Yield the events of XML, with or without an element around them; ``blocks`` has the content instead."""
    buffer, place = "", 0
    for piece in _iter_text(blocks or Blocks(read)):
        buffer += piece
        at = 0
        while (found := _START.search(buffer, at)) is not None:
            end = buffer.find(_END, found.end())
            if end < 0:
                at = found.start()
                break
            at, place = end + len(_END), place + 1
            yield _exported(place, buffer[found.start() : at])
        else:
            at = max(at, len(buffer) - len("<Event"))
        buffer = buffer[at:]
        if len(buffer) > LONGEST_EVENT:
            place += 1
            yield ExportedEvent(place, "", None)
            buffer = buffer[len("<Event") :]
            following = _START.search(buffer)
            buffer = buffer[following.start() :] if following is not None else ""
    if _START.match(buffer) is not None:
        yield ExportedEvent(place + 1, "", None)


def iter_json_events(read: Read, blocks: Blocks | None = None) -> Iterator[ExportedEvent]:
    """Yield the events of JSON lines; brackets and commas of a list with one event a line are accepted."""
    buffer, place, is_too_long = "", 0, False
    for piece in _iter_text(blocks or Blocks(read)):
        *lines, buffer = (buffer + piece).split("\n")
        for line in lines:
            place += 1
            if not is_too_long:
                yield from _json_line(line, place)
            is_too_long = False
        if len(buffer) > LONGEST_EVENT:
            if not is_too_long:
                yield ExportedEvent(place + 1, "", None)
            buffer, is_too_long = "", True
    if not is_too_long:
        yield from _json_line(buffer, place + 1)


def _json_line(line: str, place: int) -> Iterator[ExportedEvent]:
    text = line.strip(" \t\r,[]\ufeff")
    if not text:
        return
    if len(text) > LONGEST_EVENT:
        yield ExportedEvent(place, "", None)
        return
    try:
        fields = read_json_event(json.loads(text))
    except (ValueError, RecursionError):
        fields = None
    yield ExportedEvent(place, text, fields)


def _exported(place: int, text: str) -> ExportedEvent:
    if len(text) > LONGEST_EVENT:
        return ExportedEvent(place, "", None)
    return ExportedEvent(place, text, _EventXml().read(text))


def _iter_text(blocks: Blocks) -> Iterator[str]:
    """Yield the content as text, piece by piece; bytes that are not in the encoding are replaced."""
    decoder = codecs.getincrementaldecoder("utf-8")("replace")
    for piece in blocks.pieces():
        yield decoder.decode(piece)
    yield decoder.decode(b"", final=True)


class _EventXml:
    """One event as XML: the elements are read by their names, in any namespace."""

    def __init__(self) -> None:
        self._fields: dict[str, str] = {}
        self._path: list[str] = []
        self._name = ""
        self._text: list[str] = []
        self._unnamed = 0

    def read(self, text: str) -> dict[str, str] | None:
        """Return the fields of the event; ``None`` if it can't be read."""
        parser = expat.ParserCreate()
        parser.buffer_text = True
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._text.append
        parser.StartDoctypeDeclHandler = _refuse
        try:
            parser.Parse(text.encode("utf-8", "replace"), True)
        except (expat.ExpatError, ValueError):
            return None
        return completed(self._fields)

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        self._path.append(tag.rpartition(":")[2])
        if len(self._path) > _DEEPEST:
            raise ValueError("too deep")
        self._text.clear()
        self._name = attributes.get("Name", "")
        known = {
            "Provider": ("provider", "Name"),
            "TimeCreated": ("time", "SystemTime"),
            "Security": ("user", "UserID"),
        }
        if self._path[1:2] == ["System"] and self._path[-1] in known:
            field, attribute = known[self._path[-1]]
            self._set(field, attributes.get(attribute, ""))

    def _end(self, tag: str) -> None:
        text, path = "".join(self._text).strip(), self._path
        self._text.clear()
        if path[1:2] == ["System"]:
            known = {"EventID": "event_id", "Channel": "channel", "Computer": "computer", "EventRecordID": "number"}
            self._set(known.get(path[-1], ""), text)
        elif path[1:2] == ["RenderingInfo"] and path[-1] == "Message":
            self._set("data.message", text)
        elif path[1:2] == ["EventData"] and path[-1] == "Data":
            self._set(f"data.{self._name[:100].lower() or self._unnamed}", text)
            self._unnamed += not self._name
        elif path[1:2] == ["UserData"]:
            self._set(f"data.{path[-1][:100].lower()}", text)
        path.pop()

    def _set(self, name: str, value: str) -> None:
        if name and value and name not in self._fields and len(self._fields) < MOST_VALUES:
            self._fields[name] = value[:LONGEST_VALUE]


def _refuse(*_: object) -> None:
    raise ValueError("a document type declaration")
