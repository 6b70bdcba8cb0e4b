"""Expressions: whether the visitor's text is in one."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property, lru_cache

from webshellhunt.analysis.calling.reading import FOLDER, READERS, READING
from webshellhunt.analysis.constants import Constant
from webshellhunt.analysis.flows import Trace
from webshellhunt.analysis.vocabulary import vocabulary
from webshellhunt.code.calls import Calls, DottedName
from webshellhunt.code.constants.placed import PlacedConstants
from webshellhunt.code.controls import Controls
from webshellhunt.code.declarations import CONTEXTS
from webshellhunt.code.evaluation import PageEvaluator
from webshellhunt.code.names import Names
from webshellhunt.code.objects import INPUTS, MAKERS, TEXT_MAKERS, Objects
from webshellhunt.code.origins import Origins
from webshellhunt.code.reflection import WORDS, Reflection
from webshellhunt.code.scopes import Scopes
from webshellhunt.code.texts import Texts
from webshellhunt.code.unit import Function, Unit
from webshellhunt.lang.tokens import OP, STRING

MAX_LOOKS = 150_000
_FARTHEST_CALL = 60  # tokens
_MOST_DECODERS = 6
_CLOSING = frozenset({")", "]"})
_SEARCHING = frozenset({"indexof", "lastindexof"})
_JOINING = frozenset("&+")


@lru_cache(maxsize=1)
def _beginnings() -> frozenset[str]:
    """Return the words of which one stands in any dotted name that is an origin or makes a typed object."""
    vocab = vocabulary()
    return frozenset(
        {"request", "eval", "get", "file"}
        | vocab.requests
        | MAKERS
        | TEXT_MAKERS
        | INPUTS
        | vocab.remote.keys()
        | vocab.types.keys()
    )


class ExhaustedError(Exception):
    """The unit asked for more looks at its names than any page needs."""


class Expressions:
    """Looks at ranges of tokens of one unit with what is known of names.

    ``scopes`` tells its variables, ``objects`` their kinds, ``origins`` what needs nothing known of them; all ask
    ``constants``, and ``reflection`` is there where the unit calls by that. ``foreign`` are the functions that it may
    call though code of another language defines them, ``functions`` those and its own; ``own`` works out what its own
    make of constants.
    """

    def __init__(
        self,
        unit: Unit,
        calls: Calls,
        names: Names,
        constants: Mapping[int, Constant],
        *,
        controls: Controls,
        foreign: frozenset[str] = frozenset(),
        own: PageEvaluator | None = None,
    ) -> None:
        self.unit = unit
        self.calls = calls
        self.names = names
        self.constants: PlacedConstants = PlacedConstants(constants)
        self.scopes: Scopes = Scopes(unit, calls, self.constants)
        self.origins: Origins = Origins(unit, calls, self.scopes, self.constants, controls=controls)
        texts = Texts(calls, self.scopes, self.constants, own)
        self.reflection: Reflection | None = (
            None
            if calls.words.isdisjoint(WORDS)
            else Reflection(unit, calls, self._known_type, self.trace, texts.of, self.constants.within)
        )
        self.objects: Objects = Objects(unit, calls, names, self.scopes, self.constants, self.reflection)
        self._vocabulary = vocabulary()
        self.functions: set[str] = self.scopes.functions.keys() | foreign
        self._bodies = sorted(unit.functions, key=lambda function: function.start)
        self._body_starts = [function.start for function in self._bodies]
        self._only_called: dict[str, bool] = {}
        self.looks: int = 0
        self._decoders = self._find_decoders()

    def close(self) -> None:
        """Let go of all that is known; nothing can be asked any more."""
        vars(self).clear()

    def beginnings(self) -> Iterator[int]:
        """Yield the roots at which a trace or a type may begin, were nothing known of any other name."""
        yield from self.calls.subjects
        yield from self.objects.bare_members
        begins = _beginnings() | self.origins.controls
        yield from self.origins.of_casts
        if self.reflection is not None:
            begins |= WORDS | CONTEXTS.keys() | {"load"}
            yield from self.calls.indexes_of(frozenset({"typeof"}))
        for root, dotted in self.calls.find(begins | frozenset(map(str.lower, self.functions))):
            words = dotted.names
            if not begins.isdisjoint(words) or (self.unit.value(root) in self.functions and self.origins.decoded(root)):
                yield root

    def trace(self, start: int, end: int, owner: str | None) -> Trace | None:
        """Return where the visitor's text in an expression came from, or ``None``.

        Raises:
            ExhaustedError: the unit has had its share of looks.
        """
        weak = None
        for root, dotted, names in self.iter_parts(start, end, owner):
            found = self._trace_of(root, dotted, names, end, owner)
            if found is not None and self.completes_path(start, root):
                found = None
            if found is not None and not found.is_weak:
                return found.decoded_by(self.decoders_around(start, root, end)) if self._decoders else found
            weak = weak or found
        return weak

    def iter_parts(self, start: int, end: int, owner: str | None) -> Iterator[tuple[int, DottedName, tuple[str, ...]]]:
        """Yield the dotted names of an expression that may give it their text: root, name, name by its type.

        Raises:
            ExhaustedError: the unit has had its share of looks.
        """
        resume, body, bodies = start, bisect_right(self._body_starts, start), len(self._bodies)
        for root in self.calls.iter_roots(start, end):
            self.looks += 1
            if self.looks > MAX_LOOKS:
                raise ExhaustedError
            while body < bodies and self._body_starts[body] <= root:
                resume, body = max(resume, self._after_body(self._bodies[body])), body + 1
            if root < resume:
                continue
            dotted, names = self.objects.resolve(root, owner)
            yield root, dotted, names
            if self._vocabulary.is_cleaner(names) or (names[-1] in _SEARCHING and self._searches):
                resume = max(resume, dotted.last, self.unit.match.get(dotted.last + 1, 0))

    @cached_property
    def _searches(self) -> bool:
        """Whether the members that search a text are those of the language."""
        return self.calls.only_calls(_SEARCHING)

    def first_trace(self, ranges: list[tuple[int, int]], owner: str | None) -> Trace | None:
        """Return the first trace in some ranges; a weak one only where there is no other."""
        weak = None
        for left, right in ranges:
            trace = self.trace(left, right, owner)
            if trace is not None and not trace.is_weak:
                return trace
            weak = weak or trace
        return weak

    def _find_decoders(self) -> Sequence[int]:
        """Return the tokens of the calls that decode something."""
        return self.calls.indexes_of(self._vocabulary.decoders)

    def decoders_around(self, start: int, root: int, end: int) -> list[str]:
        """Return the decoding calls of an expression, those around a name from the inside, then those behind it."""
        if not self._decoders:
            return []
        left, at, right = (bisect_left(self._decoders, token) for token in (start, root, end))
        around = [*reversed(self._decoders[max(left, at - _MOST_DECODERS) : at]), *self._decoders[at:right]]
        return [self.unit.value(token) for token in around[:_MOST_DECODERS]]

    def _after_body(self, body: Function) -> int:
        """Return where an expression goes on behind a function in it, which does nothing before it is called."""
        unit, after = self.unit, body.end + 1
        called = unit.is_op(after, "(") or unit.is_op(after, ".") or unit.is_op(after + unit.is_op(after, ")"), "(")
        return body.start if called else body.end

    def completes_path(self, start: int, root: int) -> bool:
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
                return self._may_read(index) and self.begins_in_folder(first)
            found = found or sign == ","
            first = first if found else index
        return False

    def begins_in_folder(self, first: int) -> bool:
        """Return True if an expression begins with the text of a fixed folder, and something is joined to that."""
        kinds, values = self.unit.tokens.kinds, self.unit.tokens.values
        return kinds[first] == STRING and values[first + 1] in _JOINING and FOLDER.fullmatch(values[first]) is not None

    def is_read(self, root: int) -> bool:
        """Return True if a name is all that a function is given which may read the file of that path."""
        return self.unit.is_op(root - 1, "(") and self.unit.is_op(root + 1, ")") and self._may_read(root - 1)

    def _may_read(self, opener: int) -> bool:
        """Return True if a bracket is that of a call which reads a file: of the languages, or of another file."""
        name_at = opener - 1
        if not self.unit.is_name(name_at) or self.unit.value(name_at) in self.scopes.functions:
            return False
        name = self.calls.lower[name_at]
        return name in READERS or (READING.search(name) is not None and self._is_of_other_file(name))

    def _is_of_other_file(self, name: str) -> bool:
        """Tell whether a function is one of VBScript that the page only calls: it has none, and no code to define one.

        A name that is declared or assigned may be an array, an object or a reference to a function.
        """
        if self.unit.language != "vbscript" or name in self._function_words or not self._runs_once:
            return False
        if name not in self._only_called:
            self._only_called[name] = name not in self.calls.openings and all(
                self.unit.is_op(at + 1, "(") and not self.unit.is_op(at + 2, ")") and not self.unit.is_op(at - 1, ".")
                for at in self.calls.indexes_of(frozenset({name}))
            )
        return self._only_called[name]

    @cached_property
    def _function_words(self) -> frozenset[str]:
        return frozenset(map(str.lower, self.functions))

    @cached_property
    def _runs_once(self) -> bool:
        """Whether one text at most is run as code of the page, so that no other one may define functions."""
        runs = self.calls.indexes_of(self._vocabulary.evaluating)
        return sum(not self.unit.is_op(at - 1, ".") for at in runs) <= 1

    def _trace_of(
        self, root: int, dotted: DottedName, names: tuple[str, ...], end: int, owner: str | None
    ) -> Trace | None:
        """Return the trace of one dotted name."""
        if self.is_cleaned(dotted, names):
            return None
        origin = self.origins.of(root, dotted, names, end)
        if origin is not None:
            return origin
        known = self._known_trace(root, owner) if self._may_be_known(root) else None
        if known is not None and not self.calls.is_member(root):
            return known
        return self.made(root, dotted, names, end)

    def _may_be_known(self, root: int) -> bool:
        """Tell whether anything is known of a name of that spelling, wherever it stands."""
        own = self.calls.own(root)
        return self.unit.tokens.values[own] in self.names.plain or self.calls.lower[root] in self.scopes.leading

    def _known_trace(self, root: int, owner: str | None) -> Trace | None:
        """Return what the variable at a root carries, or the function there returns."""
        carried = self.names.traces.get(self.scopes.variable(root, owner))
        return carried or self.names.returns.get(self.unit.value(self.calls.own(root)))

    def is_cleaned(self, dotted: DottedName, names: tuple[str, ...]) -> bool:
        """Tell whether a member of an object is no longer text of the visitor."""
        return len(dotted.tokens) > 1 and names[-1] in self._vocabulary.cleaner_members

    def made(self, root: int, dotted: DottedName, names: tuple[str, ...], end: int) -> Trace | None:
        """Return the trace of what a call brings from elsewhere, or decodes."""
        if self._vocabulary.is_remote(names):
            return Trace("remote", names[-1], root)
        if names == ("eval",):
            return self.origins.evaluated(dotted.last, end)
        own = self.calls.own(root)
        if self.unit.value(own) in self.functions and own == dotted.last and not self._names_object(own):
            return self.origins.decoded(own)
        return None

    def _names_object(self, root: int) -> bool:
        """Tell whether a call only says which object is to be made: that holds none of its text."""
        return root > 1 and self.unit.is_op(root - 1, "(") and self.calls.lower[root - 2] in MAKERS

    def _known_type(self, root: int, owner: str | None) -> str | None:
        known = self.names.types.get(self.scopes.variable(root, owner))
        own = self.calls.own(root)
        if known is None and self.unit.is_op(own + 1, "("):  # what a function of the page gives back
            return self.names.types.get(f"{self.unit.value(own)}(")
        return known
