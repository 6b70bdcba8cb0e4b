"""Observed: the arrivals of the evaluator of syntax trees, as judging reads them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice

from webshellhunt.analysis import observer
from webshellhunt.analysis.arrivals import MAX_FORMS, Arrival, Part, Shown
from webshellhunt.analysis.calling.outside.sources import OWN
from webshellhunt.analysis.calling.outside.stores import STORES
from webshellhunt.analysis.domain.taints import traces_of
from webshellhunt.analysis.domain.texts import concatenated
from webshellhunt.analysis.domain.values import Opaque, Tainted, Text, Thing, Value, is_known, options_of

_BY_VISITORS = STORES | {"request"}
_ITSELF = frozenset({"physicalpath", "filepath", "currentexecutionfilepath", "__file__"})
_SITE = frozenset({"physicalapplicationpath", "appdomainapppath", "applicationphysicalpath", "basedirectory"})
_ITS_VARIABLES = frozenset({"script_name", "path_translated", "path_info", "url"})
_MAPPING = "mappath"
_COMMANDS = frozenset({"sqlcommand", "oledbcommand", "odbccommand", "oraclecommand", "mysqlcommand"})
"""Types of statements of a database: an object that has a text is no text itself."""


def shown_arrivals(arrivals: Sequence[observer.Arrival]) -> list[Arrival]:
    """Return arrivals with their values as judging reads them."""
    return [
        Arrival(
            each.names,
            each.place,
            [shown(value) for value in each.arguments],
            shown(each.subject),
            each.is_assigned,
            each.is_made,
            {text: shown_arrivals(inner) for text, inner in each.inner.items()},
        )
        for each in arrivals
    ]


def shown(value: Value) -> Shown:
    """Return a value as judging reads it."""
    forms = islice(_forms_of(value), MAX_FORMS)
    is_doubtful = any(_may_be_of_visitor(each) for option in options_of(value) for each in _parts_of(option))
    return Shown(tuple(tuple(map(_part, form)) for form in forms), traces_of(value), is_doubtful)


def _forms_of(value: Value) -> Iterator[tuple[Value, ...]]:
    for option in options_of(value):
        if option.__class__ is not Text:
            yield (option,)
            continue
        forms: list[tuple[Value, ...]] = [()]
        for part in option.parts:
            ends = [_parts_of(each) for each in options_of(part)]
            forms = [(*form, *end) for form in forms for end in ends][:MAX_FORMS]
        yield from (_joined(form) for form in forms)


def _parts_of(value: Value) -> tuple[Value, ...]:
    return value.parts if value.__class__ is Text else (value,)


def _joined(form: tuple[Value, ...]) -> tuple[Value, ...]:
    """Return parts with neighbouring known texts as one."""
    return _parts_of(concatenated(form))


def _part(value: Value) -> str | Part:
    kind = value.__class__
    if isinstance(value, str):
        return str(value)
    if kind is Tainted:
        return Part(value.traces, value.form, value.type, is_object=value.type in _COMMANDS)
    if kind is Opaque:
        return _opaque(value)
    if kind is Thing:
        return Part(traces_of(value), "", value.type, is_object=value.type in _COMMANDS)
    return Part(word=str(value).lower()) if is_known(value) else Part(traces_of(value))


def _opaque(value: Opaque) -> Part:
    path = value.path
    if not path:
        return Part(type=value.type)
    own = path[1:] if path[0] in OWN else path
    return Part(
        type=value.type,
        word=path[-1],
        root=own[0] if own and not value.type else "",
        is_itself="request" in path and (path[-1] in _ITSELF or path[-1] in _ITS_VARIABLES),
        is_of_site=not _SITE.isdisjoint(path),
        is_site_root=path[-1] == _MAPPING,
    )


def _may_be_of_visitor(value: Value) -> bool:
    """True if a value is from a request or from the state across requests, and the run does not know which it is."""
    return value.__class__ is Opaque and not _BY_VISITORS.isdisjoint(value.path)
