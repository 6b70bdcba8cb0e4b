"""Expressions: whether the visitor's text is in one, and what kind of object it makes."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache

from webshellhunt.code.calls import Calls, DottedName
from webshellhunt.code.constants import Constant
from webshellhunt.code.reflection import WORDS, Reflection
from webshellhunt.code.tokens import NUMBER, OP, STRING
from webshellhunt.code.trace import Trace
from webshellhunt.code.unit import Function, Unit, enclosing
from webshellhunt.code.vocabulary import vocabulary

MAX_LOOKS = 150_000
MAKERS = frozenset(
    {"createobject", "getobject", "activexobject", "gettypefromprogid", "gettypefromclsid", "createinstance"}
)
_TEXT_MAKERS = frozenset({"createtextfile", "opentextfile", "createtext", "appendtext"})
_READING = frozenset({"loadfromfile", "opentextfile", "openastextstream", "readall", "responsetext", "responsebody"})
"""Words of a function that brings text from elsewhere: its argument says where from, and hides nothing."""
_RELAYS = frozenset({"session", "application", "viewstate", "cache", "items"})
_OWN = frozenset({"this", "me"})
_SHORTEST_HIDDEN = 12
_FARTHEST_CONSTANT = 4000  # tokens
_FARTHEST_CALL = 60  # tokens
_MOST_DECODERS = 6
_CONTEXTS = {"request": "request", "context": "context", "current": "context"}
_CLOSING = frozenset({")", "]"})
_JOINING = frozenset("&+")
_PATH_MAKERS = frozenset({"mappath", "combine", "getfullpath", "join"})
_FOLDER = re.compile(r"(?:[\w.~-]*+[/\\])+")


@lru_cache(maxsize=1)
def _beginnings() -> frozenset[str]:
    """Return the words of which one stands in any dotted name that is an origin or makes a typed object."""
    vocab = vocabulary()
    remote = {sink.pattern[-1] for sink in vocab.remote}
    return frozenset({"request", "eval", "get"} | MAKERS | _TEXT_MAKERS | remote | vocab.types.keys())


@lru_cache(maxsize=1)
def _evaluating() -> frozenset[str]:
    """Return the last names of what runs text as code."""
    sinks = vocabulary().sinks.items()
    return frozenset(last for last, group in sinks if any(sink.kind == "evaluate" for sink in group))


class ExhaustedError(Exception):
    """The unit asked for more looks at its names than any page needs."""


@dataclass(slots=True)
class Names:
    """What is known of names so far; the key of a local is prefixed by its function. What is known first stays."""

    traces: dict[str, Trace] = field(default_factory=dict)
    types: dict[str, str] = field(default_factory=dict)
    returns: dict[str, Trace] = field(default_factory=dict)
    _news: list[str] = field(default_factory=list)

    def carry(self, key: str, trace: Trace) -> None:
        """Let a name carry a trace."""
        if not self.is_carrying(key, trace):
            self.traces[key] = trace
            self._news.append(key)

    def is_carrying(self, key: str, trace: Trace | None = None) -> bool:
        """Tell whether a name carries as much as a trace says (by default: as any could)."""
        held = self.traces.get(key)
        return held is not None and (not held.is_weak or (trace is not None and trace.is_weak))

    def type_as(self, key: str, kind: str) -> None:
        """Let a name be of a type."""
        if key not in self.types:
            self.types[key] = kind
            self._news.append(key)

    def returned(self, function: str, trace: Trace) -> None:
        """Let a function return a trace."""
        held = self.returns.get(function)
        if held is None or (held.is_weak and not trace.is_weak):
            self.returns[function] = trace.through(function)
            self._news.append(function)

    def take_over(self, outer: Names) -> None:
        """Let names be what they are in the code that runs this one, also in the function that it is run in."""
        for key, trace in outer.traces.items():
            self.traces.setdefault(key.rpartition("\0")[2], replace(trace, token=-1))
        for key, kind in outer.types.items():
            self.types.setdefault(key.rpartition("\0")[2], kind)

    def take_news(self) -> list[tuple[str, str]]:
        """Return the names of which something is known since the last call: function (``""``: any), plain name."""
        news, self._news = self._news, []
        keys = (key.rpartition("\0") for key in news)
        return [(scope, name.partition("(")[0]) for scope, _, name in keys]


class Expressions:
    """Looks at ranges of tokens with what is known of names."""

    def __init__(
        self,
        unit: Unit,
        calls: Calls,
        names: Names,
        constants: dict[int, Constant],
        *,
        controls: frozenset[str],
        foreign: frozenset[str] = frozenset(),
    ) -> None:
        self.unit = unit
        self.calls = calls
        self.names = names
        self.constants = constants
        self._constant_starts = sorted(constants)
        self._controls = controls
        self._vocabulary = vocabulary()
        self._functions = {function.name: function for function in unit.functions}
        self._bodies = sorted(unit.functions, key=lambda function: function.start)
        self._body_starts = [function.start for function in self._bodies]
        self._callable = self._functions.keys() | foreign  # functions that the page defines, in whichever language
        self._locals: dict[str, frozenset[str]] = {}
        self._around = enclosing(unit.functions)
        self._looks = 0
        self._leading = _RELAYS | self._vocabulary.request_owners
        reflects = not WORDS.isdisjoint(calls.lower)
        self.reflection = (
            Reflection(unit, calls, self._known_type, self.trace, self._text, self.constants_in) if reflects else None
        )
        self._decoders = self._find_decoders()

    # Names ----------------------------------------------------------------------------------------------------------

    def key(self, name: str, owner: str | None) -> str:
        """Return the key of a name as it is used in a function (or outside of any)."""
        if owner is not None:
            for scope in (owner, *self._around.get(owner, ())):
                if name in self._locals_of(scope):
                    return f"{scope}\0{name}"
        return name

    def _locals_of(self, scope: str) -> frozenset[str]:
        """Return the names that a function declares, looked up once it is asked for."""
        found = self._locals.get(scope)
        if found is None:
            function = self._functions[scope]
            found = self._locals[scope] = self._declared(function.parameters, function.start, function.end)
        return found

    def sees(self, owner: str | None, scope: str) -> bool:
        """Tell whether a function's own variables are seen in another one: in itself, and in those inside it."""
        return owner is not None and (owner == scope or scope in self._around.get(owner, ()))

    def relay(self, index: int) -> str:
        """Name a session or application entry by its key, any other variable by its name."""
        lower = self.calls.lower
        if lower[index] not in self._leading:
            return self.unit.value(index)
        at = index
        while (
            lower[at] not in _RELAYS and lower[at] in self._vocabulary.request_owners and self.unit.is_op(at + 1, ".")
        ):
            at += 2
        opener = at + 1 + 2 * (self.unit.is_op(at + 1, ".") and lower[at + 2 : at + 3] == ["contents"])
        closer = self.unit.match.get(opener, -1)
        if lower[at] not in _RELAYS or closer <= opener:
            return self.unit.value(index)
        key = self._text(opener + 1, closer)
        if key is None:  # parts that nobody folded still tell one entry from another
            key = "".join(constant.value for constant in self.constants_in(opener + 1, closer))
        return f"{lower[at]}({key.lower()})" if key else self.unit.value(at)

    def _declared(self, parameters: tuple[str, ...], start: int, end: int) -> frozenset[str]:
        """Return the names that a function declares: its parameters and its own variables."""
        names, unit, lower = set(parameters), self.unit, self.calls.lower
        dim = False
        for index in range(start, end):
            word = lower[index]
            if unit.is_vb:
                dim = word == "dim" or (dim and word not in ("\n", "=", ":"))
                if dim and unit.is_name(index) and lower[index - 1] in ("dim", ","):
                    names.add(unit.value(index))
            elif word in ("=", ":") and unit.is_name(index - 1) and index - 2 >= start:
                before = lower[index - 2]
                if (unit.is_name(index - 2) or before in ("]", ">")) and before not in (
                    "return",
                    "else",
                    "case",
                    "in",
                    "new",
                ):
                    names.add(unit.value(index - 1))
        return frozenset(names)

    def resolve(self, root: int, owner: str | None) -> tuple[DottedName, tuple[str, ...]]:
        """Return the dotted name at a root, and its names with the root replaced by its type."""
        dotted = self.calls.name(root)
        subject = self.calls.subjects.get(root)
        if subject is not None:
            return dotted, (*self._subject(*subject, owner), *dotted.names)
        kind = self.names.types.get(self.key(self.unit.value(root), owner))
        if kind is None:
            return dotted, dotted.names
        return dotted, (*kind.split("."), *dotted.names[1:])

    def _subject(self, start: int, end: int, owner: str | None) -> tuple[str, ...]:
        """Return the names of the object of a ``With``, by its type where that is known; not of one inside another."""
        if self.calls.lower[start] == ".":
            return ("with",)
        kind = self.type_of(start, end, owner)
        if kind is not None:
            return tuple(kind.split("."))
        names = self.resolve(start, owner)[1] if start in self.calls.root_set else ("with",)
        return names if names[-1] not in MAKERS else ("with",)

    # Traces ---------------------------------------------------------------------------------------------------------

    def beginnings(self) -> Iterator[int]:
        """Yield the roots at which a trace or a type may begin, were nothing known of any other name."""
        yield from self.calls.subjects
        begins = _beginnings() | self._controls
        if self.reflection is not None:
            begins |= WORDS | _CONTEXTS.keys() | {"load"}
            yield from (index for index, word in enumerate(self.calls.lower) if word == "typeof")
        for root, dotted in self.calls.find(begins | frozenset(name.lower() for name in self._callable)):
            words = dotted.names
            if not begins.isdisjoint(words) or (self.unit.value(root) in self._callable and self._decoded(root)):
                yield root

    def trace(self, start: int, end: int, owner: str | None) -> Trace | None:
        """Return where the visitor's text in an expression came from, or ``None``.

        Raises:
            ExhaustedError: the unit has had its share of looks.
        """
        resume, weak = start, None
        body = bisect_right(self._body_starts, start)
        for root in self.calls.iter_roots(start, end):
            self._looks += 1
            if self._looks > MAX_LOOKS:
                raise ExhaustedError
            while body < len(self._bodies) and self._body_starts[body] <= root:
                resume, body = max(resume, self._after_body(self._bodies[body])), body + 1
            if root < resume:
                continue
            dotted, names = self.resolve(root, owner)
            found = self._trace_of(root, dotted, names, end, owner)
            if found is not None and self._completes_path(start, root):
                found = None
            if found is not None and not found.is_weak:
                return found.decoded_by(self._decoders_around(start, root, end)) if self._decoders else found
            weak = weak or found
            if self._vocabulary.is_cleaner(names):
                resume = max(resume, dotted.last, self.unit.match.get(dotted.last + 1, 0))
        return weak

    def _find_decoders(self) -> list[int]:
        """Return the tokens of the calls that decode something."""
        decoders, lower = self._vocabulary.decoders, self.calls.lower
        return [] if decoders.isdisjoint(lower) else [index for index, word in enumerate(lower) if word in decoders]

    def _decoders_around(self, start: int, root: int, end: int) -> list[str]:
        """Return the decoding calls of an expression, those around a name from the inside, then those behind it."""
        left, at, right = (bisect_left(self._decoders, token) for token in (start, root, end))
        around = [*reversed(self._decoders[max(left, at - _MOST_DECODERS) : at]), *self._decoders[at:right]]
        return [self.unit.value(token) for token in around[:_MOST_DECODERS]]

    def _after_body(self, body: Function) -> int:
        """Return where an expression goes on behind a function in it, which does nothing before it is called."""
        unit, after = self.unit, body.end + 1
        called = unit.is_op(after, "(") or unit.is_op(after, ".") or unit.is_op(after + unit.is_op(after, ")"), "(")
        return body.start if called else body.end

    def _completes_path(self, start: int, root: int) -> bool:
        """Tell whether a name only ends a path with a fixed folder that some function of an expression is given.

        What such a function gives back is a file of the site, not what the visitor sent.
        """
        kinds, values, match = self.unit.tokens.kinds, self.unit.tokens.values, self.unit.match
        index, first, found = root, root, False
        while index - 1 > start and root - index < _FARTHEST_CALL:
            index -= 1
            sign = values[index] if kinds[index] == OP else ""
            if sign in _CLOSING:
                index = match.get(index, index)
            elif sign == "(":
                reads = self.unit.is_name(index - 1) and self.calls.lower[index - 1] not in _PATH_MAKERS
                joined = kinds[first] == STRING and values[first + 1] in _JOINING
                return reads and joined and _FOLDER.fullmatch(values[first]) is not None
            found = found or sign == ","
            first = first if found else index
        return False

    def _trace_of(
        self, root: int, dotted: DottedName, names: tuple[str, ...], end: int, owner: str | None
    ) -> Trace | None:
        """Return the trace of one dotted name."""
        if len(dotted.tokens) > 1 and names[-1] in self._vocabulary.cleaner_members:
            return None
        origin = self._origin(root, dotted, names, end)
        if origin is not None:
            return origin
        name = self.unit.value(root)
        known = self.names.traces.get(self.key(self.relay(root), owner)) or self.names.returns.get(name)
        if known is not None and not self.calls.is_member(root):
            return known
        if self._vocabulary.is_remote(names):
            return Trace("remote", names[-1], root)
        if names == ("eval",):
            return self._evaluated(dotted.last, end)
        if name in self._callable and len(dotted.tokens) == 1:
            return self._decoded(root)
        return None

    def _origin(self, root: int, dotted: DottedName, names: tuple[str, ...], end: int) -> Trace | None:
        """Tell whether a dotted name is the visitor's data."""
        vocab = self._vocabulary
        own = names[1:] if names[0] in _OWN else names
        if self.is_control(names) and own[1:2] and own[1] in vocab.control_members:
            kind = "upload" if own[1] in ("postedfile", "filebytes", "filecontent") else "visitor"
            return Trace(kind, ".".join(own[:2]), root)
        if "request" not in names[:5]:
            return None
        at = names.index("request")
        if not all(owner in vocab.request_owners or "context" in owner for owner in names[:at]):
            return None
        while names[at + 1 : at + 2] == ("request",):
            at += 1
        member = names[at + 1] if len(names) > at + 1 else ""
        key = self._request_key(root, end)
        if member == "servervariables" and key is not None and not key.lower().startswith(vocab.visitor_variables):
            return None
        if member in vocab.request_members:
            return Trace("upload" if member == "files" else "visitor", self._say(dotted, key), root, key)
        asked = dotted.tokens[max(0, at - len(names) + len(dotted.tokens))] + 1
        cleaned = not vocab.cleaner_members.isdisjoint(names[at + 1 :])
        if self.calls.lower[asked : asked + 1] in (["("], ["["]) and not cleaned:  # whatever is made of it behind
            return Trace("visitor", self._say(dotted, key), root, key)
        return None

    def is_control(self, names: tuple[str, ...]) -> bool:
        """Tell whether a dotted name begins with a server control of the page."""
        own = names[1:] if names[0] in _OWN else names
        return bool(own) and own[0] in self._controls

    def _request_key(self, root: int, end: int) -> str | None:
        """Return the constant that the request is asked for, if it is one."""
        for ahead in range(root + 1, min(end, root + 10)):
            if self.calls.lower[ahead - 1] in ("(", "["):
                if ahead in self.constants:
                    return self.constants[ahead].value[:60]
                if self.unit.tokens.kinds[ahead] in (STRING, NUMBER):
                    return self.unit.value(ahead)[:60]
        return None

    def _say(self, dotted: DottedName, key: str | None) -> str:
        name = ".".join(self.unit.value(token) for token in dotted.tokens[:4])
        return f"{name}({key!r})" if key is not None else name

    def _evaluated(self, last: int, end: int) -> Trace | None:
        """``eval("Request")("k")``: a constant that names the request, evaluated."""
        for constant in self.constants_in(last + 1, min(end, self.unit.match.get(last + 1, end))):
            text = constant.value.strip().lower()
            if text == "request" or (text.startswith("request") and text[7:8] in (".", "(", "[", " ")):
                return Trace("visitor", "eval(Request)", last)
        return None

    def _decoded(self, root: int) -> Trace | None:
        """A call of the page's own function with a long constant: text that the page decodes for itself."""
        closer = self.unit.match.get(root + 1, -1)
        known = self._constant_over(root, closer)
        given = [known] if known is not None else self.constants_in(root + 2, closer)
        if not given:
            return None
        if known is None and (
            any(name not in self.constants for name in self.calls.iter_roots(root + 2, closer))
            or self._reads(self.unit.value(root))
        ):
            return None
        value = max((constant.value for constant in given), key=len)
        if known is not None and self._evaluates:
            return Trace("decoded", f"{self.unit.value(root)}(…)", root, text=value)
        if len(value) < _SHORTEST_HIDDEN or value.isalpha():
            return None
        return Trace("decoded", f"{self.unit.value(root)}({value[:24]!r}…)", root)

    @cached_property
    def _evaluates(self) -> bool:
        """Whether the unit may run text as code."""
        return not _evaluating().isdisjoint(self.calls.lower)

    def _reads(self, function: str) -> bool:
        """Tell whether a function brings text from a file or another server."""
        body = self._functions.get(function)
        return body is not None and not _READING.isdisjoint(self.calls.lower[body.start : body.end])

    def _constant_over(self, start: int, last: int) -> Constant | None:
        """Return the constant that holds a range of tokens."""
        place = bisect_right(self._constant_starts, start) - 1
        constant = self.constants[self._constant_starts[place]] if place >= 0 else None
        return constant if constant is not None and start < last < constant.end else None

    def constants_in(self, start: int, end: int) -> list[Constant]:
        """Return the constants that start in a range."""
        left = bisect_left(self._constant_starts, start)
        right = bisect_left(self._constant_starts, min(end, start + _FARTHEST_CONSTANT), left)
        return [self.constants[index] for index in self._constant_starts[left:right]]

    def _text(self, start: int, end: int) -> str | None:
        """Return the text that an expression is, where all of it is a constant."""
        constant = self.constants.get(start)
        return constant.value if constant is not None and constant.end == end else None

    # Types ----------------------------------------------------------------------------------------------------------

    def _known_type(self, root: int, owner: str | None) -> str | None:
        return self.names.types.get(self.key(self.relay(root), owner))

    def type_of(self, start: int, end: int, owner: str | None) -> str | None:
        """Return the type that an expression makes: by a folded ProgID, ``new X``, the request, a variable's type."""
        reflected = self.reflection.kind_of(start, end, owner) if self.reflection is not None else None
        return self._object_of(start, end, owner) if reflected is None else reflected

    def _object_of(self, start: int, end: int, owner: str | None) -> str | None:
        vocab, lower = self._vocabulary, self.calls.lower
        index = start
        while index < end and lower[index] in ("new", "await"):
            index += 1
        if index >= end or index not in self.calls.root_set:
            return None
        dotted, names = self.resolve(index, owner)
        if names[-1] in MAKERS:
            made = [constant.value for constant in self.constants_in(dotted.last, end)]
            found = [_identity(value) for value in (*made, "".join(made))]
            return next((vocab.types[v] for v in found if v in vocab.types), None if made else "unknown")
        if index > start and names[-1] in vocab.types:
            return vocab.types[names[-1]]
        if names[-1] == "get" and any(
            _identity(c.value) == "win32_process" for c in self.constants_in(dotted.last, end)
        ):
            return "win32_process"
        if names[-1] in _TEXT_MAKERS:
            return "textstream"
        if dotted.last + 1 < end:
            return None
        if names[-1] in _CONTEXTS and all(n in vocab.request_owners or "context" in n for n in names[:-1]):
            return _CONTEXTS[names[-1]]
        if len(dotted.tokens) == 1:
            return self.names.types.get(self.key(self.unit.value(index), owner))
        return None


def _identity(text: str) -> str:
    """Return what a constant names: a ProgID, a class id (``clsid:{…}``), a class (``winmgmts:…:Win32_Process``)."""
    return text.lower().rpartition(":")[2].strip("{}")
