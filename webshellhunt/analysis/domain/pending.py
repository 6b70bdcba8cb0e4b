"""Pending sequences: queries and iterators of .NET, which run each time that somebody asks for their items."""

from __future__ import annotations

from collections.abc import Iterable

from webshellhunt.analysis.domain.joining import choice
from webshellhunt.analysis.domain.values import Choice, Pending, Value


def forced(value: Value) -> Value:
    """Return a value whose items are there: a query or an iterator runs now."""
    if value.__class__ is Pending:
        return forced(value.make())
    if value.__class__ is Choice and any(each.__class__ is Pending for each in value.options):
        return choice([forced(each) for each in value.options])
    return value


def all_forced(values: Iterable[Value]) -> list[Value]:
    """Return values of which none is pending."""
    return [forced(each) if each.__class__ is Pending or each.__class__ is Choice else each for each in values]
