"""Guards: calls that say of their argument that it is a number, or one of a few texts."""

from __future__ import annotations

from webshellhunt.analysis.domain.arrays import known_items
from webshellhunt.analysis.domain.joining import choice
from webshellhunt.analysis.domain.taints import counted
from webshellhunt.analysis.domain.values import REST, ClassValue, Opaque, Reflected, Thing, Value, is_known
from webshellhunt.analysis.execution.conditions.equalities import plain_argument, tidied
from webshellhunt.analysis.execution.targets import write
from webshellhunt.analysis.library.arguments import UnsolvedError
from webshellhunt.analysis.library.containers import DICTIONARIES, LISTS, entries_of
from webshellhunt.analysis.library.patterns import regex_of
from webshellhunt.analysis.machine.machine import Machine
from webshellhunt.lang.tree import Call, Member, Name, Node, name_path

_NUMERIC = frozenset({"isnumeric", "isdate"})
_DIGITS = frozenset({"isdigit", "isnumber"})
"""Functions that ask if a character is a digit."""
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
_NO_NUMBER = "isnan"
_TESTING = frozenset({"test", "ismatch"})
_MATCHING = frozenset({"exec", "match"})
"""Methods of JScript that return a match, or null."""
_AMONG = frozenset({"exists", "containskey", "contains", "has", "includes", "containsvalue"})
_VALUES = frozenset({"containsvalue"})


def guard(machine: Machine, test: Call | Member, *, holds: bool) -> None:
    """Narrow the variable that a guard is about, in the branch where it holds."""
    if isinstance(test, Member):  # ``Regex.Match(x, y).Success``
        if isinstance(test.subject, Call) and test.name.lower() == "success" and holds:
            _matched(machine, test.subject)
        return
    name = test.callee.name.lower() if isinstance(test.callee, Member) else ""
    if holds and (name in _TESTING or is_matching(machine, test)):
        _matched(machine, test)
        return
    asked = _argument(test)
    if asked is None or is_known(value := machine.value(asked)):
        return
    narrowed = _narrowed(machine, test, value, holds=holds)
    if narrowed is not None:
        write(machine, asked, narrowed)


def _narrowed(machine: Machine, test: Call, value: Value, *, holds: bool) -> Value | None:
    """Return the value that the argument of a guard has where it holds, ``None`` where nothing is known."""
    names = tuple(each.lower() for each in name_path(test.callee))
    last = names[-1] if names else ""
    if last == _NO_NUMBER:
        return None if holds else counted([value])
    if not holds:
        return None
    if last in _NUMERIC or (last == "tryparse" and names[-2:-1] and names[-2] in _PARSED):
        return counted([value])
    if last in _DIGITS:
        return Opaque("char")
    texts = _allowed(machine, test)
    return None if texts is None else choice(texts) if texts else Opaque("string")


def _is_own_object(value: Value) -> bool:
    return value.__class__ is Thing and value.symbol is not None


def _allowed(machine: Machine, test: Call) -> list[Value] | None:
    """Return the texts of a collection or an enumeration that a guard looks in, ``None`` where they are not known."""
    name = test.callee.name.lower() if isinstance(test.callee, Member) else ""
    if isinstance(test.callee, Member) and name in _AMONG and len(test.arguments) <= 2:
        if any(_is_own_object(machine.value(plain_argument(each))) for each in test.arguments[1:]):
            return None  # a comparer of the page, by which anything may be equal
        return _texts_of(machine.value(test.callee.subject), name)
    if name == "isdefined" and len(test.arguments) == 2:
        return _names_of(machine.value(plain_argument(test.arguments[0])))
    return None


def _matched(machine: Machine, test: Call) -> None:
    """Narrow the variable that a regular expression matches: ``x.test(s)``, ``s.match(x)``, ``Regex.IsMatch(s, x)``."""
    callee = test.callee
    if not isinstance(callee, Member):
        return
    is_of_text = callee.name == "match"
    asked = callee.subject if is_of_text else _argument(test)
    if not isinstance(asked, Name) or is_known(value := machine.value(asked)):
        return
    others = [machine.value(each) for each in test.arguments[not is_of_text :]]
    try:
        regex = regex_of(*others) if others else regex_of(machine.value(callee.subject))
    except UnsolvedError:
        return
    found = regex.possible_whole(value)
    if found is not None:
        write(machine, asked, found)


def is_matching(machine: Machine, test: Call) -> bool:
    """True if a call returns a match of a regular expression of JScript."""
    return machine.language == "jscript" and isinstance(test.callee, Member) and test.callee.name in _MATCHING


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
    """Return the argument that a call asks about, if it is a variable: the first one, or that of ``IsDefined``."""
    is_defined = isinstance(test.callee, Member) and test.callee.name.lower() == "isdefined"
    node = plain_argument(test.arguments[is_defined]) if len(test.arguments) > is_defined else None
    name = None if node is None else tidied(node)
    return name if isinstance(name, Name) else None


def _names_of(value: Value) -> list[Value] | None:
    """Return the names of the members of an enumeration."""
    owner = value.owner if value.__class__ is Reflected else value
    if owner.__class__ is not ClassValue or owner.symbol.kind != "enum":
        return None
    return [each.name for each in owner.symbol.fields.values()]


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
