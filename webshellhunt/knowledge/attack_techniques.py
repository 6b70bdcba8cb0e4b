"""ATT&CK techniques of the rules, with their names and tactics in the supported version of MITRE ATT&CK."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Final, NamedTuple

from webshellhunt.knowledge.tables import data_file, read_table

ATTACK_VERSION: Final = "19"
"""The version of the enterprise matrix whose ids, names and tactics are shipped."""


class Tactic(NamedTuple):
    """A tactic: its id (``TA0003``), its short name (``persistence``, the phase of STIX), and its name."""

    id: str
    short_name: str
    name: str


@lru_cache(maxsize=1)
def load_techniques() -> Mapping[str, str]:
    """Load the shipped names of techniques by their ids."""
    return {row[0]: row[1] for row in read_table(data_file("attack_techniques.tsv")).rows}


@lru_cache(maxsize=1)
def load_tactics() -> tuple[Tactic, ...]:
    """Load the tactics of the enterprise matrix, in its order."""
    return tuple(Tactic(*row) for row in read_table(data_file("attack_tactics.tsv")).rows)


def tactics_of(technique: str) -> tuple[Tactic, ...]:
    """Return the tactics of a technique in the order of the matrix; none if the table lacks the technique."""
    return _tactics_by_technique().get(technique, ())


def technique_words(technique: str) -> str:
    """Return the id and the name of a technique; only the id if the table lacks it."""
    name = load_techniques().get(technique)
    return technique if name is None else f"{technique} {name}"


@lru_cache(maxsize=1)
def _tactics_by_technique() -> Mapping[str, tuple[Tactic, ...]]:
    tactics = {tactic.short_name: tactic for tactic in load_tactics()}
    rows = read_table(data_file("attack_techniques.tsv")).rows
    return {row[0]: tuple(tactics[name] for name in row[2].split("+")) for row in rows}
