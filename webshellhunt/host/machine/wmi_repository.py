r"""WMI repository: the permanent event consumers in ``OBJECTS.DATA``, found by the texts of their instances.

The file is not read as a database: its pages are searched for instances of the classes of consumers, filters and
bindings, as public tools do. An instance begins with the length of its values and the name of its class; the other
texts follow, in one byte a character, or in two with a first byte of 1. So deleted instances are found, too, as long as
their page was not reused: ``is_bound`` says whether a binding names the consumer.

Sources:
    https://github.com/davidpany/WMI_Forensics
    https://github.com/mandiant/flare-wmi
    [MS-WMIO] 2.2.16 (encoded strings)
"""

from __future__ import annotations

import hashlib
import re
import struct
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from typing import Final, NamedTuple

from webshellhunt.lazy_pattern import lazy_pattern
from webshellhunt.model.filetime import filetime_utc

Read = Callable[[int, int], bytes]
"""Returns at most as many bytes (the second argument) from an offset on (the first)."""

LARGEST_BYTES: Final = 1024**3
_WINDOW: Final = 16 * 1024**2
_LONGEST_INSTANCE: Final = 128 * 1024
_SHORTEST_HEAP: Final = 8 * 1024
_MOST: Final = 2_000
_MOST_TRIED: Final = 20_000
_MOST_BYTES: Final = 8 * 1024**2
"""The most bytes of instances that are searched for texts: a real repository has a few hundred instances."""
_MOST_TEXTS: Final = 16
_LONGEST_TEXT: Final = 64 * 1024
_NEAR: Final = 2_048
_HEAD_BYTES: Final = 1_024
_FILTER: Final = "__EventFilter"
_CLASSES = lazy_pattern(rb"(?<![\w.:\\])((?:CommandLine|ActiveScript|LogFile)EventConsumer|__EventFilter)\0")
_BINDING = lazy_pattern(rb"(?<!\w)((?:CommandLine|ActiveScript|LogFile)EventConsumer)\.Name=\"([^\"\0]{1,256})\"")
_WIDE_BINDING = lazy_pattern(
    rb"((?:C\0o\0m\0m\0a\0n\0d\0L\0i\0n\0e\0|A\0c\0t\0i\0v\0e\0S\0c\0r\0i\0p\0t\0)E\0v\0e\0n\0t\0C\0o\0n\0s\0u\0m\0e\0r\0)"
    rb"\.\0N\0a\0m\0e\0=\0\"\0((?:[^\"\0][\0-\xff]){1,256}?)\"\0"
)
"""The same in two bytes a character, for names in other than Latin letters."""
_OF_FILTER = lazy_pattern(rb"__EventFilter\.Name=\"([^\"\0]{1,256})\"")
_START = lazy_pattern(rb"\0([\t\r\n -~\x80-\xff]{2,65536}+)(?=\0)|\x01")
_OF_CLASS: Final = frozenset({"CIMTYPE", "CommandLineTemplate", "ScriptText", "QueryLanguage", "Filename", "Text"})
"""Names of properties: the definition of a class has them, an instance does not."""


class WmiConsumer(NamedTuple):
    """A consumer: its class, its name, its other texts (a command, a script), and its event.

    ``query`` is the query of its filter, empty if it was not found; ``written_utc`` the time of the instance.
    """

    kind: str
    name: str
    texts: tuple[str, ...]
    offset: int
    is_bound: bool
    filter_name: str = ""
    query: str = ""
    written_utc: datetime | None = None


@dataclass
class _Found:
    """The instances and the bindings of a repository."""

    instances: dict[tuple[str, tuple[str, ...]], tuple[int, datetime | None]] = field(default_factory=dict)
    filters: dict[tuple[str, ...], int] = field(default_factory=dict)
    bindings: dict[tuple[str, str], str] = field(default_factory=dict)
    tried: int = 0
    bindings_tried: int = 0
    bytes_left: int = _MOST_BYTES


def read_consumers(read: Read, size_bytes: int) -> Iterator[WmiConsumer]:
    """Yield the consumers that run a program or a script, or write a file, each once, in the order of the file."""
    found = _Found()
    for start in range(0, min(size_bytes, LARGEST_BYTES), _WINDOW):
        data = read(start, _WINDOW + _LONGEST_INSTANCE)
        if b"EventConsumer" in data or b"__EventFilter" in data:
            _search(data, start, found)
    named = {name for _, name in found.bindings}
    seen: set[tuple[str, str]] = set()
    for (kind, texts), (offset, written) in found.instances.items():
        name = next((text for text in texts if (kind, text) in found.bindings), "")
        name = name or next((text for text in texts if text in named), texts[0])
        seen.add((kind, name))
        rest = tuple(text for text in texts if text != name)
        yield _consumer(found, kind, name, rest, offset)._replace(written_utc=written)
    for kind, name in found.bindings:
        if (kind, name) not in seen:
            yield _consumer(found, kind, name, (), 0)


