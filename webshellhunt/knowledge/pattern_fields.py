"""Fields of a table of TOML that a user writes: each is read once, checked, and named in the error if it is wrong."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Final, TypeVar

from webshellhunt.errors import UsageError

T = TypeVar("T")

LONGEST_TEXT: Final = 4_000
MOST_VALUES: Final = 500
MOST_TABLES: Final = 200

_RANGE = re.compile(r"(\d{1,18})(?:\s*-\s*(\d{1,18})?)?\Z", re.ASCII)
_MOST = 10**18
_SHORTEST_LITERAL = 3


class Fields:
    """A table of a document; ``where`` is its place for messages."""

    def __init__(self, table: Mapping[str, object], where: str = "") -> None:
        self.where = where
        self._table = table
        self._read: set[str] = set()

    def finish(self) -> None:
        """Check that each field was read.

        Raises:
            UsageError: A field is not known.
        """
        unknown = sorted(set(self._table) - self._read)
        if unknown:
            name = unknown[0] if len(unknown[0]) <= 40 else f"{unknown[0][:40]}…"
            raise UsageError(f"{self.where}{name!r} is not known; the keys are {', '.join(sorted(self._read))}")

    def text(self, name: str, *, default: str | None = None) -> str:
        """Return a text that is required unless there is a default."""
        value = self.maybe_text(name)
        if value is None:
            value = default
        if value is None:
            raise self._wrong(name, "it is missing: write a text in quotes")
        return value

    def maybe_text(self, name: str) -> str | None:
        """Return a text, or ``None``."""
        value = self._value(name)
        return None if value is None else self._checked_text(name, value)

    def texts(self, name: str) -> tuple[str, ...]:
        """Return the texts of a list; one text is a list of one."""
        value = self._value(name)
        if value is None:
            return ()
        values = [value] if isinstance(value, str) else value
        if not isinstance(values, list) or len(values) > MOST_VALUES:
            raise self._wrong(name, f"write a text, or a list of at most {MOST_VALUES} texts")
        return tuple(self._checked_text(name, each) for each in values)

    def number(self, name: str, *, default: int) -> int:
        """Return a whole number from 0."""
        value = self._value(name)
        if value is None:
            return default
        if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= _MOST:
            raise self._wrong(name, "write a whole number without quotes")
        return value

    def ranges(self, name: str) -> tuple[tuple[int, int], ...]:
        """Return ranges of numbers, such as ``200``, ``"500-599"`` or ``"1000-"``."""
        value = self._value(name)
        values: Sequence[object] = () if value is None else value if isinstance(value, list) else [value]
        return tuple(self._range(name, each) for each in values)

    def choice(self, name: str, choices: Mapping[str, T], *, default: T | None = None) -> T:
        """Return the value of a word."""
        word = self.maybe_text(name)
        if word is None and default is not None:
            return default
        if word is None or word not in choices:
            raise self._wrong(name, f"write one of {', '.join(choices)}")
        return choices[word]

    def choices(self, name: str, choices: Mapping[str, T]) -> tuple[T, ...]:
        """Return the values of one or more words."""
        words = self.texts(name)
        if not words or any(word not in choices for word in words):
            raise self._wrong(name, f"write one or more of {', '.join(choices)}")
        return tuple(choices[word] for word in words)

    def expression(self, name: str) -> re.Pattern[str] | None:
        """Return a regular expression, or ``None``."""
        text = self.maybe_text(name)
        return None if text is None else self._compiled(name, text)

    def expressions(self, name: str) -> tuple[tuple[str, re.Pattern[str]], ...]:
        """Return the regular expressions of a table by column."""
        value = self._value(name)
        if value is None:
            return ()
        if not isinstance(value, dict):
            raise self._wrong(name, "write a table of expressions by column, such as { referer = 'signout' }")
        checked = ((str(column), self._checked_text(name, text)) for column, text in value.items())
        return tuple((column.lower(), self._compiled(f"{name}.{column}", text)) for column, text in checked)

    def globs(self, name: str) -> tuple[re.Pattern[str] | None, tuple[str, ...]]:
        """Return an expression for wildcards, and a literal text of each; no text if one of them has none."""
        globs = [text.lower() for text in self.texts(name)]
        if not globs:
            return None, ()
        expression = "|".join(map(_glob_expression, globs))
        literals = [max(re.split(r"[*?]", each), key=len) for each in globs]
        usable = all(len(each) >= _SHORTEST_LITERAL for each in literals)
        return re.compile(f"(?:{expression})", re.DOTALL), tuple(dict.fromkeys(literals)) if usable else ()

    def tables(self, name: str) -> Iterator[Fields]:
        """Yield the tables of a list, written as ``[[name]]``."""
        value = self._value(name)
        tables = [] if value is None else value
        if not isinstance(tables, list) or not all(isinstance(each, dict) for each in tables):
            raise self._wrong(name, f"write each as [[{name}]]")
        if len(tables) > MOST_TABLES:
            raise self._wrong(name, f"{len(tables):,} are too many; {MOST_TABLES} are the most")
        for number, table in enumerate(tables, 1):
            shown = table.get("name")
            yield Fields(table, f"{self.where}{name} {shown if isinstance(shown, str) else number}: "[:200])

    def _value(self, name: str) -> object:
        self._read.add(name)
        return self._table.get(name)

    def _checked_text(self, name: str, value: object) -> str:
        if not isinstance(value, str) or not value.strip():
            raise self._wrong(name, "write a text in quotes")
        if len(value) > LONGEST_TEXT:
            raise self._wrong(name, f"it has more than {LONGEST_TEXT:,} characters")
        return value.strip()

    def _range(self, name: str, value: object) -> tuple[int, int]:
        found = _RANGE.match(str(value)) if isinstance(value, int | str) and not isinstance(value, bool) else None
        if found is None:
            raise self._wrong(name, 'write numbers or ranges, such as 200, "500-599" or "1000-"')
        low = int(found[1])
        return low, int(found[2]) if found[2] is not None else _MOST if "-" in found[0] else low

    def _compiled(self, name: str, text: str) -> re.Pattern[str]:
        try:
            return re.compile(text, re.IGNORECASE | re.DOTALL)
        except (re.error, RecursionError, OverflowError) as error:
            raise self._wrong(name, f"this is no regular expression: {error}") from error

    def _wrong(self, name: str, remedy: str) -> UsageError:
        return UsageError(f"{self.where}{name}: {remedy}")


def _glob_expression(glob: str) -> str:
    """Return the expression of a glob: each part at its first place, so that no address needs more than one pass."""
    first, *others = (re.escape(part).replace(r"\?", ".") for part in glob.split("*"))
    if not others:
        return first
    return first + "".join(f"(?>.*?{part})" for part in others[:-1] if part) + f".*{others[-1]}"
