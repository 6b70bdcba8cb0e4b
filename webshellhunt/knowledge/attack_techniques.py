"""ATT&CK techniques of the rules, with their names in the supported version of MITRE ATT&CK."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from webshellhunt.knowledge.tables import data_file, read_table


@lru_cache(maxsize=1)
def load_techniques() -> Mapping[str, str]:
    """Load the shipped names of techniques by their ids."""
    return {row[0]: row[1] for row in read_table(data_file("attack_techniques.tsv")).rows}


def technique_words(technique: str) -> str:
    """Return the id and the name of a technique; only the id if the table lacks it."""
    name = load_techniques().get(technique)
    return technique if name is None else f"{technique} {name}"
