"""Endings of code that are no values: an error, the end of the page, the end of the budget."""

from __future__ import annotations

from typing import Any

from webshellhunt.core.values import MISSING, Value


class Thrown(Exception):  # noqa: N818 - an ending of the page's code, not an error of this program
    """A run-time error that surely happens; its arguments are the number, the source and the description.

    ``value`` is the value that the page's code threw; ``heap`` is the heap at that time where a call raised it.
    """

    def __init__(self, *args: Value, value: Value = MISSING) -> None:
        super().__init__(*args)
        self.value = value
        self.heap: Any = None


class PageEnd(Exception):  # noqa: N818
    """The page ends here."""


class ExhaustedError(Exception):
    """The page has had its share of steps."""
