"""Records: the results of calls that ask a database.

Their content is that of a table, whoever asks for which row. A statement that the visitor writes from its beginning may
select his own text.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from webshellhunt.analysis.domain.queries import is_query
from webshellhunt.analysis.domain.taints import traces_of
from webshellhunt.analysis.domain.values import Opaque, Text, Thing, Value, options_of
from webshellhunt.lazy_pattern import lazy_pattern

_ASKING = frozenset(
    {"executereader", "executescalar", "executexmlreader", "executereaderasync", "executescalarasync", "openrecordset"}
)
"""Methods of commands and databases that return records."""
_OF_ADO = frozenset({"adodb.connection", "adodb.command"})
_FROM = lazy_pattern(r"\bfrom\s", re.IGNORECASE)
_APART = lazy_pattern(r"'[^']*+'|\"[^\"]*+\"|\[[^\]]*+\]|/\*(?:[^*]|\*(?!/))*+\*/|--[^\r\n]*+")
"""Texts, quoted names and comments of a statement."""
_SELECT = lazy_pattern(r"\bselect\b", re.IGNORECASE)
RECORD = Opaque("", ("database", "record"))


def is_record(names: tuple[str, ...], subject: Value, arguments: Sequence[Value]) -> bool:
    """True if a call returns records of a table: by its name, its object or its statement, and by that statement."""
    if not _asks(names, subject, arguments):
        return False
    given = [*(subject.fields.values() if subject.__class__ is Thing else (subject,)), *arguments]
    return all(_selects_from_table(option) for value in given if traces_of(value) for option in options_of(value))


def _selects_from_table(value: Value) -> bool:
    """True for a statement whose last ``select`` has its table before it has any text of the visitor."""
    if not traces_of(value):
        return True
    before = ""
    for part in value.parts if value.__class__ is Text else ():
        if traces_of(part):
            break
        before += part if isinstance(part, str) else ""
    last = _SELECT.split(_APART.sub(" ", before))[-1]
    return _FROM.search(last) is not None


def _asks(names: tuple[str, ...], subject: Value, arguments: Sequence[Value]) -> bool:
    if names[-1] != "execute":
        return names[-1] in _ASKING
    if subject.__class__ is Thing:
        return subject.type in _OF_ADO
    return len(names) > 1 and any(_is_statement(each) for value in arguments[:1] for each in options_of(value))


def _is_statement(value: Value) -> bool:
    first = value.parts[0] if value.__class__ is Text else value
    return isinstance(first, str) and is_query(first)
