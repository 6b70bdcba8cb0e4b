"""Records of the machine: registry hives with their logs, event logs, file tables, change journals, antivirus, WMI."""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator
from datetime import UTC, datetime

from tests.builders.event_logs import Event, chunk, event_log
from tests.builders.file_records import JournalBuilder, TableBuilder
from tests.builders.hive import HiveTree, Typed, build_hive, dirty, software_hive
from tests.builders.machine_records import bits_queue, consumer_of, wmi_repository
from tests.builders.quarantine import backup, detection_lines, entry, history, log
from tests.builders.tasks_of_hives import actions, com_handler, execute
from tests.fuzz.door import Door
from webshellhunt.antivirus.detection_history import read_history
from webshellhunt.antivirus.obfuscation import restore
from webshellhunt.antivirus.protection_log import read_log
from webshellhunt.antivirus.quarantine import find_content, iter_backed_up, read_entry
from webshellhunt.errors import SourceError
from webshellhunt.host.machine.bits_jobs import read_jobs
from webshellhunt.host.machine.registry_hive import Hive
from webshellhunt.host.machine.task_cache import iter_actions
from webshellhunt.host.machine.wmi_repository import read_consumers
from webshellhunt.logs.events import Damage, iter_raw_events
from webshellhunt.logs.exported_events import iter_json_events, iter_xml_events
from webshellhunt.ntfs.change_journal import JournalReader, find_start
from webshellhunt.ntfs.records import parse_record
from webshellhunt.ntfs.table_scan import scan_table

_WHEN = datetime(2021, 3, 3, 4, 5, 6, tzinfo=UTC)
_TREE: HiveTree = {
    "": "default",
    "Text": "C:\\Windows",
    "Raw": b"\x01\x02",
    "Number": 5,
    "Several": ["one", "two"],
    "Long": Typed(11, 1 << 40),
    "Key": {"Below": {"Big": b"x" * 900}},
    "Run": {"a": "b.exe"},
}
Read = Callable[[int, int], bytes]


def reader(data: bytes) -> Read:
    """Return what reads bytes from an offset on."""
    return lambda offset, size: data[offset : offset + size]


def _hives() -> Iterator[bytes]:
    for each in (build_hive(_TREE), build_hive(_TREE, list_kind=b"li"), software_hive()):
        yield _packed(each)
    yield _packed(*dirty(build_hive({"a": "b"}), build_hive({"a": "c"})))


def _packed(*parts: bytes) -> bytes:
    """Return a hive and its logs as one input, each with its length."""
    return b"".join(struct.pack("<I", len(part)) + part for part in parts)


def _hive(data: bytes) -> object:
    parts, at = list[bytes](), 0
    while at + 4 <= len(data) and len(parts) < 3:
        size = int.from_bytes(data[at : at + 4], "little")
        parts.append(data[at + 4 : at + 4 + size])
        at += 4 + size
    base, *logs = parts or [b""]
    hive = Hive(reader(base), "SOFTWARE", [reader(each) for each in logs], size_bytes=len(base))
    keys = [hive.root, *hive.iter_below(hive.root)]
    found = [(key.path, key.written_utc, [(each.name, each.data) for each in hive.iter_values(key)]) for key in keys]
    return found, hive.find("Key\\Below"), (hive.damaged, hive.first_damage)


def _logs() -> Iterator[bytes]:
    event = Event(7045, "Service Control Manager", {"ServiceName": "a"}, "System")
    yield event_log(chunk([event, event]))
    yield event_log(chunk([event] * 3, first=7), bytes(65_536), chunk([event], first=20))


def _events(data: bytes) -> object:
    damage = Damage()
    return list(iter_raw_events(reader(data), damage)), damage.records, damage.chunk_count, damage.holes()


def _exports() -> Iterator[bytes]:
    text = (
        "<Event><System><Provider Name='a'/><EventID>1</EventID><TimeCreated SystemTime='2021-03-03T04:05:06Z'/>"
        "</System><EventData><Data Name='Image'>x</Data></EventData></Event>"
    )
    yield f"<Events>{text}{text}</Events>".encode()
    yield text.encode("utf-16")
    yield b'{"EventID": 1, "Channel": "System", "TimeCreated": "2021-03-03T04:05:06Z"}\n' * 2
    yield b'[\n{"winlog": {"event_id": 1, "channel": "a"}, "@timestamp": "2021-03-03T04:05:06Z"},\n{}]'


def _exported(data: bytes) -> object:
    return list(iter_xml_events(reader(data))), list(iter_json_events(reader(data)))


