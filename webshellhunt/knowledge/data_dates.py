"""Data dates: the day of the sources of each shipped table, and the tables that are too old to rely on.

A hunt compares a server with the knowledge of one day. If that day is more than half a year ago, later waves, builds
and indicators are missing, and the report contains a gap for it.
"""

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
_NAMES_ONLY = frozenset({"attack_tactics.tsv", "attack_techniques.tsv"})
"""Tables of names, on which no finding depends."""


@lru_cache(maxsize=1)
def data_as_of() -> Mapping[str, date]:
    """Return the day of each shipped table with a dated head, by file name.

    Lists of a product's files (``exchange.baseline``, ``exchange_pages.txt``) have none: they do not age, and a
    separate gap reports a host whose build they lack.
    """
    dated = {path.name: read_head(path).as_of for path in _data_files()}
    return MappingProxyType({name: day for name, day in sorted(dated.items()) if day is not None})


def newest_data() -> date | None:
    """Return the newest day of the tables on which findings depend."""
    return max((day for name, day in data_as_of().items() if name not in _NAMES_ONLY), default=None)


def utc_now() -> datetime:
    """Return the current time of this machine in UTC."""
    return datetime.now(UTC)


def time_of_hunt(clock: Clock | None = None) -> datetime:
    """Return the time of a clock, by default that of this machine."""
    return (clock or utc_now)()


def stale_gaps(clock: Clock | None = None) -> list[Gap]:
    """Return a gap for each table that is older than half a year at the time of the hunt.

    ``clock``: returns the time of the hunt; ``utc_now`` if omitted.
    """
    return list(iter_stale(time_of_hunt(clock).date(), data_as_of()))


def iter_stale(today: date, tables: Mapping[str, date]) -> Iterator[Gap]:
    """Yield a gap for each table that is older than half a year on a day; none of them makes a hunt incomplete."""
    for name, day in tables.items():
        if today - day > STALE_AFTER and name not in _NAMES_ONLY:
            reason = f"this data is of {day}, more than half a year old; update webshellhunt"
            yield Gap("stale-data", "data", name, reason)


def _data_files() -> Iterator[Path]:
    for folder in _FOLDERS:
        yield from (path for path in (_PACKAGE / folder).iterdir() if path.suffix in _ENDINGS)
