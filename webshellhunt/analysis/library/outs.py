"""Outs: the values that functions of the library assign to their arguments by reference."""

from __future__ import annotations

from webshellhunt.analysis.domain.comparing import BOOLEAN
from webshellhunt.analysis.domain.joining import choice
from webshellhunt.analysis.domain.values import NUMBER, Choice, Thing, Value, is_known
from webshellhunt.analysis.library.arguments import Runner, UnsolvedError
from webshellhunt.analysis.library.calls import UNSOLVED, attempt
from webshellhunt.analysis.library.containers import DICTIONARIES, LISTS, drop_entry, get_entry, take
from webshellhunt.analysis.library.dotnet.conversions import CONVERSIONS

_NUMBERS = frozenset({"datetime", "datetimeoffset", "timespan", "guid", "version", "date", "enum"})
_BOOLEANS = frozenset({"bool", "boolean"})
_TAKING = {"trydequeue": 0, "trypop": -1, "trytake": 0}
_RETURNING = _TAKING.keys() | {
    "exchange",
    "compareexchange",
    "tryparse",
    "tryparseexact",
    "trygetvalue",
    "tryremove",
}


def may_return_by_reference(name: str) -> bool:
    """True if a function of a name in lower case may assign to its argument by reference."""
    return name in _RETURNING


def out_of(machine: Runner, subject: Value, names: tuple[str, ...], arguments: list[Value]) -> Value:
    """Return the value that a call assigns to its argument by reference, `UNSOLVED` where that is not known.

    Args:
        machine: The run.
        subject: The value that a method belongs to, ``None`` for a static function.
        names: The dotted names of the function in lower case; of a method, its name is enough.
        arguments: The values of all arguments.
    """
    if subject.__class__ is Choice:
        found = [out_of(machine, each, names, arguments) for each in subject.options]
        return UNSOLVED if any(each is UNSOLVED for each in found) else choice(found)
    return attempt(machine, (), lambda: _out_of(machine, subject, names, arguments))


def _out_of(machine: Runner, subject: Value, names: tuple[str, ...], a: list[Value]) -> Value:
    last = names[-1]
    if names[-2:-1] == ("interlocked",) and last in ("exchange", "compareexchange"):
        return a[1] if last == "exchange" else choice([a[0], a[1]])
    if names[-2:] == ("array", "resize") and a[0].__class__ is Thing:
        return a[0]  # it was resized in its place
    if last in ("tryparse", "tryparseexact") and len(names) > 1:
        return _parsed(names[-2], a)
    if subject.__class__ is not Thing:
        raise UnsolvedError
    if subject.type in DICTIONARIES and last in ("trygetvalue", "tryremove"):
        found = get_entry(machine, subject, a[0], None)
        if last == "tryremove":
            drop_entry(machine, subject, a[0])
        return found
    if subject.type in LISTS and last in _TAKING:
        return take(machine, subject, _TAKING[last])
    raise UnsolvedError


def _parsed(owner: str, a: list[Value]) -> Value:
    """Return the value that ``TryParse`` assigns: 0 where the text is no number."""
    if owner in _BOOLEANS:
        return BOOLEAN
    function = CONVERSIONS.get(f"{owner}.parse")
    if function is None:
        if owner in _NUMBERS:
            return NUMBER
        raise UnsolvedError
    if not is_known(a[0]):
        return NUMBER
    try:
        return function(a[:1])
    except (UnsolvedError, ValueError):
        return 0