def _tables() -> Iterator[bytes]:
    for size in (1024, 4096):
        table = TableBuilder(size)
        table.file("inetpub/wwwroot/x.ASPX", _WHEN, content=b"<html>")
        yield table.build()[-24 * size :]
        yield table.build()[64 * size :][:4096]


def _table(data: bytes) -> object:
    found = scan_table(reader(data), len(data), ("aspx",), lambda _: True)
    paths = [(each, [found.directories.path_of(name.parent) for name in each.names]) for each in found.files]
    try:
        record: object = parse_record(data[:4096], 1)
    except SourceError as error:
        record = error.message
    return paths, found.broken, found.is_cut, record


def _journals() -> Iterator[bytes]:
    for version in (2, 3):
        journal = JournalBuilder(version)
        journal.write(_WHEN, "x.aspx", 70, 64)
        journal.rename(_WHEN, "a.txt", "b.aspx", 73, 64)
        journal.remove(_WHEN, "X.ASPX", 70, 64)
        yield journal.build()
        yield bytes(4096) + journal.build()


def _journal(data: bytes) -> object:
    made = JournalReader(reader(data), len(data), ("aspx",))
    return find_start(reader(data), len(data)), list(made.changes()), made.records, made.broken


def _defender() -> Iterator[bytes]:
    yield history("Backdoor:ASP/Test", [("file", "C:\\inetpub\\wwwroot\\x.aspx")])
    yield _plain_entry(entry("Backdoor:ASP/Test", [("file", "C:\\inetpub\\wwwroot\\x.aspx", "0" * 40, 9)]))
    yield backup(b"content", {"stream": b"hidden"})
    yield log(*detection_lines("Backdoor:ASP/Test", "C:\\inetpub\\wwwroot\\x.aspx"))


def _plain_entry(data: bytes) -> bytes:
    """Return a quarantine entry with each of its three parts unhidden, or hidden again."""
    head = restore(data[:60])
    plain = head if data.startswith(b"\x0b\xad") or not data.startswith(b"\xdb") else data[:60]
    end = 60 + int.from_bytes(plain[40:44], "little") % 65_536
    return head + restore(data[60:end]) + restore(data[end:])


def _antivirus(data: bytes) -> object:
    backed = list(iter_backed_up(data)), find_content(data)
    return read_history(data), read_entry(data), read_entry(_plain_entry(data)), backed, read_log([data])


def _repositories() -> Iterator[bytes]:
    yield wmi_repository(consumer_of("CommandLineEventConsumer", "n", "cmd.exe /c a", query="SELECT * FROM b"))
    yield bits_queue("job", "a.exe", "-x")
    yield actions(execute("a.exe", "-b", "c"), com_handler("{00000000-0000-0000-0000-000000000001}"))


def _repository(data: bytes) -> object:
    read = reader(data)
    return list(read_consumers(read, len(data))), list(read_jobs(read, len(data))), list(iter_actions(data))


DOORS = (
    Door(
        "hive",
        _hives,
        _hive,
        ("host.machine.registry_hive", "host.machine.registry_log"),
        [b"nk", b"vk", b"lf", b"lh", b"li", b"ri", b"db", b"hbin", b"regf", b"HvLE"],
        (SourceError,),
        shown=4_000,
        most_bytes=65_536,
    ),
    Door(
        "event-log",
        _logs,
        _events,
        ("logs.events",),
        [b"ElfChnk\0", b"**\0\0", b"ElfFile\0"],
        first_shown=400_000,
        most_bytes=204_800,
    ),
    Door(
        "exported-events",
        _exports,
        _exported,
        ("logs.exported_events",),
        [
            b"<Event>",
            b"</Event>",
            b"<System>",
            b"<!DOCTYPE ",
            b"<!ENTITY a 'b'>",
            b"&a;",
            b"<![CDATA[",
            b"{",
            b"}",
            b"[",
            b"]",
            b'"EventID":',
        ],
        steps=10_000,
    ),
    Door("file-table", _tables, _table, ("ntfs",), [b"FILE", b"BAAD", b"a\0s\0p\0x\0"], most_bytes=98_304),
    Door("change-journal", _journals, _journal, ("ntfs.change_journal",), most_bytes=16_384),
    Door(
        "antivirus",
        _defender,
        _antivirus,
        ("antivirus",),
        [b"Magic.Version:1.2", b"PropBag [", b"DETECTION_ADD"],
        most_bytes=8_192,
    ),
    Door(
        "machine-records",
        _repositories,
        _repository,
        ("host.machine.wmi_repository", "host.machine.bits_jobs", "host.machine.task_cache"),
        most_bytes=65_536,
    ),
)