def _consumer(found: _Found, kind: str, name: str, texts: tuple[str, ...], offset: int) -> WmiConsumer:
    filter_name = found.bindings.get((kind, name))
    query = next((query for texts_ in found.filters if filter_name in texts_ and (query := _query(texts_))), "")
    return WmiConsumer(kind, name, texts, offset, filter_name is not None, filter_name or "", query)


def _query(texts: tuple[str, ...]) -> str:
    return next((text for text in texts if text.lower().startswith("select ")), "")


def _search(data: bytes, start: int, found: _Found) -> None:
    """Add the instances and bindings of one window; those at its end, which the next one has, may come twice."""
    for match in islice(_BINDING.finditer(data), _MOST_TRIED - found.bindings_tried):
        found.bindings_tried += 1
        near = data[max(match.start() - _NEAR, 0) : match.end() + _NEAR]
        middle = match.start() - max(match.start() - _NEAR, 0)
        filters = sorted(_OF_FILTER.finditer(near), key=lambda each: abs(each.start() - middle))
        name = filters[0][1].decode("latin-1") if filters else ""
        if len(found.bindings) < _MOST:
            found.bindings.setdefault((match[1].decode(), match[2].decode("latin-1")), name)
    for match in _WIDE_BINDING.finditer(data):
        kind, name = (each.decode("utf-16-le", "replace") for each in match.groups())
        if len(found.bindings) < _MOST:
            found.bindings.setdefault((kind, name), "")
    for match in islice(_CLASSES.finditer(data), _MOST_TRIED - found.tried):
        found.tried += 1
        texts = _texts(data, match, found)
        if not texts or not _OF_CLASS.isdisjoint(texts):
            continue
        kind = match[1].decode()
        if kind == _FILTER and len(found.filters) < _MOST:
            found.filters.setdefault(texts, start + match.start())
        elif kind != _FILTER and len(found.instances) < _MOST:
            place = (start + match.start(), _written(data, match.start(), kind))
            found.instances.setdefault((kind, texts), place)


def _written(data: bytes, at: int, kind: str) -> datetime | None:
    """Return the time of an instance: it follows the digest of the name of its class, shortly before its values."""
    digest = hashlib.sha256(kind.upper().encode("utf-16-le")).hexdigest().upper().encode("utf-16-le")
    start = data.rfind(digest, max(at - _HEAD_BYTES, 0), at)
    if start < 0 or start + len(digest) + 8 > at:
        return None
    (ticks,) = struct.unpack_from("<Q", data, start + len(digest))
    return filetime_utc(ticks)


def _texts(data: bytes, name: re.Match[bytes], found: _Found) -> tuple[str, ...]:
    """Return the texts of an instance after the name of its class."""
    size = _SHORTEST_HEAP
    if name.start() >= 4:
        (length,) = struct.unpack_from("<I", data, name.start() - 4)
        length &= 0x7FFFFFFF
        size = length if len(name[0]) <= length <= _LONGEST_INSTANCE else size
    end = min(name.start() + size, len(data))
    found.bytes_left -= size
    texts = _iter_texts(data, name.end() - 1, end) if found.bytes_left >= 0 else iter(())
    return tuple(islice((text for text in texts if any(char.isalnum() for char in text)), _MOST_TEXTS))


def _iter_texts(data: bytes, at: int, end: int) -> Iterator[str]:
    """Yield the texts of one byte and of two bytes a character; each byte is looked at a few times at most."""
    ends = [at, at]  # the next two zeros at an even and at an odd offset
    while (match := _START.search(data, at, end)) is not None:
        at = match.end()
        if match[1] is not None:
            yield match[1].decode("latin-1")
            continue
        stop = ends[at % 2] = _two_zeros(data, max(at, ends[at % 2]), at % 2, end)
        if 4 <= stop - at <= _LONGEST_TEXT:
            yield data[at:stop].decode("utf-16-le", "replace")
            at = stop


def _two_zeros(data: bytes, at: int, parity: int, end: int) -> int:
    """Return the offset of the next two zeros with a parity; one far away if there are none."""
    at = data.find(b"\0\0", at, end)
    while at >= 0 and at % 2 != parity:
        at = data.find(b"\0\0", at + 1, end)
    return at if at >= 0 else end + _LONGEST_TEXT
