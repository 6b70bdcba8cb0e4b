"""Guards: calls that say of their argument that it is a number, or one of the texts of a collection."""

from __future__ import annotations

from webshellhunt.analysis.domain.arrays import known_items
from webshellhunt.analysis.domain.joining import choice
from webshellhunt.analysis.domain.taints import counted
from webshellhunt.analysis.domain.values import REST, Opaque, Thing, Value, is_known
from webshellhunt.analysis.execution.targets import write
from webshellhunt.analysis.library.arguments import UnsolvedError
from webshellhunt.analysis.library.containers import DICTIONARIES, LISTS, entries_of
from webshellhunt.analysis.library.patterns import regex_of
from webshellhunt.analysis.machine.machine import Machine
from webshellhunt.lang.operator_words import EQUAL, UNEQUAL
from webshellhunt.lang.tree import Argument, Binary, Call, Literal, Member, Name, Node, name_path

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
_SAME = frozenset({"lcase", "ucase", "trim", "ltrim", "rtrim", "cstr"})
_SAME_BY_METHOD = frozenset(
    {"tolower", "toupper", "tolowerinvariant", "toupperinvariant", "tolowercase", "touppercase", "trim", "tostring"}
)
"""Functions and methods whose result is their text, apart from its letter case and the blanks around it."""
_DEEPEST = 6
_COMPARING = frozenset({"compare", "compareordinal", "strcomp"})
_NO_NUMBER = "isnan"
_TESTING = frozenset({"test", "ismatch"})
_MATCHING = frozenset({"exec", "match"})
"""Methods of JScript that return a match, or null."""
_AMONG = frozenset({"exists", "containskey", "contains", "has", "includes", "containsvalue"})
_VALUES = frozenset({"containsvalue"})


def variable_in(node: Node | None) -> Name | None:
    """Return the variable that an expression is, apart from letter case and blanks around it; ``None`` for others."""
    for _ in range(_DEEPEST):
        if isinstance(node, Name):
            return node
        if isinstance(node, Argument):
            node = node.value
        elif isinstance(node, Call) and isinstance(node.callee, Name):
            is_same = node.callee.text.lower() in _SAME and len(node.arguments) == 1
            node = node.arguments[0] if is_same else None
        elif isinstance(node, Call) and not node.arguments:
            node = node.callee
        else:
            node = node.subject if isinstance(node, Member) and node.name.lower() in _SAME_BY_METHOD else None
    return None


def equal_sides(test: Call) -> tuple[Node, Node] | None:
    """Return the texts that a call says are equal: ``a.Equals(b)``, ``String.Equals(a, b)``."""
    callee, given = test.callee, test.arguments
    if not isinstance(callee, Member) or callee.subject is None or callee.name.lower() != "equals" or not given:
        return None
    is_static = isinstance(callee.subject, Name) and callee.subject.text.lower() in ("string", "object")
    return ((given[0], given[1]) if len(given) > 1 else None) if is_static else (callee.subject, given[0])


def compared_sides(test: Binary) -> tuple[Node, Node] | None:
    """Return the texts of which a comparison says whether they are the same: ``StrComp(a, b) = 0``."""
    call, bound = test.operands
    if not isinstance(call, Call) or not isinstance(bound, Literal) or bound.value.__class__ is not int or bound.value:
        return None
    name = name_path(call.callee)[-1:]
    if not name or test.operators[0] not in EQUAL | UNEQUAL:
        return None
    if name[0].lower() in _COMPARING and len(call.arguments) > 1:
        return call.arguments[0], call.arguments[1]
    subject = call.callee.subject if isinstance(call.callee, Member) else None
    is_method = name[0].lower() in ("compareto", "localecompare") and len(call.arguments) == 1
    return (subject, call.arguments[0]) if is_method and subject is not None else None


def guard(machine: Machine, test: Call, *, holds: bool) -> None:
    """Narrow the variable that a guard is about, in the branch where it holds."""
    names = tuple(each.lower() for each in name_path(test.callee))
    asked, last = _argument(test), names[-1] if names else ""
    if not holds:
        if last == _NO_NUMBER and asked is not None:
            _narrow(machine, asked, counted([machine.value(asked)]))
    elif isinstance(test.callee, Member) and (test.callee.name.lower() in _TESTING or is_matching(machine, test)):
        _matched(machine, test.callee, test)
    elif asked is None:
        return
    elif last in _NUMERIC or (last == "tryparse" and names[-2:-1] and names[-2] in _PARSED):
        _narrow(machine, asked, counted([machine.value(asked)]))
    elif isinstance(test.callee, Member) and test.callee.name.lower() in _AMONG and len(test.arguments) == 1:
        texts = _texts_of(machine.value(test.callee.subject), test.callee.name.lower())
        if texts is not None:
            _narrow(machine, asked, choice(texts) if texts else Opaque("string"))


def _narrow(machine: Machine, asked: Node, value: Value) -> None:
    """Assign a value to a variable, unless its own is known."""
    if not is_known(machine.value(asked)):
        write(machine, asked, value)


def _matched(machine: Machine, callee: Member, test: Call) -> None:
    """Narrow the variable that a regular expression matches: ``x.test(s)``, ``s.match(x)``, ``Regex.IsMatch(s, x)``."""
    asked = callee.subject if callee.name == "match" else _argument(test)
    if not isinstance(asked, Name):
        return
    others = [machine.value(each) for each in test.arguments[callee.name != "match" :]]
    try:
        regex = regex_of(*others) if others else regex_of(machine.value(callee.subject))
    except UnsolvedError:
        return
    value = regex.possible_whole(machine.value(asked))
    if value is not None:
        _narrow(machine, asked, value)


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
