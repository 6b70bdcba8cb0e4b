"""References to password fields in client code: by id, name, selector, member or server control."""

from __future__ import annotations

import re
from collections.abc import Set

from webshellhunt.client_scripts.prefilter import LOOK_UP
from webshellhunt.client_scripts.sign_in import is_conventional
from webshellhunt.code.calls import Calls, DottedName
from webshellhunt.code.constants import fold
from webshellhunt.code.unit import Unit
from webshellhunt.lang.tokens import STRING
from webshellhunt.lazy_pattern import lazy_pattern

_BY_TYPE = lazy_pattern(r"""type\s*+[*^$]?+=\s*+["']?password|:password\b""", re.IGNORECASE)
_SELECTED = lazy_pattern(r"""[#.]([\w$-]++)|\[\s*+(?:name|id)\s*+[*^$~|]?+=\s*+["']?([\w$-]++)""", re.IGNORECASE)
_CONTROL = lazy_pattern(r"<%[=:#]\s*+(?:[\w.]+\.)?(\w++)\.(?:ClientID|UniqueID)\b")
_CONTAINED = lazy_pattern(r"[_$]")
_LONGEST_SELECTOR = 256
_MOST_PIECES = 32
_MOST_FOLDS = 64
_MAKES_TEXT = frozenset({"atob", "String", "unescape", "decodeURIComponent"})
_LOOKS_UP = lazy_pattern(rf"\w{{0,24}}?{LOOK_UP}")
VALUES = frozenset({"value", "val", "defaultvalue"})
_DIRECT = frozenset({"$f"})


class Fields:
    """The password fields of a page; for a page without one, fields with conventional names."""

    def __init__(self, unit: Unit, names: Set[str], *, asks_password: bool) -> None:
        self._unit = unit
        self._names = names
        self._conventional = not asks_password
        self._memo: dict[str, bool] = {}
        self._folds_left = _MOST_FOLDS

    def is_named(self, name: str) -> bool:
        """Return whether an id or name belongs to a password field."""
        lower = name.lower()
        if lower in self._names or (self._conventional and is_conventional(lower)):
            return True
        # A nested control's id starts with those of its containers: ctl00_Login1_Password.
        ends = (each.end() for each in _CONTAINED.finditer(lower[:_LONGEST_SELECTOR]))
        return any(len(lower) - end > 1 and lower[end:] in self._names for end in ends)

    def is_selected(self, text: str) -> bool:
        """Return whether a string selects a password field: its id, its name, a selector, a server control's id."""
        if text not in self._memo:
            self._memo[text] = len(text) <= _LONGEST_SELECTOR and self._selects(text)
        return self._memo[text]

    def _selects(self, text: str) -> bool:
        if _BY_TYPE.search(text) or self.is_named(text.strip()):
            return True
        control = _CONTROL.search(text)
        if control is not None:
            return self.is_named(control[1])
        last = [each[1] or each[2] for each in _SELECTED.finditer(text)][-1:]
        return bool(last) and self.is_named(last[0])

    def are_used(self, calls: Calls) -> bool:
        """Return whether the code refers to such a field."""
        return any(self.element_at(dotted) is not None for dotted in calls.compound.values())

    def element_at(self, dotted: DottedName) -> int | None:
        """Return the index of the part of a dotted name that is a password field, or ``None``."""
        for number, token in enumerate(dotted.tokens):
            follows = dotted.names[number + 1] if number + 1 < len(dotted.names) else ""
            if follows in VALUES and self.is_named(dotted.names[number]):
                return number
            if self._takes_selector(token):
                return number
        return None

    def _takes_selector(self, token: int) -> bool:
        """Return whether a name is called or indexed with a string that selects the field."""
        unit = self._unit
        opener = token + 1
        while (closer := unit.match.get(opener, -1)) > opener and unit.value(opener) in ("(", "["):
            looks_up = (
                not self._conventional or unit.is_op(opener, "[") or _LOOKS_UP.fullmatch(unit.value(token).lower())
            )
            if looks_up and (text := self._constant(opener + 1, closer)) is not None and self.is_selected(text):
                return True
            opener = closer + 1
        return False

    def _constant(self, start: int, end: int) -> str | None:
        """Return the constant string of the first argument or the index, with concatenations folded."""
        unit, kinds = self._unit, self._unit.tokens.kinds
        if kinds[start] == STRING and (end == start + 1 or unit.is_op(start + 1, ",")):
            return unit.value(start)
        pieces = unit.is_op(start + 1, "+") or unit.value(start) in _MAKES_TEXT
        if not pieces or end - start > _MOST_PIECES or self._folds_left <= 0:
            return None
        self._folds_left -= 1
        return fold(unit.tokens, start, end)

    def gives_value(self, dotted: DottedName, element: int) -> bool:
        """Return whether a dotted name that contains the field reads its value."""
        if dotted.names[element] in _DIRECT:
            return True
        for number in range(element + 1, len(dotted.names)):
            if dotted.names[number] in VALUES:
                return not self._is_set(dotted.tokens[number])
        return False

    def _is_set(self, token: int) -> bool:
        """Return whether a value is assigned, or set by a call with an argument."""
        unit = self._unit
        if unit.is_op(token + 1, "="):
            return True
        return unit.is_op(token + 1, "(") and unit.match.get(token + 1, -1) > token + 2
