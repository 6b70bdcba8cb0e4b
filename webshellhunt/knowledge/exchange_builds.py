"""Builds of Exchange: product, update and release date of each number, and the neighbours of an unlisted one."""

import re
from bisect import bisect_right
from datetime import date
from functools import lru_cache
from typing import NamedTuple

from webshellhunt.knowledge.tables import data_file, read_table
from webshellhunt.lazy_pattern import lazy_pattern

Build = tuple[int, int, int, int]

_NUMBER = lazy_pattern(r"(\d{1,5})\.(\d{1,5})\.(\d{1,5})(?:\.(\d{1,5}))?", re.ASCII)
SUPPORT_ENDS = {
    "Exchange2010": date(2020, 10, 13),
    "Exchange2013": date(2023, 4, 11),
    "Exchange2016": date(2025, 10, 14),
    "Exchange2019": date(2025, 10, 14),
    "ExchangeSE": date(2035, 12, 31),
}
"""The end of Microsoft's support without paid extensions; the date for SE is the vendor's placeholder.

Source: Microsoft's lifecycle pages; CSS-Exchange; for 2016 and 2019
https://techcommunity.microsoft.com/blog/exchange/support-for-exchange-server-2016-and-exchange-server-2019-ends-today/4461192
"""
PAID_SUPPORT_ENDS = {"Exchange2016": date(2026, 10, 31), "Exchange2019": date(2026, 10, 31)}
"""The end of the paid Extended Security Updates: a first period until 14 April 2026, a last one from May to October.

Source:
https://techcommunity.microsoft.com/blog/exchange/announcing-exchange-2016--2019-extended-security-update-program/4433495
https://techcommunity.microsoft.com/blog/exchange/announcing-period-2-exchange-20162019-extended-security-update-esu-program/4511603
"""
GETS_NO_UPDATES = "it gets no more updates"
"""The end of the words about a product that nobody gets updates for, paid or not."""
_PLACEHOLDER = date(2035, 1, 1)
_PAID = "the paid Extended Security Updates"


class KnownBuild(NamedTuple):
    """One row of the table: ``cu`` in the vendor's spelling (``CU23``, ``SP3 RU32``, ``RTM``), ``su`` its update."""

    number: Build
    product: str
    cu: str
    su: str
    released: date
    update: str

    @property
    def title(self) -> str:
        """Return the names of the cumulative and the security update, such as ``CU6 Mar21SU``."""
        return f"{self.cu} {self.su}".strip()


class Placed(NamedTuple):
    """A build number with its row in the table, or with the product and branch of its neighbours.

    ``known`` is ``None`` for a number without a row; ``product`` and ``cu`` then come from its neighbours, and are
    ``None`` if these do not decide it. ``standing`` names the neighbours in words. ``newer_than_data`` is the day of
    the table if the number is above all of its branch: the fixes of such a build are not in the table.
    """

    number: Build
    known: KnownBuild | None
    product: str | None
    cu: str | None
    standing: str | None = None
    newer_than_data: date | None = None


class BuildTable(NamedTuple):
    """All known builds in order; ``as_of`` is the day on which the sources of the table were read."""

    rows: tuple[KnownBuild, ...]
    as_of: date

    def place(self, number: Build) -> Placed:
        """Return the place of a build; an unlisted one is ordered among the numbers of its product."""
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
        """Return the place of a number outside of all products."""
        if number > self.rows[-1].number:
            standing = f"newer than every build in this data (of {self.as_of})"
            return Placed(number, None, None, None, standing, self.as_of)
        return Placed(number, None, None, None, f"none of the builds in this data (of {self.as_of})")

    def first_of_branch(self, branch: tuple[int, int, int]) -> Build:
        """Return the lowest build of a branch (``15.2.792``); a zero is appended if none is known."""
        return next((row.number for row in self.rows if row.number[:3] == branch), (*branch, 0))

    def by_update(self, update: str, branch: tuple[int, int, int]) -> Build | None:
        """Return the build of a branch after an update (``KB5000871``), or ``None``."""
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
    """Read a version of four numbers, with or without leading zeros; of three: the first build of that branch."""
    match = _NUMBER.fullmatch(text.strip())
    if match is None:
        return None
    first, second, third = int(match[1]), int(match[2]), int(match[3])
    if match[4] is None:
        return load_builds().first_of_branch((first, second, third))
    return first, second, third, int(match[4])


def support_words(product: str, on: date) -> str | None:
    """Return in words whether Microsoft supports a product on a day; ``None`` if that is unknown."""
    ends, paid = SUPPORT_ENDS.get(product), PAID_SUPPORT_ENDS.get(product)
    name = product_words(product)
    if ends is None:
        return None
    if on <= ends:
        return f"{name} is in support" + (f" until {ends}" if ends < _PLACEHOLDER else "")
    gone = f"{name} is out of support since {ends}"
    if paid is None:
        return f"{gone}: {GETS_NO_UPDATES}"
    if on <= paid:
        return f"{gone}; only customers with {_PAID}, which end in {paid:%B %Y}, get updates"
    return f"{gone}; {_PAID} ended in {paid:%B %Y}: {GETS_NO_UPDATES}"


def product_words(product: str) -> str:
    """Return ``Exchange2019`` as ``Exchange 2019``."""
    return product.replace("Exchange", "Exchange ")


def written(number: Build) -> str:
    """Return a build in the vendor's notation."""
    return ".".join(map(str, number))


def _required(text: str) -> Build:
    number = find_build(text) if text.count(".") == 3 else None
    if number is None:
        raise ValueError(text)
    return number
