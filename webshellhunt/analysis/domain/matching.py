"""Matching: whether a value fits a pattern, and the variables that a pattern declares."""

from __future__ import annotations

from webshellhunt.analysis.calling.items import get_item
from webshellhunt.analysis.calling.objects import get_member
from webshellhunt.analysis.domain.arrays import array_of
from webshellhunt.analysis.domain.operators import binary
from webshellhunt.analysis.domain.runtime_types import is_of_type
from webshellhunt.analysis.domain.values import Choice, Thing, Value, is_known
from webshellhunt.analysis.execution.conditions.equalities import tidied
from webshellhunt.analysis.execution.deconstruction import parts_of
from webshellhunt.analysis.execution.targets import declare, write
from webshellhunt.analysis.machine.machine import Machine
from webshellhunt.lang.tree import SLICE, Declaration, Name, Node, Pattern


def matches(machine: Machine, pattern: Pattern, value: Value) -> bool | None:
    """Return whether a value fits a pattern, ``None`` where that is not known."""
    if value.__class__ is Choice:
        answers = {matches(machine, pattern, option) for option in value.options}
        return answers.pop() if len(answers) == 1 else None
    answer = _matches(machine, pattern, value)
    if pattern.also is not None:
        answer = _both(answer, matches(machine, pattern.also, value))
    if pattern.alternatives:
        others = [matches(machine, each, value) for each in pattern.alternatives]
        answers = {answer, *others} if _says_anything(pattern) else {*others}
        answer = True if True in answers else None if None in answers else False
    return None if answer is None else answer is not pattern.is_negated


def _says_anything(pattern: Pattern) -> bool:
    return pattern.type is not None or pattern.value is not None or bool(pattern.parts)


def _both(left: bool | None, right: bool | None) -> bool | None:
    return False if left is False or right is False else None if left is None or right is None else True


def _matches(machine: Machine, pattern: Pattern, value: Value) -> bool | None:
    answer: bool | None = True
    if pattern.type is not None and pattern.type.name != "var":
        answer = is_of_type(machine, value, pattern.type)
    if pattern.value is not None:
        answer = _both(answer, _compares(machine, pattern, value))
    if answer is False or (pattern.parts and value is None):
        return False
    if _is_positional(pattern) and value.__class__ is not Thing:
        return None
    members = _members(machine, pattern, value)
    if members is None:
        return False
    for (_, part), member in zip(pattern.parts, members, strict=True):
        answer = _both(answer, matches(machine, part, member))
    return answer


def _is_positional(pattern: Pattern) -> bool:
    return bool(pattern.parts) and (not pattern.parts[0][0] or any(name == SLICE for name, _ in pattern.parts))


def _members(machine: Machine, pattern: Pattern, value: Value) -> list[Value] | None:
    """Return the value of each part of a pattern, ``None`` where a list has too many items or too few."""
    count = len(pattern.parts)
    if not _is_positional(pattern):
        return [_member(machine, value, name, pattern.start) for name, _ in pattern.parts]
    items = parts_of(machine, value, count) if value.__class__ is Thing else None
    at = next((at for at, (name, _) in enumerate(pattern.parts) if name == SLICE), None)
    if items is None:
        return [get_item(machine, value, [each], pattern.start) for each in range(count)]
    if at is None:
        return items if len(items) == count else None
    behind = len(items) - (count - 1 - at)
    return [*items[:at], array_of(items[at:behind]), *items[behind:]] if behind >= at else None


def _member(machine: Machine, value: Value, name: str, token: int) -> Value:
    """Return a property of a value, or one of a property: ``A.B``."""
    for each in name.split("."):
        value = get_member(machine, value, each, token) if value is not None else None
    return value


def _compares(machine: Machine, pattern: Pattern, value: Value) -> bool | None:
    bound = machine.value(pattern.value)
    if pattern.last is not None:
        last = machine.value(pattern.last)
        low = binary(value, ">=", bound, machine.language)
        high = binary(value, "<=", last, machine.language)
        return _both(low if low.__class__ is bool else None, high if high.__class__ is bool else None)
    is_strict = machine.language == "jscript" and pattern.operator == "=="
    answer = binary(value, "===" if is_strict else pattern.operator, bound, machine.language)
    return answer if answer.__class__ is bool else None


def bind(machine: Machine, pattern: Pattern, value: Value, asked: Node) -> None:
    """Give the variables of a pattern their values, where the value fits it."""
    if pattern.name and pattern.name != "_":
        declare(machine, Declaration(pattern.start, pattern.end, pattern.name, pattern.type), value)
    for (_, part), member in zip(pattern.parts, _members(machine, pattern, value) or (), strict=False):
        bind(machine, part, member, asked)
    for each in (*pattern.alternatives, *([pattern.also] if pattern.also is not None else [])):
        bind(machine, each, value, asked)
    is_equal = pattern.value is not None and pattern.operator in ("=", "==") and pattern.last is None
    if is_equal and isinstance(variable := tidied(asked), Name):
        known = machine.value(pattern.value)
        if is_known(known) and not is_known(value):
            write(machine, variable, known)
