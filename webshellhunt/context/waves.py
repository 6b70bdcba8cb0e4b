"""Waves: the known exploitation campaigns, with their dates."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path

from webshellhunt.context.cves import fix_public
from webshellhunt.model.patches import Wave

WINDOW = timedelta(days=90)
"""How long after disclosure (or fix, or first use, whichever came last) a wave's window stays open: our convention.

Use of a hole goes on for years where it stays open; the window says when a planting is most likely this wave's.
"""


@lru_cache(maxsize=1)
def load_waves() -> tuple[Wave, ...]:
    """Load the shipped waves, oldest first."""
    table = Path(__file__).with_name("exchange_waves.tsv").read_text(encoding="utf-8")
    return tuple(map(_read, table.splitlines()[1:]))


def iter_waves_at(day: date, *, product: str = "exchange") -> Iterator[Wave]:
    """Yield the waves that left pages and in whose window a day falls."""
    for wave in load_waves():
        if wave.product == product and wave.leaves_pages and wave.first_use <= day <= wave.until:
            yield wave


def _read(line: str) -> Wave:
    slug, name, cves, first_use, disclosed, leaves_pages, product, _ = line.split("\t")
    names, used, told = tuple(cves.split()), date.fromisoformat(first_use), date.fromisoformat(disclosed)
    public = [day for cve in names if (day := fix_public(cve)) is not None]
    fixed = max(public, default=told)
    until = max(used, told, fixed) + WINDOW
    return Wave(slug, name, names, used, told, fixed, until, leaves_pages == "yes", product)
