"""Cleaning: the places where only a test, a measure or a digest of a value is used."""

from __future__ import annotations

from collections.abc import Iterator

from webshellhunt.client_scripts.scopes import Scopes
from webshellhunt.code.calls import Calls
from webshellhunt.code.unit import Unit
from webshellhunt.lazy_pattern import lazy_pattern

MAX_BRACKETS = 24
_COMPARES = frozenset({"==", "===", "!=", "!==", "<", ">", "<=", ">="})
_TESTS = _COMPARES | {"?"}
_NEGATES = frozenset({"!", "typeof"})
_CLEAN_CALLS = lazy_pattern(
    r"(?:hex_|b64_|str_|calc)?(?:md4|md5|sha\d*|sha_?\d+)(?:_?\w{0,12})|(?:create|calc\w*|get)?hash\w*|digest|h?mac\w*|bcrypt|pbkdf2\w*"
    r"|zxcvbn|(?:is|has|check|valid|test|score|strength|match|compare|measure|verify)\w*"
    r"|parseint|parsefloat|number|boolean|alert|focus|if|while|switch"
)
_CLEAN_MEMBERS = frozenset(
    {"length", "match", "test", "indexof", "search", "focus", "select", "includes", "score", "startswith", "endswith"}
)


class Cleaning:
    """The tests of a unit's names by the code around them."""

    def __init__(self, unit: Unit, calls: Calls, scopes: Scopes) -> None:
        self._unit, self._calls, self._scopes = unit, calls, scopes

    def is_cleaned(self, token: int, left: int) -> bool:
        """Return whether a value is only compared, tested, measured or hashed at a place."""
        unit, dotted = self._unit, self._calls.name(token)
        if not _CLEAN_MEMBERS.isdisjoint(dotted.names[1:]):
            return True
        after = dotted.last + 1
        while unit.match.get(after, -1) > after:
            after = unit.match[after] + 1
        if unit.value(after) in _TESTS or unit.value(token - 1) in _COMPARES or unit.value(token - 1) in _NEGATES:
            return True
        return any(self._is_clean_call(opener) for opener in self._openers(token, left))

    def _is_clean_call(self, opener: int) -> bool:
        name = self._unit.value(opener - 1).lower() if self._unit.is_name(opener - 1) else ""
        return self._unit.is_op(opener, "(") and _CLEAN_CALLS.fullmatch(name) is not None

    def _openers(self, token: int, left: int) -> Iterator[int]:
        """Yield the brackets that enclose a place and begin within a range, the innermost first."""
        opener = self._scopes.outer[token]
        for _ in range(MAX_BRACKETS):
            if opener < left:
                return
            yield opener
            opener = self._scopes.outer[opener]
