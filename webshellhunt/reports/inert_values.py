"""Inert values: the texts of the model without whole words of code.

Evidence quotes the attacker: a user agent, a URL, a file name, a field of a log. Antivirus that finds such a text in a
report would delete the report.
"""

from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass, replace
from datetime import date, datetime
from functools import cache
from operator import is_
from typing import Any, Final, TypeVar

from webshellhunt.defang import inert
from webshellhunt.model.verdict import Verdict
from webshellhunt.reports.redaction import Redaction

T = TypeVar("T")

_VERBATIM: Final = frozenset({"excerpt", "secrets", "act", "acts", "sha256"})
"""Fields that stay: excerpts have a form of their own, which a saved report undoes."""


_WITHOUT_TEXT: Final = frozenset({int, bool, float, type(None), datetime, date})


def inert_values(value: T) -> T:
    """Return a value of the model with inert texts; the value itself if it has no other."""
    return with_texts(value, inert)


def with_texts(value: T, text: Callable[[str], str]) -> T:
    """Return a value of the model with each text as ``text`` returns it, but for excerpts."""
    made: T = _converted(value, text)
    return made


def inert_verdict(verdict: Verdict, *, show_secrets: bool) -> Verdict:
    """Return a verdict with inert texts; one that changes loses its secrets before, since later none is found in it."""

    def text(original: str) -> str:
        if inert(original) == original:
            return original
        return inert(Redaction(verdict, show_secrets=show_secrets).text(original))

    return with_texts(verdict, text)


def _converted(value: Any, text: Callable[[str], str]) -> Any:  # noqa: ANN401 - any value of the model
    kind: Any = type(value)
    if kind is str:
        return text(value)
    if kind in _WITHOUT_TEXT:
        return value
    if kind is tuple:
        made = tuple([_converted(each, text) for each in value])
        return value if all(map(is_, made, value)) else made
    names = _names(kind)
    if names:
        changes = _changes(value, names, text)
        if not changes:
            return value
        return replace(value, **changes) if is_dataclass(kind) else value._replace(**changes)
    if isinstance(value, Mapping):
        mapped = {text(name): _converted(each, text) for name, each in value.items()}
        return value if all(mapped.get(name) is each for name, each in value.items()) else mapped
    return value


def _changes(value: object, names: tuple[str, ...], text: Callable[[str], str]) -> dict[str, Any]:
    changes = {}
    for name in names:
        old = getattr(value, name)
        new = _converted(old, text)
        if new is not old:
            changes[name] = new
    return changes


@cache
def _names(kind: type) -> tuple[str, ...]:
    """Return the fields of a class of the model that may have texts; none for another class."""
    names = [each.name for each in fields(kind)] if is_dataclass(kind) else getattr(kind, "_fields", ())
    return tuple(name for name in names if name not in _VERBATIM)
