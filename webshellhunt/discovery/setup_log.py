r"""Setup log: which builds the setup of Exchange says that it installed, and when.

``C:\ExchangeSetupLogs\ExchangeSetup.log`` grows with each run. A run names its version, and tells at its end how it
went; only one that completed is a witness, and not one that only prepared the directory or removed Exchange. Its times
are taken for UTC, so that a day may be off by one. Security updates leave no run there.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime

from webshellhunt.late import late_pattern
from webshellhunt.model.artifact import Entry
from webshellhunt.model.patches import Witness, WitnessKind
from webshellhunt.sources.source import Source

LOG_BYTES = 32 * 1024 * 1024
"""So much of a log is read, its end: there stand the latest runs."""

_CHUNK = 1024 * 1024
_LONGEST_LINE = 64 * 1024
_MOST_RUNS = 256
_LINE = late_pattern(
    r"\[(\d\d)\D(\d\d)\D(\d{4}) (\d\d):(\d\d):(\d\d)[^\]]{0,16}\] \[\d{1,4}\] (.*)", re.ASCII | re.DOTALL
)
_VERSION = late_pattern(r"Setup version: (\d[\d.]{0,40}\d)\.?", re.ASCII)
_PARAMETER = late_pattern(r"Command Line Parameter Name='(\w{1,64})', Value='(\w{0,64})", re.ASCII)
_COMPLETED = "setup operation completed successfully"
_PREPARES = "prepare"


def read_setup_log(source: Source, entry: Entry, shown: str) -> list[Witness]:
    """Return the runs of setup that completed, oldest first.

    Raises:
        SourceError: The log can't be read.
    """
    return list(_iter_runs(_iter_lines(source, entry), shown))[-_MOST_RUNS:]


def _iter_lines(source: Source, entry: Entry) -> Iterator[str]:
    head = source.read(entry.path, 2)
    codec = "utf-16-le" if head == codecs.BOM_UTF16_LE else "utf-16-be" if head == codecs.BOM_UTF16_BE else "utf-8"
    decoder = codecs.getincrementaldecoder(codec)("replace")
    at = max(0, entry.size_bytes - LOG_BYTES) & ~1
    end, rest = at + LOG_BYTES, ""
    while at < end:
        data = source.read(entry.path, min(_CHUNK, end - at), at)
        if not data:
            break
        at += len(data)
        *lines, rest = (rest + decoder.decode(data)).split("\n")
        yield from lines
        rest = rest[-_LONGEST_LINE:]
    yield rest


def _iter_runs(lines: Iterable[str], shown: str) -> Iterator[Witness]:
    version: str | None = None
    for line in lines:
        if "etup" not in line and "Command Line" not in line:
            continue
        match = _LINE.search(line[:_LONGEST_LINE])
        if match is None:
            continue
        said = match[7]
        named, parameter = _VERSION.match(said), _PARAMETER.match(said)
        if named is not None:
            version = named[1]
        elif parameter is not None and _installs_nothing(parameter[1].lower(), parameter[2].lower()):
            version = None
        elif _COMPLETED in said and version is not None:
            yield Witness(WitnessKind.SETUP_LOG, shown, version, _read_time(match))
            version = None


def _installs_nothing(name: str, value: str) -> bool:
    return name.startswith(_PREPARES) or (name == "mode" and value == "uninstall")


def _read_time(match: re.Match[str]) -> datetime | None:
    month, day, year, hour, minute, second = map(int, match.groups()[:6])
    try:
        return datetime(year, month, day, hour, minute, second, tzinfo=UTC)
    except ValueError:
        return None
