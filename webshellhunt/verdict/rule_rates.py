"""Rule rates: on how many measured files each rule has findings, honest ones and shells.

``rule_rates.tsv`` is made by ``tools/rule_rates.py``: a row of the numbers of files and pages, then a row a rule.
"""

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

TABLE = Path(__file__).with_name("rule_rates.tsv")
MOST_OF_PAGES = 1_000
"""A rule that accuses more than one honest page in so many never does so alone."""


class Rate(NamedTuple):
    """The files of one rule.

    ``found`` are those with a finding of it above information, ``accusing`` those with findings of it that are grave
    enough to accuse a file by themselves, ``alone`` those that would not be accused without it.
    """

    found: int = 0
    accusing: int = 0
    alone: int = 0


class Measured(NamedTuple):
    """The rates of all rules over some files: how many there are, how many of them are pages, and a rate by rule."""

    files: int
    pages: int
    rates: Mapping[str, Rate]

    @property
    def frequent(self) -> frozenset[str]:
        """The ids of the rules that accuse more than one page in a thousand."""
        return frozenset(rule for rule, rate in self.rates.items() if rate.accusing * MOST_OF_PAGES > self.pages)


def read_table(path: Path = TABLE) -> tuple[Measured, Measured]:
    """Return the rates over honest files, and those over shells."""
    lines = path.read_text(encoding="utf-8").splitlines()
    (_, *sizes), *rows = (line.split("\t") for line in lines if line[:1] != "#")
    numbers = {rule: [*map(int, each)] for rule, *each in rows}
    honest, shells = ({rule: Rate(*each[at : at + 3]) for rule, each in numbers.items()} for at in (0, 3))
    files, pages, shell_files, shell_pages = map(int, sizes)
    return Measured(files, pages, honest), Measured(shell_files, shell_pages, shells)


@lru_cache(maxsize=1)
def frequent_rules() -> frozenset[str]:
    """Return the ids of the rules that accuse too many of the measured honest pages to accuse one alone."""
    return read_table()[0].frequent
