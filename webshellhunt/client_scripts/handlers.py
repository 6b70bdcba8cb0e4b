"""Event handlers of keys and of the password field, and the meaning of ``this`` in them."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from webshellhunt.client_scripts.fields import Fields
from webshellhunt.client_scripts.scopes import GLOBAL, Key, Scopes, iter_targets
from webshellhunt.client_scripts.sign_in import Form
from webshellhunt.code.calls import Calls, DottedName
from webshellhunt.code.unit import Unit
from webshellhunt.lang.tokens import STRING

_ATTACHES = frozenset({"addeventlistener", "attachevent", "on", "one", "bind", "live", "observe"})
_SHORT = frozenset({"keyup", "keydown", "keypress", "input", "change", "blur", "focusout", "submit"})
_OWN = frozenset({"this", "target", "srcelement", "currenttarget"})


class HandlerCode(NamedTuple):
    """The position of a piece of the page's code in the unit's text; ``event`` names its event attribute, if any."""

    start: int
    event: str
    at_field: bool


class Handlers:
    """The functions and event attributes of a unit that handle keys or the field."""

    def __init__(
        self,
        fields: Fields,
        calls: Calls,
        scopes: Scopes,
        pieces: Sequence[HandlerCode],
        forms: Sequence[Form],
    ) -> None:
        self._unit: Unit = scopes.unit
        self._fields, self._calls, self._scopes = fields, calls, scopes
        self._pieces = pieces
        self._piece_starts = [piece.start for piece in pieces]
        self._sign_ins = [form for form in forms if form.asks_password]
        self._named = defaultdict[Key, list[int]](list)
        for number, body in enumerate(scopes.bodies):
            if body.name_at >= 0:
                self._named[scopes.key(body.name, body.name_at)].append(number)
        self._heads = {body.head: number for number, body in enumerate(scopes.bodies)}
        self._of_keys: set[int] = set()
        self._of_field: set[int] = set()
        self._find()

    def is_own_value(self, root: int, dotted: DottedName) -> bool:
        """Return whether ``this.value`` or ``event.target.value`` is the password field's."""
        if dotted.names[-2] not in _OWN:
            return False
        return self._piece_at(root).at_field or self._is_within(root, self._of_field)

    def is_field_itself(self, root: int) -> bool:
        """Return whether a name is ``this`` in an event attribute of the password field."""
        return self._calls.lower[root] == "this" and self._piece_at(root).at_field

    def is_key(self, root: int, dotted: DottedName) -> bool:
        """Return whether a member of an event is the pressed key."""
        if "key" in self._piece_at(root).event and dotted.names[-2] == "event":
            return True
        return len(dotted.names) < 4 and self._is_within(root, self._of_keys)

    def takes_form(self, root: int, dotted: DottedName) -> bool:
        """Return whether a call reads all values of a form with a password field."""
        unit, opener = self._unit, dotted.last + 1
        if not self._sign_ins or not unit.is_op(opener, "("):
            return False
        closer = unit.match.get(opener, -1)
        if dotted.names[-1] == "formdata" and closer <= opener + 1:
            return False  # an empty one
        told = [unit.value(k) for k in range(root, min(closer, root + 32)) if unit.tokens.kinds[k] == STRING]
        return not told or any(self._is_sign_in(text.lower()) for text in told)

    def _is_sign_in(self, selector: str) -> bool:
        return selector.strip("#. ") == "form" or any(name in selector for f in self._sign_ins for name in f.names)

    def _is_within(self, root: int, bodies: set[int]) -> bool:
        owner = self._scopes.owners[root]
        return owner != GLOBAL and owner in bodies

    def _piece_at(self, token: int) -> HandlerCode:
        start = self._unit.tokens.starts[token]
        return self._pieces[max(0, bisect_right(self._piece_starts, start) - 1)]

    def _find(self) -> None:
        targets = list(iter_targets(self._unit, self._calls, self._scopes))
        held = {
            self._scopes.key(self._unit.value(target), target)
            for target, dotted, start, _ in targets
            if len(dotted.names) == 1 and self._is_field(start)
        }
        for target, dotted, start, end in targets:
            if dotted.names[-1].startswith("on") and len(dotted.names) > 1:
                self._note(
                    dotted.names[-1], self._refers_to_field(target, dotted, held), self._functions_at(start, end)
                )
        for root, dotted in self._calls.find(_ATTACHES | _SHORT):
            last = dotted.names[-1]
            opener = dotted.last + 1
            if (last in _ATTACHES or last in _SHORT) and self._unit.is_op(opener, "("):
                first = self._unit.value(opener + 1) if last in _ATTACHES else last
                given = self._functions_at(opener + 1, self._unit.match.get(opener, opener))
                self._note(first.lower(), self._refers_to_field(root, dotted, held), given)
        for root in self._calls.roots:
            if root not in self._calls.compound and (event := self._piece_at(root).event) and "key" in event:
                self._of_keys.update(self._named.get((GLOBAL, self._unit.value(root)), ()))

    def _note(self, event: str, at_field: bool, bodies: Iterator[int]) -> None:
        for number in bodies:
            if "key" in event:
                self._of_keys.add(number)
            if at_field:
                self._of_field.add(number)

    def _is_field(self, root: int) -> bool:
        dotted = self._calls.compound.get(root)
        return dotted is not None and self._fields.element_at(dotted) == len(dotted.names) - 1

    def _refers_to_field(self, root: int, dotted: DottedName, held: set[Key]) -> bool:
        if self._scopes.key(self._unit.value(root), root) in held:
            return True
        return self._fields.element_at(dotted) is not None

    def _functions_at(self, start: int, end: int) -> Iterator[int]:
        """Yield the functions that are defined or named at the top level of a range."""
        index = start
        while index < end and self._scopes.left > 0:
            self._scopes.left -= 1
            number = self._heads.get(index)
            if number is not None:
                yield number
                index = self._scopes.bodies[number].end
            elif self._unit.is_name(index):
                yield from self._named.get(self._scopes.key(self._unit.value(index), index), ())
            index = max(index + 1, self._unit.match.get(index, -1)) if index != start else index + 1
