"""Records: the results of calls that ask a database. Their content is that of the database, whoever asks for which."""

from __future__ import annotations

from collections.abc import Sequence

from webshellhunt.analysis.domain.queries import is_query
from webshellhunt.analysis.domain.values import Opaque, Text, Thing, Value, options_of

_ASKING = frozenset(
    {"executereader", "executescalar", "executexmlreader", "executereaderasync", "executescalarasync", "openrecordset"}
)
"""Methods of commands and databases that return records."""
_OF_ADO = frozenset({"adodb.connection", "adodb.command"})
RECORD = Opaque("", ("database", "record"))


def is_record(names: tuple[str, ...], subject: Value, arguments: Sequence[Value]) -> bool:
    """True if a call returns records of a database: by its name, by its object, or by its statement."""
    if names[-1] != "execute":
        return names[-1] in _ASKING
    if subject.__class__ is Thing:
        return subject.type in _OF_ADO
    return len(names) > 1 and any(_is_statement(each) for value in arguments[:1] for each in options_of(value))


def _is_statement(value: Value) -> bool:
    first = value.parts[0] if value.__class__ is Text else value
    return isinstance(first, str) and is_query(first)
