"""Shapes: how the texts that arrive at a sink are put together, from the parts of their values.

A trace says that the visitor's text is *in* a value. For a path that is not enough: ``folder & number & ".xls"`` names
a table whatever the visitor sends, ``Request("path")`` any file of the server.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import islice

from webshellhunt.analysis.domain.taints import traces_of
from webshellhunt.analysis.domain.texts import concatenated
from webshellhunt.analysis.domain.traces import Trace
from webshellhunt.analysis.domain.values import FOUND, Opaque, Tainted, Text, Thing, Value, options_of
from webshellhunt.analysis.flow.flows import ITSELF, SHAPELESS, Shape
from webshellhunt.lazy_pattern import lazy_pattern

SHAPED = frozenset(
    {"evaluate", "write-path", "write-content", "read-path", "list-path", "database", "statement", "fetch"}
)
"""The kinds of sinks whose detectors ask how the text is put together."""
MAX_FORMS = 24
"""Alternatives of one value that are looked at."""
_FED = frozenset({"evaluate", "database", "statement", "fetch"})
_ITSELF = frozenset({"physicalpath", "filepath", "currentexecutionfilepath", "__file__"})
_SITE = frozenset({"physicalapplicationpath", "appdomainapppath", "applicationphysicalpath", "basedirectory"})
_ITS_VARIABLES = frozenset({"script_name", "path_translated", "path_info", "url"})
_MAPPING = "mappath"
_COMMANDS = frozenset({"sqlcommand", "oledbcommand", "odbccommand", "oraclecommand", "mysqlcommand"})
"""Types of statements of a database: an object that has a text is no text itself."""
_NOT_SERVED = "app_data"
_TOP = "~./\\"
_OPEN = lazy_pattern(
    r"\s*(?:[a-z][a-z0-9+.]*://(?:127\.0\.0\.1:|localhost:)?|\\\\[?.]\\|[a-z]:[\\/]*)?\s*", re.IGNORECASE
)
"""Text before a visitor's that leaves the choice to him: a scheme, this very machine, a drive, a long path."""

Parts = tuple[Value, ...]


def forms_of(value: Value) -> Iterator[Parts]:
    """Yield the alternatives of a value, each as the parts that it is put together of; bounded in number."""
    yield from islice(_forms_of(value), MAX_FORMS)


def _forms_of(value: Value) -> Iterator[Parts]:
    for option in options_of(value):
        if option.__class__ is not Text:
            yield (option,)
            continue
        forms: list[Parts] = [()]
        for part in option.parts:
            ends = [each for option in options_of(part) for each in _parts_of(option)]
            forms = [(*form, *end) for form in forms for end in ends][:MAX_FORMS]
        yield from ((_joined(form)) for form in forms)


def _parts_of(value: Value) -> list[Parts]:
    return [value.parts] if value.__class__ is Text else [(value,)]


def _joined(form: Parts) -> Parts:
    """Return parts with neighbouring known texts as one."""
    made = concatenated(form)
    return made.parts if made.__class__ is Text else (made,)


def shape_of(kind: str, values: Sequence[Value], token: int) -> Shape:
    """Return the shape of the first value with a trace, or of the first one.

    Args:
        kind: The kind of the sink; others than those of written files say nothing of endings.
        values: The arguments that count.
        token: The sink, as the place of the endings.
    """
    if not values or kind not in SHAPED:
        return SHAPELESS
    value = next((each for each in values if traces_of(each)), values[0])
    forms = [*forms_of(value)]
    found = [each for form in forms for each in _beginnings(form)]
    begins = {begin for begin, _ in found}
    is_whole = not begins.isdisjoint(("whole", "mapped"))
    endings = dict.fromkeys((token, _ending(form)) for form in forms) if kind == "write-path" else ()
    asks = kind in _FED and (is_whole or kind != "fetch")
    return Shape(
        is_whole=is_whole,
        is_mapped="mapped" in begins and "whole" not in begins,
        is_beside="beside" in begins,
        is_private="private" in begins,
        endings=tuple(endings),
        before=tuple(dict.fromkeys(each for form in forms for each in befores(form))) if asks else (),
        first=tuple(dict.fromkeys(trace for _, traces in found for trace in traces)),
    )


def befores(form: Parts) -> Iterator[str]:
    """Yield the known texts right before the visitor's text."""
    before = ""
    for part in form:
        if before and traces_of(part):
            yield before
        before = part if isinstance(part, str) else ""


def _ending(form: Parts) -> str | None:
    """Return the known text at the end of a value, ``None`` for anything else."""
    last = form[-1]
    if isinstance(last, str):
        return str(last) or None
    return ITSELF if _is_itself(last) else None


def _beginnings(form: Parts) -> Iterator[tuple[str, tuple[Trace, ...]]]:
    """Yield the beginnings of a text: the visitor's text with its traces, or a folder of the page without any."""
    is_mapped = False
    for at, part in enumerate(form):
        below = form[at + 1] if at + 1 < len(form) and isinstance(form[at + 1], str) else ""
        if _is_object(part):
            return
        if traces_of(part):
            if _form_of(part) == FOUND:
                return
            yield "mapped" if is_mapped or _form_of(part) == "mapped" else "whole", traces_of(part)
            return
        if isinstance(part, str):
            yield from ((each, ()) for each in _of_text(str(part), is_mapped=is_mapped or _is_mapped(form, at)))
            if at or _OPEN.fullmatch(part) is None:
                return
        elif _is_root(part):
            is_mapped = True
        elif _is_itself(part) or _is_of_site(part):
            yield "private" if _NOT_SERVED in below.lower() else "" if below.strip(_TOP) else "beside", ()
            return
        else:
            return


def _of_text(text: str, *, is_mapped: bool) -> Iterator[str]:
    if _NOT_SERVED in text.lower():
        yield "private"
    elif is_mapped and not text.strip(_TOP):
        yield "beside"


def _is_object(value: Value) -> bool:
    """True if a value is an object that has a visitor's text somewhere: it is no such text."""
    return value.__class__ in (Thing, Tainted) and value.type in _COMMANDS


def _is_mapped(form: Parts, at: int) -> bool:
    """True if the part after a text is below the site: the text is, too."""
    return at + 1 < len(form) and _form_of(form[at + 1]) == "mapped"


def _form_of(value: Value) -> str:
    return str(value.form) if value.__class__ is Tainted else ""


def _is_root(value: Value) -> bool:
    """True if a value is the top of the site on the disk, as the beginning of a mapped path."""
    return value.__class__ is Opaque and value.path[-1:] == (_MAPPING,)


def _is_itself(value: Value) -> bool:
    """True if a value is the path of the page."""
    if value.__class__ is not Opaque or "request" not in value.path:
        return False
    return value.path[-1] in _ITSELF or value.path[-1] in _ITS_VARIABLES


def _is_of_site(value: Value) -> bool:
    return value.__class__ is Opaque and not _SITE.isdisjoint(value.path)
