"""Builds of Exchange: what each number is, when it was released, and where one that is not listed stands among them."""

from __future__ import annotations

import re
from bisect import bisect_right
from datetime import date
from functools import lru_cache
from typing import NamedTuple

from webshellhunt.knowledge.tables import data_file, read_table
from webshellhunt.lazy_pattern import late_pattern

Build = tuple[int, int, int, int]

_NUMBER = late_pattern(r"(\d{1,5})\.(\d{1,5})\.(\d{1,5})(?:\.(\d{1,5}))?", re.ASCII)
SUPPORT_ENDS = {
    "Exchange2010": date(2020, 10, 13),
    "Exchange2013": date(2023, 4, 11),
    "Exchange2016": date(2025, 10, 14),
    "Exchange2019": date(2025, 10, 14),
    "ExchangeSE": date(2035, 12, 31),
}
"""The end of Microsoft's support, paid extensions aside; that of SE is a placeholder of its vendor.

Source: Microsoft's lifecycle pages; CSS-Exchange.
"""


class KnownBuild(NamedTuple):
    """One row of the table: ``cu`` as the vendor says it (``CU23``, ``SP3 RU32``, ``RTM``), ``su`` the update on it."""

    number: Build
    product: str
    cu: str
    su: str
    released: date
    update: str

    @property
    def title(self) -> str:
        """Return cumulative and security update in words."""
        return f"{self.cu} {self.su}".strip()


class Placed(NamedTuple):
    """A build number in its place: the row that it is, or else the product and branch that it belongs to.

    ``known`` is ``None`` for a number that no row has; ``product`` and ``cu`` then come from its neighbours, and are
    ``None`` where these don't tell. ``standing`` says where it stands. ``newer_than_data`` is the day of the table
    where the number is above every one of its branch: what such a build fixes is not in the table.
    """

    number: Build
    known: KnownBuild | None
    product: str | None
    cu: str | None
    standing: str | None = None
    newer_than_data: date | None = None


class BuildTable(NamedTuple):
    """All known builds, in order; ``as_of`` is the day up to which the sources of the table were read."""

    rows: tuple[KnownBuild, ...]
    as_of: date

    def place(self, number: Build) -> Placed:
        """Return what a build is; an unknown one is compared by order, within its product's numbers."""
        same = [row for row in self.rows if row.number[:2] == number[:2]]
        at = bisect_right([row.number for row in same], number)
        below = same[at - 1] if at else None
        if below is None:
            return self._outside(number)
        if below.number == number:
            return Placed(number, below, below.product, below.cu)
        above = same[at] if at < len(same) else None
        before = f"{product_words(below.product)} {below.title}"
        in_branch = below.number[:3] == number[:3]
        cu = below.cu if in_branch else None
        if above is None or (in_branch and above.number[:3] != number[:3]):
            newest = "newest build of its branch" if in_branch else "newest build"
            standing = f"newer than {before}, the {newest} in this data (of {self.as_of})"
            return Placed(number, None, below.product, cu, standing, self.as_of)
        standing = f"between {before} and {product_words(above.product)} {above.title}"
        return Placed(number, None, below.product, cu, standing)

    def _outside(self, number: Build) -> Placed:
        """Return the place of a number that no product's numbers contain."""
        if number > self.rows[-1].number:
            standing = f"newer than every build in this data (of {self.as_of})"
            return Placed(number, None, None, None, standing, self.as_of)
        return Placed(number, None, None, None, f"none of the builds in this data (of {self.as_of})")

    def first_of_branch(self, branch: tuple[int, int, int]) -> Build:
        """Return the lowest build of a branch (``15.2.792``), with a zero at its end where none is known."""
        return next((row.number for row in self.rows if row.number[:3] == branch), (*branch, 0))

    def by_update(self, update: str, branch: tuple[int, int, int]) -> Build | None:
        """Return the build that an update (``KB5000871``) makes of a branch, or ``None``."""
        return next((r.number for r in self.rows if r.update == update and r.number[:3] == branch), None)


@lru_cache(maxsize=1)
def load_builds() -> BuildTable:
    """Load the shipped table."""
    table = read_table(data_file("exchange_builds.tsv"))
    if table.head.as_of is None:
        raise ValueError("exchange_builds.tsv")
    rows = []
    for number, product, cu, su, released, update, _ in table.rows:
        rows.append(KnownBuild(_required(number), product, cu, su, date.fromisoformat(released), update))
    return BuildTable(tuple(sorted(rows, key=lambda row: row.number)), table.head.as_of)


def find_build(text: str) -> Build | None:
    """Read a version of four numbers (leading zeros are nothing), or of three: the first build of that branch."""
    match = _NUMBER.fullmatch(text.strip())
    if match is None:
        return None
    first, second, third = int(match[1]), int(match[2]), int(match[3])
    if match[4] is None:
        return load_builds().first_of_branch((first, second, third))
    return first, second, third, int(match[4])


def product_words(product: str) -> str:
    """Write ``Exchange2019`` as people do."""
    return product.replace("Exchange", "Exchange ")


def written(number: Build) -> str:
    """Write a build as its vendor does."""
    return ".".join(map(str, number))


def _required(text: str) -> Build:
    number = find_build(text) if text.count(".") == 3 else None
    if number is None:
        raise ValueError(text)
    return number
