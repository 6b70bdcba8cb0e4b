"""The repository of WMI and the queue of BITS, as far as their readers look at them."""

from __future__ import annotations

import hashlib
import struct
from datetime import datetime

from tests.builders.filetimes import filetime
from tests.builders.inert import live

_PAGE = 8192


def wmi_instance(class_name: str, *texts: str, written: datetime | None = None) -> bytes:
    """Return an instance of a class: its head, and its values."""
    digest = hashlib.sha256(class_name.upper().encode("utf-16-le")).hexdigest().upper().encode("utf-16-le")
    heap = b"".join(map(_text, (class_name, *texts)))
    ticks = filetime(written) if written is not None else 0
    values = struct.pack("<I", 0x80000000 | len(heap)) + heap
    return digest + struct.pack("<QQII", ticks, 0, len(values) + 40, 0) + bytes(33) + values


def _text(text: str) -> bytes:
    text = live(text)
    return b"\0" + text.encode("latin-1") + b"\0" if text.isascii() else b"\1" + text.encode("utf-16-le") + b"\0\0"


def wmi_binding(kind: str, consumer: str, filter_name: str) -> bytes:
    """Return a binding of a consumer to a filter."""
    place = r"\\.\root\subscription:"
    return wmi_instance(
        "__FilterToConsumerBinding", f'{place}{kind}.Name="{consumer}"', f'__EventFilter.Name="{filter_name}"'
    )


def wmi_repository(*instances: bytes) -> bytes:
    """Return a repository with the definition of a class, the stock consumer, and some instances, one on each page."""
    definition = wmi_instance("CommandLineEventConsumer", "CommandLineTemplate", "CIMTYPE", "string", "Name")
    stock = wmi_instance("NTEventLogEventConsumer", "SCM Event Log Consumer", "Service Control Manager")
    bound = wmi_binding("NTEventLogEventConsumer", "SCM Event Log Consumer", "SCM Event Log Filter")
    return b"".join(
        each.ljust(-(-len(each) // _PAGE) * _PAGE, b"\0") for each in (definition, stock, bound, *instances)
    )


def consumer_of(kind: str, name: str, *texts: str, query: str = "", written: datetime | None = None) -> bytes:
    """Return a repository with one bound consumer."""
    query = query or "SELECT * FROM __InstanceModificationEvent WITHIN 60 WHERE TargetInstance ISA 'Win32_LocalTime'"
    return wmi_repository(
        wmi_instance(kind, *texts, name, written=written),
        wmi_instance("__EventFilter", "root\\cimv2", f"{name} filter", query, "WQL"),
        wmi_binding(kind, name, f"{name} filter"),
    )


def bits_queue(name: str, program: str = "", arguments: str = "", owner: str = "S-1-5-18") -> bytes:
    """Return a queue with one job."""
    texts = (name, "", program, arguments, owner)
    job = b"".join(struct.pack("<I", len(each) + 1) + f"{each}\0".encode("utf-16-le") for each in map(live, texts))
    url = "http://download.example/a.cab"
    file = struct.pack("<I", len(url) + 1) + f"{url}\0".encode("utf-16-le")
    return bytes(4096) + bytes(28) + job + bytes(24) + file + bytes(4096)
