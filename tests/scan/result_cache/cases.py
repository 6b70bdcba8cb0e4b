"""Caches in tests: with a key of their own, outside the user's folder."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from webshellhunt.model.limits import Job
from webshellhunt.model.report import Report
from webshellhunt.model.result_cache import ResultCache
from webshellhunt.pipeline import hunt
from webshellhunt.scan.executors import Executor
from webshellhunt.sources import Source
from webshellhunt.sources.memory import MemorySource

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)


def cache_in(folder: Path, name: str = "case.cache") -> ResultCache:
    """Return a cache whose key is in a folder of its own."""
    return ResultCache(str(folder / name), str(folder / "keys" / "cache.key"))


def told(
    source: Source | Path | dict[str, bytes],
    cache: ResultCache | None = None,
    job: Job | None = None,
    executor: Executor | None = None,
) -> str:
    """Hunt, and return the whole report as text, with each value of the model."""
    return json.dumps(report_of(source, cache, job, executor).to_dict())


def report_of(
    source: Source | Path | dict[str, bytes],
    cache: ResultCache | None = None,
    job: Job | None = None,
    executor: Executor | None = None,
) -> Report:
    """Hunt at a fixed time."""
    place = MemorySource(source) if isinstance(source, dict) else source
    return hunt(place, job=job, executor=executor, clock=lambda: NOON, cache=cache)


def problems(report: Report) -> list[str]:
    """Return what a report says of its cache."""
    return [gap.reason for gap in report.gaps if gap.code == "cache-not-used"]


def without_problems(report: Report) -> Report:
    """Return a report without what it says of its cache."""
    return replace(report, gaps=tuple(gap for gap in report.gaps if gap.code != "cache-not-used"))


@contextmanager
def opened(cache: ResultCache) -> Iterator[sqlite3.Connection]:
    """Open the database of a cache, as another program does."""
    with closing(sqlite3.connect(cache.path)) as connection, connection:
        yield connection


def rows_in(cache: ResultCache) -> int:
    """Return the number of kept results."""
    with opened(cache) as connection:
        number: int = connection.execute("SELECT count(*) FROM kept").fetchone()[0]
    return number
