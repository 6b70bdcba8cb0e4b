"""Constants of the languages and of .NET, by their names in lower case."""

from __future__ import annotations

from webshellhunt.analysis.domain.values import Opaque, Value
from webshellhunt.analysis.library.decoders import ENCODINGS
from webshellhunt.analysis.library.knowledge import knowledge


def constant_of(names: tuple[str, ...], unsolved: object) -> Value:
    """Return the constant that dotted names mean, ``unsolved`` for other names."""
    tables = knowledge()
    if len(names) == 1:
        return tables.words.get(names[0], unsolved)
    owner, name = names[-2:]
    found = tables.constants.get(f"{owner}.{name}", unsolved)
    if found is not unsolved:
        return found
    if owner == "encoding" and name in ENCODINGS:
        return Opaque(f"encoding.{name}", ("encoding", name))
    if owner in tables.enumerations:
        return Opaque(owner, (owner, name))
    if owner in ("constants", "strings"):
        return tables.words.get(name, unsolved)
    return unsolved
