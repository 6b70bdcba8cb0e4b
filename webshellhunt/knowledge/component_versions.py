"""Components of web applications: the versions of their libraries in which known vulnerabilities are open."""

from functools import lru_cache
from typing import NamedTuple

from webshellhunt.knowledge.tables import data_file, read_table

Version = tuple[int, ...]


class ComponentFix(NamedTuple):
    """One row of the table: ``cves`` are open from the version ``first`` on, and below ``fixed``."""

    file: str
    product: str
    first: Version
    fixed: Version
    cves: tuple[str, ...]
    source: str

    @property
    def fixed_in(self) -> str:
        """The version that closes them."""
        return ".".join(map(str, self.fixed))


@lru_cache(maxsize=1)
def load_component_fixes() -> dict[str, tuple[ComponentFix, ...]]:
    """Load the rows by the lower-case name of the library."""
    found: dict[str, tuple[ComponentFix, ...]] = {}
    for file, product, first, fixed, cves, source in read_table(data_file("component_versions.tsv")).rows:
        row = ComponentFix(file, product, _version(first), _version(fixed), tuple(cves.split()), source)
        found[file] = (*found.get(file, ()), row)
    return found


def open_holes(file: str, version: str) -> tuple[ComponentFix, ...]:
    """Return the rows that are open in a version of a library, the one with the newest fix last."""
    number = _version(version)
    rows = (row for row in load_component_fixes().get(file.lower(), ()) if row.first <= number < row.fixed)
    return tuple(sorted(rows, key=lambda row: row.fixed))


def _version(text: str) -> Version:
    return tuple(int(part) for part in text.split("."))
