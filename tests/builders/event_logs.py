"""Event logs of Windows: files with one chunk or more, as the system writes them, but without templates.

Source:
    https://github.com/libyal/libevtx/blob/main/documentation/Windows%20XML%20Event%20Log%20(EVTX).asciidoc
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from tests.builders.filetimes import filetime
from webshellhunt.correlation.server_acts.questions import ActTally
from webshellhunt.correlation.server_acts.stories import examinations
from webshellhunt.model.findings import Finding
from webshellhunt.model.traffic import LogFile, LogKind, Record
from webshellhunt.model.verdict import Verdict
from webshellhunt.verdict.judge import judge

CHUNK = 64 * 1024
HEAD = 4 * 1024
WHEN = "2021-03-03T04:05:06Z"

SYSMON = "Microsoft-Windows-Sysmon"
AUDIT = "Microsoft-Windows-Security-Auditing"
CMDLETS = "MSExchange CmdletLogs"


class Event(NamedTuple):
    """An event: number, provider, values by name (or a sequence of them), channel and time; ``user`` for UserData."""

    number: int
    provider: str
    values: Mapping[str, str] | Sequence[str]
    channel: str = "Application"
    time: str = WHEN
    user: bool = False


class _Xml:
    """Binary XML at an offset of a chunk."""

    def __init__(self, at: int) -> None:
        self._at = at
        self.data = bytearray(b"\x0f\x01\x01\x00")

    def open(self, name: str, attributes: Mapping[str, str] | None = None) -> None:
        attributes = attributes or {}
        self.data += b"\x41" if attributes else b"\x01"
        self.data += struct.pack("<I", 0)
        self._name(name)
        if attributes:
            self.data += struct.pack("<I", 0)
        for position, (key, value) in enumerate(attributes.items(), 1):
            self.data += b"\x46" if position < len(attributes) else b"\x06"
            self._name(key)
            self.text(value)
        self.data += b"\x02"

    def text(self, value: str) -> None:
        raw = value.encode("utf-16-le")
        self.data += b"\x05\x01" + struct.pack("<H", len(raw) // 2) + raw

    def close(self) -> None:
        self.data += b"\x04"

    def element(self, name: str, value: str, attributes: Mapping[str, str] | None = None) -> None:
        self.open(name, attributes)
        if value:
            self.text(value)
        self.close()

    def _name(self, name: str) -> None:
        self.data += struct.pack("<I", self._at + len(self.data) + 4)
        raw = name.encode("utf-16-le")
        self.data += struct.pack("<IHH", 0, 0, len(name)) + raw + b"\0\0"


def _body(event: Event, number: int, at: int) -> bytes:
    xml = _Xml(at)
    xml.open("Event")
    xml.open("System")
    xml.element("Provider", "", {"Name": event.provider})
    xml.element("EventID", str(event.number))
    xml.element("TimeCreated", "", {"SystemTime": event.time})
    xml.element("EventRecordID", str(number))
    xml.element("Channel", event.channel)
    xml.element("Computer", "EXCH01.contoso.local")
    xml.close()
    xml.open("UserData" if event.user else "EventData")
    if event.user:
        xml.open("LogFileCleared")
    values = event.values.items() if isinstance(event.values, Mapping) else [("", value) for value in event.values]
    for name, value in values:
        if event.user:
            xml.element(name, value)
        else:
            xml.element("Data", value, {"Name": name} if name else None)
    if event.user:
        xml.close()
    xml.close()
    xml.close()
    return bytes(xml.data) + b"\0"


def chunk(events: Sequence[Event], first: int = 1) -> bytes:
    """Return a chunk with some events, whose records are numbered from ``first`` on."""
    records = bytearray()
    for number, event in enumerate(events, first):
        at = 512 + len(records)
        body = _body(event, number, at + 24)
        size = 24 + len(body) + 4
        head = struct.pack("<4sIQQ", b"**\0\0", size, number, filetime(datetime.fromisoformat(event.time)))
        records += head + body + struct.pack("<I", size)
    last = first + len(events) - 1
    numbers = struct.pack("<QQQQIIII", first, last, first, last, 128, 512, 512 + len(records), zlib.crc32(records))
    return (b"ElfChnk\0" + numbers).ljust(512, b"\0") + bytes(records).ljust(CHUNK - 512, b"\0")


def event_log(*chunks: bytes) -> bytes:
    """Return an event log with some chunks."""
    head = struct.pack("<8sQQQIHHHH", b"ElfFile\0", 0, max(len(chunks) - 1, 0), 1, 128, 1, 3, HEAD, len(chunks))
    return head.ljust(HEAD, b"\0") + b"".join(chunks)


def event_record(event: Event, line: int = 1, log: str = r"C:\logs\x.evtx") -> Record:
    """Return an event as the reader yields it."""
    values = event.values.items() if isinstance(event.values, Mapping) else enumerate(event.values)
    named = {f"data.{name}".lower(): value for name, value in values if value}
    head = {"event_id": str(event.number), "provider": event.provider, "channel": event.channel, "time": event.time}
    return Record(log, line, LogKind.EVENTS, {**head, "computer": "EXCH01.contoso.local", **named})


def cmdlet_event(name: str, parameters: str, *, number: int = 1, time: str = WHEN, error: str = "") -> Event:
    """Return the event of a cmdlet."""
    values = [name, parameters, "contoso.local/Users/admin", *["x"] * 8, error]
    return Event(number, CMDLETS, values, "MSExchange Management", time)


def sysmon(number: int, time: str = WHEN, **values: str) -> Event:
    """Return an event of Sysmon."""
    return Event(number, SYSMON, values, "Microsoft-Windows-Sysmon/Operational", time)


def audit(number: int, time: str = WHEN, **values: str) -> Event:
    """Return an event of the Security log."""
    return Event(number, AUDIT, values, "Security", time)


EVENTS = LogFile(r"C:\Windows\System32\winevt\Logs\x.evtx", LogKind.EVENTS)


def verdicts(*told: Event | Record) -> list[Verdict]:
    """Return the verdicts about some events or rows, as if each were a record of one log."""
    tally = ActTally()
    for line, each in enumerate(told, 1):
        tally.take(event_record(each, line) if isinstance(each, Event) else each)
    return [judge(examination) for examination in examinations([tally])]


def findings(*told: Event | Record) -> dict[str, Finding]:
    """Return the gravest finding of each rule about some events or rows."""
    found = [finding for verdict in verdicts(*told) for finding in verdict.findings]
    return {each.rule.id: each for each in sorted(found, key=lambda each: (each.severity, each.confidence))}
