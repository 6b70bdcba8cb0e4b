"""Origins: which expressions are themselves what a visitor sends, or what the page decodes from a constant."""

from __future__ import annotations

from functools import cached_property

from webshellhunt.analysis.flows import Trace
from webshellhunt.analysis.vocabulary import vocabulary
from webshellhunt.code.calls import Calls, DottedName
from webshellhunt.code.constants.placed import PlacedConstants
from webshellhunt.code.controls import Controls
from webshellhunt.code.scopes import Scopes
from webshellhunt.code.unit import Unit
from webshellhunt.lang.tokens import NUMBER, STRING

_READING = frozenset({"loadfromfile", "opentextfile", "openastextstream", "readall", "responsetext", "responsebody"})
"""Words of a function that brings text from elsewhere: its argument says where from, and hides nothing."""
_OWN = frozenset({"this", "me"})
_SAVING = "saveas"
_UPLOADED = frozenset({"postedfile", "filebytes", "filecontent", "filename", _SAVING})
"""Members of a control that are the upload of a visitor, its content or its name."""
_READERS = frozenset({"getvalue", "invoke", "invokemember", "callbyname"})
_FARTHEST_READER = 40  # tokens
_SHORTEST_HIDDEN = 12
_JOINING = frozenset("&+-*/^")  # what makes a constant a part of something else


class Origins:
    """Tells what each dotted name of one unit is by itself, whatever is known of other names."""

    def __init__(
        self, unit: Unit, calls: Calls, scopes: Scopes, constants: PlacedConstants, *, controls: Controls
    ) -> None:
        self.controls: frozenset[str] = controls.names
        self.of_casts: frozenset[int] = controls.members
        self._unit = unit
        self._calls = calls
        self._functions = scopes.functions
        self._constants = constants
        self._vocabulary = vocabulary()

    def of(self, root: int, dotted: DottedName, names: tuple[str, ...], end: int) -> Trace | None:
        """Tell whether a dotted name is the visitor's data."""
        vocab = self._vocabulary
        typed = self._typed_into(root, dotted, names) if self.controls or self.of_casts else None
        if typed is not None:
            return typed
        if not vocab.requests.isdisjoint(names[:5]):
            key, is_whole = self._request_key(root, end)
            key = key if is_whole else None
            return Trace("visitor", self._say(dotted, key), root, key)
        if "request" not in names[:5]:
            return None
        at = names.index("request")
        if not all(owner in vocab.request_owners or "context" in owner for owner in names[:at]):
            return None
        while names[at + 1 : at + 2] == ("request",):
            at += 1
        member = names[at + 1] if len(names) > at + 1 else ""
        key, is_whole = self._request_key(root, end)
        if member == "servervariables" and key is not None and not key.lower().startswith(vocab.visitor_variables):
            return None
        key = key if is_whole else None
        if member in vocab.request_members:
            return Trace("upload" if member == "files" else "visitor", self._say(dotted, key), root, key)
        asked = dotted.tokens[max(0, at - len(names) + len(dotted.tokens))] + 1
        cleaned = not vocab.cleaner_members.isdisjoint(names[at + 1 :])
        if self._calls.lower[asked : asked + 1] in (["("], ["["]) and not cleaned:  # whatever is made of it behind
            return Trace("visitor", self._say(dotted, key), root, key)
        if not member and self._is_read_by_reflection(root, dotted.last):
            return Trace("visitor", f"{self._say(dotted, None)} by reflection", root)
        return None

    def _typed_into(self, root: int, dotted: DottedName, names: tuple[str, ...]) -> Trace | None:
        """Tell whether a dotted name is what a visitor fills a control of the page with."""
        own = names[1:] if names[0] in _OWN else names
        member = own[1] if self.is_control(names) and len(own) > 1 else self._asked_of_cast(dotted)
        if member not in self._vocabulary.control_members and member != _SAVING:
            return None
        kind = "upload" if member in _UPLOADED else "visitor"
        return Trace(kind, ".".join(own[:2]), root)

    def _is_read_by_reflection(self, root: int, last: int) -> bool:
        """Tell whether a name is given to what reads a member of it: ``property.GetValue(Request)``."""
        if self._calls.lower[last + 1 : last + 2] not in ([","], [")"]):
            return False
        index, first = root - 1, max(root - _FARTHEST_READER, 0)
        while index > first:
            if self._unit.is_op(index, "("):
                return self._calls.lower[index - 1] in _READERS
            index = min(self._unit.match.get(index, index), index) - 1
        return False

    def _asked_of_cast(self, dotted: DottedName) -> str:
        """Return the member in a dotted name that is asked of what is cast to a control."""
        return next((self._calls.lower[token] for token in dotted.tokens if token in self.of_casts), "")

    def is_control(self, names: tuple[str, ...]) -> bool:
        """Tell whether a dotted name begins with a server control of the page."""
        own = names[1:] if names[0] in _OWN else names
        return bool(own) and own[0] in self.controls

    def _request_key(self, root: int, end: int) -> tuple[str | None, bool]:
        """Return the constant that the request is asked for, if it is one, and whether that is all it is asked for."""
        for ahead in range(root + 1, min(end, root + 10)):
            if self._calls.lower[ahead - 1] in ("(", "["):
                constant = self._constants.by_start.get(ahead)
                if constant is not None:
                    return constant.value[:60], self._unit.value(constant.end) not in _JOINING
                if self._unit.tokens.kinds[ahead] in (STRING, NUMBER):
                    return self._unit.value(ahead)[:60], self._unit.value(ahead + 1) not in _JOINING
        return None, False

    def _say(self, dotted: DottedName, key: str | None) -> str:
        name = ".".join(self._unit.value(token) for token in dotted.tokens[:4])
        return f"{name}({key!r})" if key is not None else name

    def evaluated(self, last: int, end: int) -> Trace | None:
        """``eval("Request")("k")``: a constant that names the request, evaluated."""
        for constant in self._constants.within(last + 1, min(end, self._unit.match.get(last + 1, end))):
            text = constant.value.strip().lower()
            if text == "request" or (text.startswith("request") and text[7:8] in (".", "(", "[", " ")):
                return Trace("visitor", "eval(Request)", last)
        return None

    def decoded(self, root: int) -> Trace | None:
        """A call of the page's own function with a long constant: text that the page decodes for itself."""
        closer = self._unit.match.get(root + 1, -1)
        if closer <= root:  # nothing is given to it
            return None
        known = self._constants.over(root, closer)
        given = [known] if known is not None else self._constants.within(root + 2, closer)
        if not given:
            return None
        if known is None and (
            any(name not in self._constants.by_start for name in self._calls.iter_roots(root + 2, closer))
            or self._reads(self._unit.value(root))
        ):
            return None
        value = max((constant.value for constant in given), key=len)
        if known is not None and self._evaluates:
            return Trace("decoded", f"{self._unit.value(root)}(…)", root, text=value)
        if len(value) < _SHORTEST_HIDDEN or value.isalpha():
            return None
        return Trace("decoded", f"{self._unit.value(root)}({value[:24]!r}…)", root)

    @cached_property
    def _evaluates(self) -> bool:
        """Whether the unit may run text as code."""
        return not self._calls.words.isdisjoint(self._vocabulary.evaluating)

    def _reads(self, function: str) -> bool:
        """Tell whether a function brings text from a file or another server."""
        body = self._functions.get(function)
        return body is not None and not _READING.isdisjoint(self._calls.lower[body.start : body.end])
