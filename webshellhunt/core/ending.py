"""Endings of code that are no values: a certain error, the end of the page, the end of the budget."""

from __future__ import annotations


class Thrown(Exception):
    """A run-time error that surely happens; its arguments are the number, the source and the description."""


class PageEnd(Exception):
    """The page ends here."""


class ExhaustedError(Exception):
    """The page has had its share of steps."""
