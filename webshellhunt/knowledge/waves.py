"""Waves: the known exploitation campaigns, with their dates."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import date, timedelta
from functools import lru_cache

from webshellhunt.knowledge.cves import fix_public
from webshellhunt.knowledge.tables import data_file, read_table
from webshellhunt.model.patches import Wave
from webshellhunt.model.places import EXCHANGE_ROLES, Role
from webshellhunt.model.report import Host

EXCHANGE = "exchange"
SHAREPOINT = "sharepoint"

WINDOW = timedelta(days=90)
"""The length of a wave's window after the last of disclosure, fix and first use: a convention of this project.

Exploitation continues for years on unpatched servers; within the window a planting most likely belongs to the wave.
"""


@lru_cache(maxsize=1)
def load_waves() -> tuple[Wave, ...]:
    """Load the shipped waves, oldest first."""
    return tuple(map(_read, read_table(data_file("waves.tsv")).rows))


def iter_waves_at(day: date, products: Collection[str] = (EXCHANGE,)) -> Iterator[Wave]:
    """Yield the waves of some products that left pages and whose window contains a day."""
    for wave in load_waves():
        if wave.product in products and wave.leaves_pages and wave.first_use <= day <= wave.until:
            yield wave


def products_of(host: Host, roles: Iterable[Role]) -> frozenset[str]:
    """Return the products of a host, for the choice of waves; Exchange if none is found."""
    found = {EXCHANGE} if host.exchange else set()
    for role in roles:
        if role is Role.LAYOUTS:
            found.add(SHAREPOINT)
        elif role in EXCHANGE_ROLES:
            found.add(EXCHANGE)
    return frozenset(found or {EXCHANGE})


def products_at(role: Role, products: Collection[str]) -> Collection[str]:
    """Return the products that serve the directories of a role: its own product, else all of the host."""
    if role is Role.LAYOUTS:
        return (SHAREPOINT,)
    return (EXCHANGE,) if role in EXCHANGE_ROLES else products


def _read(row: Sequence[str]) -> Wave:
    slug, name, cves, first_use, disclosed, fix, leaves_pages, product, _ = row
    names, used, published = tuple(cves.split()), date.fromisoformat(first_use), date.fromisoformat(disclosed)
    public = [day for cve in names if (day := fix_public(cve)) is not None]
    fixed = date.fromisoformat(fix) if fix else max(public, default=published)
    until = max(used, published, fixed) + WINDOW
    return Wave(slug, name, names, used, published, fixed, until, leaves_pages == "yes", product)
