"""Conditions on a record of a log, as a tree: what a rule of another language comes down to. They pickle."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from ipaddress import IPv4Network, IPv6Network, ip_address
from typing import Final, Protocol

from webshellhunt.model.traffic import Record

LONGEST_TESTED: Final = 16 * 1024
"""The most characters of a value that an expression is searched in."""

ADDRESS: Final = "address"
"""The name of the address with its query, which most logs have in two columns."""


class Condition(Protocol):
    """A condition on a record."""

    def holds(self, record: Record) -> bool:
        """Return True if a record meets the condition."""
        ...


@dataclass(frozen=True, slots=True)
class AllOf:
    """All of some conditions."""

    parts: tuple[Condition, ...]

    def holds(self, record: Record) -> bool:
        """Return True if a record meets all of them."""
        return all(each.holds(record) for each in self.parts)


@dataclass(frozen=True, slots=True)
class AnyOf:
    """At least one of some conditions."""

    parts: tuple[Condition, ...]

    def holds(self, record: Record) -> bool:
        """Return True if a record meets one of them."""
        return any(each.holds(record) for each in self.parts)


@dataclass(frozen=True, slots=True)
class NotThis:
    """The opposite of a condition."""

    part: Condition

    def holds(self, record: Record) -> bool:
        """Return True if a record does not meet it."""
        return not self.part.holds(record)


@dataclass(frozen=True, slots=True)
class Matches:
    """An expression that is found in a value, or, without a column, in the whole row.

    ``literal`` is a text in lower case that each row with a match has; empty if none is known.
    """

    column: str | None
    expression: re.Pattern[str]
    literal: str = ""

    def holds(self, record: Record) -> bool:
        """Return True if the expression is found in a reading of the value."""
        return any(self.expression.search(each[:LONGEST_TESTED]) is not None for each in _readings(record, self.column))


@dataclass(frozen=True, slots=True)
class Present:
    """A column with a value."""

    column: str

    def holds(self, record: Record) -> bool:
        """Return True if a record has a value in the column."""
        return _value(record, self.column) is not None


class Order(StrEnum):
    """The comparisons of numbers."""

    LESS = "<"
    LESS_OR_EQUAL = "<="
    GREATER = ">"
    GREATER_OR_EQUAL = ">="
    EQUAL = "="


_COMPARE: Mapping[Order, Callable[[float, float], bool]] = {
    Order.LESS: operator.lt,
    Order.LESS_OR_EQUAL: operator.le,
    Order.GREATER: operator.gt,
    Order.GREATER_OR_EQUAL: operator.ge,
    Order.EQUAL: operator.eq,
}


@dataclass(frozen=True, slots=True)
class Compares:
    """A number in a column, compared with another."""

    column: str
    order: Order
    number: float

    def holds(self, record: Record) -> bool:
        """Return True if the column has such a number."""
        number = record.number(self.column)
        return number is not None and _COMPARE[self.order](number, self.number)


@dataclass(frozen=True, slots=True)
class InNetwork:
    """An address of a client in a network."""

    column: str
    network: IPv4Network | IPv6Network

    def holds(self, record: Record) -> bool:
        """Return True if the column has an address of the network."""
        try:
            return ip_address((record.text(self.column) or "").partition("%")[0]) in self.network
        except ValueError:
            return False


def _readings(record: Record, column: str | None) -> Iterator[str]:
    """Yield the readings of a value: an agent has plus signs for spaces, and many rules take the address as query."""
    value = " ".join(record.fields.values()) if column is None else _value(record, column)
    if value is not None:
        yield value
        if column == "agent" and "+" in value:
            yield value.replace("+", " ")
    if column == "query" and (address := _value(record, ADDRESS)) is not None:
        yield address


def _value(record: Record, column: str) -> str | None:
    """Return the value of a column, or the address with its query."""
    if column != ADDRESS:
        return record.text(column)
    path, query = record.path, record.query
    return f"{path}?{query}" if query else path or None


def words_of(condition: Condition, shortest: int) -> frozenset[str] | None:
    """Return texts of which each row that meets a condition has one, or ``None`` if no such texts are known.

    ``shortest``: the least number of characters of a text.
    """
    if isinstance(condition, Matches):
        return frozenset({condition.literal}) if len(condition.literal) >= shortest else None
    if isinstance(condition, AllOf):
        found = [words for each in condition.parts if (words := words_of(each, shortest)) is not None]
        return min(found, key=lambda words: (len(words), -min(map(len, words)), sorted(words)), default=None)
    if isinstance(condition, AnyOf):
        parts = [words_of(each, shortest) for each in condition.parts]
        return None if None in parts or not parts else frozenset(word for each in parts if each for word in each)
    return None
