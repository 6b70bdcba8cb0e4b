"""Guards: calls that say of their argument that it is a number, or one of a few texts."""

from __future__ import annotations

from webshellhunt.analysis.domain.arrays import known_items
from webshellhunt.analysis.domain.joining import choice
from webshellhunt.analysis.domain.taints import counted
from webshellhunt.analysis.domain.values import REST, ClassValue, Opaque, Reflected, Thing, Value, is_known
from webshellhunt.analysis.execution.equalities import plain_argument
from webshellhunt.analysis.execution.targets import write
from webshellhunt.analysis.library.arguments import option_of
from webshellhunt.analysis.library.containers import DICTIONARIES, LISTS, entries_of
from webshellhunt.analysis.library.digits import are_digits
from webshellhunt.analysis.library.words import words_of
from webshellhunt.analysis.machine.machine import Machine
from webshellhunt.lang.tree import Call, Member, Name, Node, name_path

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
_MATCHING = frozenset({"test", "ismatch", "match"})
_AMONG = frozenset({"exists", "containskey", "contains", "has", "includes", "containsvalue"})
_VALUES = frozenset({"containsvalue"})


def guard(machine: Machine, test: Call | Member, *, holds: bool) -> None:
    """Narrow the variable that a guard is about, in the branch where it holds."""
    if isinstance(test, Member):
        is_match = test.name.lower() == "success" and isinstance(test.subject, Call)
        call = test.subject if is_match else None
    else:
        call = test
    asked = _argument(call) if isinstance(call, Call) and holds else None
    if not isinstance(call, Call) or asked is None or is_known(value := machine.value(asked)):
        return
    narrowed = _narrowed(machine, call, value)
    if narrowed is not None:
        write(machine, asked, narrowed)


def _narrowed(machine: Machine, test: Call, value: Value) -> Value | None:
    """Return the value that the argument of a guard has where it holds, ``None`` where nothing is known."""
    names = tuple(each.lower() for each in name_path(test.callee))
    if names[-1:] and (names[-1] in _NUMERIC or (names[-1] == "tryparse" and names[-2:-1] and names[-2] in _PARSED)):
        return counted([value])
    if not isinstance(test.callee, Member):
        return None
    name = test.callee.name.lower()
    if name in _MATCHING:
        return _matched(machine, test, value)
    texts: list[Value] | None = None
    if name in _AMONG and len(test.arguments) <= 2:
        texts = _texts_of(machine.value(test.callee.subject), name)
    elif name == "isdefined" and len(test.arguments) == 2:
        texts = _names_of(machine.value(plain_argument(test.arguments[0])))
    return None if texts is None else choice(texts) if texts else Opaque("string")


def _matched(machine: Machine, test: Call, value: Value) -> Value | None:
    """Return a text that a regular expression matches as a whole: digits, or one of a few words."""
    subject = machine.value(test.callee.subject) if isinstance(test.callee, Member) else None
    if len(test.arguments) > 1:
        source = machine.value(test.arguments[1])
        is_of_lines = any("multiline" in option_of(machine.value(each)) for each in test.arguments[2:])
    elif subject.__class__ is Thing:
        fields = subject.fields
        source = fields.get("pattern", fields.get("source"))
        is_of_lines = "m" in str(fields.get("flags", "")) or fields.get("multiline", False) is not False
    else:
        return None
    if not isinstance(source, str) or is_of_lines:
        return None
    words = words_of(source)
    if words is not None:
        return choice(words.texts) if words.are_whole else None
    is_whole = source[:1] == "^" and source[-1:] == "$" and source[-2:] != "\\$"
    return counted([value]) if is_whole and are_digits(source) else None


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
    return node if isinstance(node, Name) else None


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
