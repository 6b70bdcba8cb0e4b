"""Functions of a unit: where each one is declared, with its parameters and its body."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence

from webshellhunt.code.declarations import first_of_name
from webshellhunt.code.lambdas import Lambda, iter_lambdas
from webshellhunt.code.unit import Function, Unit

MAX_NESTING = 30
NOT_FUNCTIONS = frozenset(
    {
        "if", "for", "while", "switch", "catch", "using", "lock", "foreach", "with", "elseif", "fixed", "do", "else",
        "new", "return",
    }
)  # fmt: skip
"""Words before brackets that call nothing, and declare nothing."""

DECLARING = frozenset({"function", "sub", "property"})
"""What begins a procedure of VB."""
_ACCESSORS = frozenset({"get", "set"})
PROPERTY = ("value",)
"""The parameters of a property: what it is set to."""
_MODIFIERS = frozenset({"byval", "byref", "optional", "paramarray"})


def find_functions(unit: Unit) -> list[Function]:
    """Find the functions of a unit, those nested deeper than anybody writes left out."""
    found = _find_vb_functions(unit) if unit.is_vb else _find_c_functions(unit)
    seen: Counter[str] = Counter()
    for place, function in enumerate(found):
        if seen[function.name]:
            found[place] = function._replace(number=seen[function.name])
        seen[function.name] += 1
    return found


def _find_vb_functions(unit: Unit) -> list[Function]:
    """Find ``Function``, ``Sub`` and ``Property`` with their bodies."""
    found: list[Function] = []
    pending: tuple[str, tuple[str, ...], int] | None = None
    values = unit.tokens.values
    starts = [start for start, _ in unit.statements]
    declaring = dict.fromkeys(bisect_right(starts, index) - 1 for index in unit.tokens.indexes_of(DECLARING))
    for start, end in (unit.statements[number] for number in declaring if number >= 0):
        start = _behind_attributes(unit, start, end)
        words = values[start : min(end, start + 6)]
        if DECLARING.isdisjoint(words):
            continue
        if words[0] == "end" and len(words) > 1 and words[1] in DECLARING:
            if pending is not None:
                found.append(Function(*pending, start))
                pending = None
            continue
        at = next(k for k, word in enumerate(words, start) if word in DECLARING)
        if unit.value(at - 1) in ("end", "exit") or any(unit.is_op(k, "=") for k in range(start, at)):
            continue
        name_at = name_behind(unit, at)
        if unit.is_name(name_at):
            if pending is not None:
                found.append(Function(*pending, start))
            pending = (unit.value(name_at), _parameters(unit, name_at + 1), end)
    if pending is not None:
        found.append(Function(*pending, len(unit.tokens)))
    return found


def name_behind(unit: Unit, at: int) -> int:
    """Return the token that should be the name which ``Function``, ``Sub`` or ``Property`` at a token declares."""
    return at + 2 if unit.value(at + 1) in ("get", "let", "set") and unit.is_name(at + 2) else at + 1


def _behind_attributes(unit: Unit, start: int, end: int) -> int:
    """Return where a declaration of VB begins behind ``<WebMethod()>`` in front of it."""
    while start < end and unit.is_op(start, "<"):
        start = next((at + 1 for at in range(start, end) if unit.is_op(at, ">")), end)
    return start


def _find_c_functions(unit: Unit) -> list[Function]:
    """Find ``name(…) {`` that isn't a control statement, and functions held in a variable or a property."""
    found = []
    for opener, closer in unit.match.items():
        if opener > closer or not unit.is_op(opener, "(") or not unit.is_name(opener - 1):
            continue
        body = closer + 1
        while (
            unit.is_op(body, ":")
            or (unit.is_name(body) and unit.is_op(body - 1, ":"))
            or unit.value(body) in (".", "[", "]")
        ):
            body += 1
        if not unit.is_op(body, "{") or body not in unit.match:
            continue
        name_at = opener - 1
        if unit.value(name_at) == "function" and unit.value(name_at - 1) in ("=", ":") and unit.is_name(name_at - 2):
            name_at -= 2
        name = unit.value(name_at)
        if name not in NOT_FUNCTIONS and not _is_made(unit, name_at):
            found.append(Function(name, _parameters(unit, opener), body, unit.match[body]))
    if unit.language == "c#":
        found += _properties(unit)
        found += _take_lambdas(unit, sorted(iter_lambdas(unit.tokens, unit.match), key=lambda each: each.start))
    return _to_depth(found)


def _is_made(unit: Unit, name_at: int) -> bool:
    """Tell whether a name is that of a type of which an object is made: ``new A.B(…) { C = … }``."""
    return unit.value(first_of_name(unit.tokens.values, name_at) - 1) == "new"


def _properties(unit: Unit) -> Iterator[Function]:
    """Yield the properties with bodies of their own: ``T Name { get { … } set { … } }``."""
    for index in unit.tokens.indexes_of(_ACCESSORS):
        opener = index - 1
        if unit.is_op(opener, "{") and unit.is_op(index + 1, "{") and opener in unit.match and unit.is_name(opener - 1):
            yield Function(unit.value(opener - 1), PROPERTY, opener, unit.match[opener])


def _take_lambdas(unit: Unit, lambdas: Sequence[Lambda]) -> list[Function]:
    """Return lambdas as functions; the one expression of a lambda becomes a statement of its own."""
    given = [(each.start, each.end) for each in lambdas if each.gives]
    if given:
        unit.part(place for pair in given for place in pair)
        unit.results = {start for start, _ in given}
    found = []
    for name_at, parameters_at, start, end, _ in lambdas:
        names: tuple[str, ...] = ()
        if parameters_at is not None:
            alone = unit.is_name(parameters_at)
            names = (unit.value(parameters_at),) if alone else _parameters(unit, parameters_at)
        found.append(Function(unit.value(name_at), names, start, end))
    return found


def _to_depth(functions: list[Function]) -> list[Function]:
    """Leave out what is nested deeper than anybody writes: each level reads its body again."""
    ends: list[int] = []
    deep: set[int] = set()
    for function in sorted(functions, key=lambda each: each.start):
        while ends and ends[-1] <= function.start:
            ends.pop()
        if len(ends) < MAX_NESTING:
            ends.append(function.end)
        else:
            deep.add(function.start)
    return [function for function in functions if function.start not in deep]


def owners_of(unit: Unit) -> list[str | None]:
    """Return for each token the scope of the innermost function whose body holds it."""
    owners: list[str | None] = [None] * len(unit.tokens)
    for function in sorted(unit.functions, key=lambda f: f.start - f.end):
        owners[function.start : function.end] = [function.scope] * (function.end - function.start)
    return owners


def enclosing(functions: Sequence[Function]) -> dict[str, tuple[str, ...]]:
    """Return the scopes of the functions around each one, the nearest first."""
    around: dict[str, tuple[str, ...]] = {}
    open_now: list[Function] = []
    for function in sorted(functions, key=lambda each: each.start):
        while open_now and open_now[-1].end <= function.start:
            open_now.pop()
        if open_now:
            around[function.scope] = tuple(each.scope for each in reversed(open_now[-MAX_NESTING:]))
        open_now.append(function)
    return around


def _parameters(unit: Unit, opener: int) -> tuple[str, ...]:
    """Return the parameter names of a declaration whose ``(`` is at ``opener``."""
    closer = unit.match.get(opener)
    if closer is None or not unit.is_op(opener, "("):
        return ()
    names: list[str] = []
    part: list[str] = []
    index = opener
    while index < closer:
        index = max(unit.match.get(index + 1, 0), index + 1)  # over inner brackets: a default, an attribute
        if unit.is_op(index, ",") or index == closer:
            if part:
                names.append(part[0] if unit.is_vb or unit.language == "jscript" else part[-1])
            part = []
        elif unit.is_name(index) and unit.value(index) not in _MODIFIERS and unit.value(index - 1) not in ("=", "."):
            part.append(unit.value(index))
    return tuple(names)
