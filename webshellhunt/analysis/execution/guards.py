"""Guards: calls that say of their argument that it is a number, or one of the texts of a collection."""

from __future__ import annotations

from webshellhunt.analysis.domain.arrays import known_items
from webshellhunt.analysis.domain.joining import choice
from webshellhunt.analysis.domain.taints import counted
from webshellhunt.analysis.domain.values import REST, Opaque, Thing, Value, is_known
from webshellhunt.analysis.execution.targets import write
from webshellhunt.analysis.library.containers import DICTIONARIES, LISTS, entries_of
from webshellhunt.analysis.library.digits import are_digits
from webshellhunt.analysis.machine.machine import Machine
from webshellhunt.lang.tree import Argument, Call, Member, Name, Node, name_path

_NUMERIC = frozenset({"isnumeric", "isdate"})
_PARSED = frozenset(
    {
        "int",
        "int32",
        "int64",
        "integer",
        "long",
        "short",
        "byte",
        "double",
        "decimal",
        "single",
        "guid",
        "date",
        "datetime",
    }
)
_MATCHING = frozenset({"test", "ismatch"})
_AMONG = frozenset({"exists", "containskey", "contains", "has", "includes", "containsvalue"})
_VALUES = frozenset({"containsvalue"})


def guard(machine: Machine, test: Call, *, holds: bool) -> None:
    """Narrow the variable that a guard is about, in the branch where it holds."""
    names = tuple(each.lower() for each in name_path(test.callee))
    asked = _argument(test)
    if not holds or asked is None:
        return
    if names[-1:] and (names[-1] in _NUMERIC or (names[-1] == "tryparse" and names[-2:-1] and names[-2] in _PARSED)):
        if not is_known(value := machine.value(asked)):
            write(machine, asked, counted([value]))
    elif isinstance(test.callee, Member) and test.callee.name.lower() in _MATCHING:
        if _lets_digits_through(machine, test) and not is_known(value := machine.value(asked)):
            write(machine, asked, counted([value]))
    elif isinstance(test.callee, Member) and test.callee.name.lower() in _AMONG and len(test.arguments) == 1:
        texts = _texts_of(machine.value(test.callee.subject), test.callee.name.lower())
        if texts is not None and not is_known(machine.value(asked)):
            write(machine, asked, choice(texts) if texts else Opaque("string"))


def _lets_digits_through(machine: Machine, test: Call) -> bool:
    """True if a call asks whether a text has nothing but digits, by a regular expression."""
    subject = machine.value(test.callee.subject) if isinstance(test.callee, Member) else None
    if len(test.arguments) > 1:
        source = machine.value(test.arguments[1])
    elif subject.__class__ is Thing:
        source = subject.fields.get("pattern", subject.fields.get("source"))
    else:
        return False
    is_whole = isinstance(source, str) and source[:1] == "^" and source[-1:] == "$" and source[-2:] != "\\$"
    return is_whole and are_digits(str(source))


def is_found(machine: Machine, operator: str, bound: Node) -> bool | None:
    """Return whether a comparison of a place says that something is there; ``None`` where it says nothing."""
    limit = machine.value(bound)
    if (operator, limit) in ((">=", 0), (">", -1), ("<>", -1), ("!=", -1), ("!==", -1)):
        return True
    return False if (operator, limit) in (("<", 0), ("=", -1), ("==", -1), ("===", -1)) else None


def guard_place(machine: Machine, call: Call, *, holds: bool) -> None:
    """Narrow the variable that ``IndexOf`` looks for in a collection."""
    if not holds or not isinstance(call.callee, Member) or call.callee.name.lower() != "indexof":
        return
    is_static = len(call.arguments) == 2 and name_path(call.callee)[-2:-1] in (("array",), ("Array",))
    asked = call.arguments[1] if is_static else call.arguments[0] if len(call.arguments) == 1 else None
    if isinstance(asked, Name) and not is_known(machine.value(asked)):
        texts = _texts_of(machine.value(call.arguments[0] if is_static else call.callee.subject), "indexof")
        if texts is not None:
            write(machine, asked, choice(texts) if texts else Opaque("string"))


def _argument(test: Call) -> Node | None:
    """Return the first argument of a call, if it is a variable."""
    first = test.arguments[0] if test.arguments else None
    node = first.value if isinstance(first, Argument) else first
    return node if isinstance(node, Name) else None


def _texts_of(value: Value, name: str) -> list[Value] | None:
    """Return the values of a collection, ``None`` where they are not known."""
    if value.__class__ is not Thing or value.symbol is not None or REST in value.fields:
        return None
    if value.type in DICTIONARIES:
        entries = entries_of(value)
        found = [*(entries.values() if name in _VALUES else entries)]
    elif value.type in LISTS:
        found = known_items(value) or []
    else:
        return None
    return found if all(map(is_known, found)) else None
