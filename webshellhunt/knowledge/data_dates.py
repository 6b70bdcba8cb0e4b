"""Data dates: up to which day the sources of each shipped table were read, and which tables are too old to rely on.

A hunt compares a server with what was known on some day. Where that day lies half a year back, waves, builds and
indicators of the time since are missing, and the report says so.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType

from webshellhunt.knowledge.tables import read_head
from webshellhunt.model.findings import Gap

Clock = Callable[[], datetime]

STALE_AFTER = timedelta(days=183)
"""Half a year: Exchange gets a security update about every second month."""

_PACKAGE = Path(__file__).resolve().parents[1]
_FOLDERS = ("knowledge", "host/iis")
_ENDINGS = (".tsv", ".txt")
_NAMES_ONLY = frozenset({"attack_techniques.tsv"})
"""Tables that only name things: no finding rests on them."""


@lru_cache(maxsize=1)
def data_as_of() -> Mapping[str, date]:
    """Return the day of each shipped table that has one in its head, by the table's file name.

    Lists of what one release of a product contains (``exchange.baseline``, ``exchange_pages.txt``) have none: they
    don't age, and a gap of their own says where a host's build is not among theirs.
    """
    dated = {path.name: read_head(path).as_of for path in _data_files()}
    return MappingProxyType({name: day for name, day in sorted(dated.items()) if day is not None})


def utc_now() -> datetime:
    """Return the time by the clock of this machine."""
    return datetime.now(UTC)


def time_of_hunt(clock: Clock | None = None) -> datetime:
    """Return the time by a clock, by default that of this machine."""
    return (clock or utc_now)()


def stale_gaps(clock: Clock | None = None) -> list[Gap]:
    """Return a gap for each table that is older than half a year at the time of the hunt.

    Args:
        clock: Returns the time of the hunt; ``utc_now`` if omitted.
    """
    return list(iter_stale(time_of_hunt(clock).date(), data_as_of()))


def iter_stale(today: date, tables: Mapping[str, date]) -> Iterator[Gap]:
    """Yield a gap for each table that is older than half a year on a day; none of them makes a hunt incomplete."""
    for name, day in tables.items():
        if today - day > STALE_AFTER and name not in _NAMES_ONLY:
            reason = f"this data is of {day}, more than half a year old; a newer version of webshellhunt knows more"
            yield Gap("stale-data", "data", name, reason)


def _data_files() -> Iterator[Path]:
    for folder in _FOLDERS:
        yield from (path for path in (_PACKAGE / folder).iterdir() if path.suffix in _ENDINGS)
