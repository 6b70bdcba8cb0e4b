"""References to password fields in client code: by id, name, selector, member or server control."""

from __future__ import annotations

import re
from collections.abc import Sequence, Set

from webshellhunt.client_scripts.prefilter import LOOK_UP
from webshellhunt.client_scripts.sign_in import Form, is_conventional
from webshellhunt.lazy_pattern import lazy_pattern

_BY_TYPE = lazy_pattern(r"""type\s*+[*^$]?+=\s*+["']?password|:password\b""", re.IGNORECASE)
_SELECTED = lazy_pattern(r"""[#.]([\w$-]++)|\[\s*+(?:name|id)\s*+[*^$~|]?+=\s*+["']?([\w$-]++)""", re.IGNORECASE)
_CONTROL = lazy_pattern(r"<%[=:#]\s*+(?:[\w.]+\.)?(\w++)\.(?:ClientID|UniqueID)\b")
_CONTAINED = lazy_pattern(r"[_$]")
_LONGEST_SELECTOR = 256
_MOST_MENTIONS = 2_000
_LOOKS_UP = lazy_pattern(rf"\w{{0,24}}?{LOOK_UP}")
_USUAL = r"pass(?:w|wd|word|wort)\w{0,16}|pwd|pswd"


class Fields:
    """The password fields of a page; for a page without one, fields with conventional names."""

    def __init__(self, names: Set[str], forms: Sequence[Form] = (), *, asks_password: bool) -> None:
        self._names = names
        self._conventional = not asks_password
        self._sign_ins = [form for form in forms if form.asks_password]
        self._memo: dict[str, bool] = {}

    @property
    def has_form(self) -> bool:
        """Whether the page has a form with a password field."""
        return bool(self._sign_ins)

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

    def may_look_up(self, name: str) -> bool:
        """Return whether a function of a name, in lower case, may look an element up."""
        return not self._conventional or _LOOKS_UP.fullmatch(name) is not None

    def is_sign_in(self, selector: str) -> bool:
        """Return whether a string in lower case selects a form with a password field."""
        return selector.strip("#. ") == "form" or any(name in selector for f in self._sign_ins for name in f.names)

    def mentions(self, text: str) -> Sequence[int]:
        """Return the places of strings and members in a text that may name a password field."""
        names = [re.escape(each) for each in sorted(self._names)] if self._names else [_USUAL]
        named = "|".join(names)
        pattern = (
            rf"""(?<![=!]=)["'`][#.]?(?:{named})["'`](?!\s{{0,4}}(?:[=!]=|:))|\.(?:{named})\??\.val"""
            r"""|["'`][^"'`,\r\n]{0,40}(?:type\s{0,4}\^?=\s{0,4}\\?["']?|:)password"""
        )
        found = re.finditer(pattern, text, re.IGNORECASE)
        return [each.start() for each, _ in zip(found, range(_MOST_MENTIONS), strict=False)]
