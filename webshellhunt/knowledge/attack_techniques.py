"""ATT&CK techniques: the ones that our rules name, with their names in the version of MITRE ATT&CK that we follow."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from webshellhunt.knowledge.tables import data_file, read_table


@lru_cache(maxsize=1)
def load_techniques() -> Mapping[str, str]:
    """Load the shipped names of techniques by their ids."""
    return {row[0]: row[1] for row in read_table(data_file("attack_techniques.tsv")).rows}


def technique_words(technique: str) -> str:
    """Return the id of a technique with its name; the id alone where the name is not known here."""
    name = load_techniques().get(technique)
    return technique if name is None else f"{technique} {name}"
