"""What the variables of a code hold, as far as they hold constants."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from webshellhunt.code.constants.operators import Value
from webshellhunt.code.constants.terms import Term
from webshellhunt.lang.tokens import NAME, Tokens

_NO_TYPES = frozenset(
    {"return", "new", "in", "is", "as", "not", "and", "or", "else", "case", "throw", "await", "out", "ref", "typeof"}
)

_DECLARING = frozenset({"function", "sub"})
_BEHIND_PARAMETER = frozenset({",", ")"})
_TWO_NAMES = bytes((NAME, NAME))

# Words of VB that stand for a text; no variable, so no step.
INTRINSIC = {
    "vbcr": "\r", "vblf": "\n", "vbcrlf": "\r\n", "vbnewline": "\r\n", "vbtab": "\t", "vbnullstring": "",
    "vbnullchar": "\0", "vbverticaltab": "\v", "vbformfeed": "\f", "vbback": "\b",
}  # fmt: skip


class Names:
    """Variables in the order in which the text assigns them.

    ``once`` are those that a single assignment sets, to a constant; ``missed`` those that were read before anything was
    known of them. Parameters of the code's own functions never hold a constant: who calls decides.
    """

    def __init__(self, tokens: Tokens, known: Mapping[str, Term]) -> None:
        self.missed: set[str] = set()
        self._known: dict[str, Term | None] = dict(known)
        if tokens.language in ("vb", "vbscript"):
            for name, value in INTRINSIC.items():
                self._known.setdefault(name, Term(0, 0, value))
        self._holding = {name for name, term in self._known.items() if term is not None}
        self._assigned: dict[str, tuple[int, Term | None]] = {}
        self._asked: set[str] = set()
        self._given: dict[str, Term | None] = {}
        self._functions, self._parameters = _declared(tokens)

    def take_told(self) -> tuple[set[str], dict[str, Term | None]]:
        """Return which names were read, and what was assigned to which, since the last call."""
        told = self._asked, self._given
        self._asked, self._given = set(), {}
        return told

    def read(self, name: str) -> Term | None:
        """Return the constant that a name holds here."""
        self._asked.add(name)
        term = self._known.get(name)
        if term is None and name not in self._known:
            self.missed.add(name)
        return term

    def assign(self, name: str, term: Term | None) -> None:
        """Note an assignment, of a constant or of something else (``None``)."""
        if not name:
            return
        if name in self._parameters:
            term = None
        self._known[name] = self._given[name] = term
        (self._holding.discard if term is None else self._holding.add)(name)
        self._assigned[name] = (self._assigned.get(name, (0, None))[0] + 1, term)

    def hold_none(self, words: Iterable[str]) -> bool:
        """Tell whether none of some words is the name of a variable that holds a constant here."""
        return self._holding.isdisjoint(words)

    def value_of(self, name: str) -> Value:
        """Return the value that a name holds here, ``None`` where that can't be told."""
        term = self.read(name)
        return None if term is None else term.value

    def is_new(self, name: str) -> bool:
        """Tell whether nothing was assigned to a name so far, and nobody gives it a value."""
        return name not in self._known and name not in self._parameters

    def is_own_function(self, path: tuple[str, ...]) -> bool:
        """Tell whether a call is of a function that the code defines itself, whatever the language calls so."""
        return len(path) == 1 and path[0] in self._functions

    @property
    def once(self) -> dict[str, Term]:
        """Return the names that one assignment alone sets, to a constant."""
        return {name: term for name, (count, term) in self._assigned.items() if count == 1 and term is not None}


def _declared(tokens: Tokens) -> tuple[frozenset[str], frozenset[str]]:
    """Return the functions that a code defines (lower case) and the names of parameters."""
    functions: set[str] = set()
    parameters: set[str] = set()
    kinds, values = tokens.kinds, tokens.values
    for index in tokens.indexes_of(_DECLARING):
        if kinds[index] == NAME and index + 2 < len(tokens):
            if kinds[index + 1] == NAME:
                functions.add(values[index + 1].lower())
            parameters.update(_listed(tokens, index + 1))
    for index in tokens.indexes_of(_BEHIND_PARAMETER) if tokens.language == "c#" else ():
        typed = index > 1 and kinds[index - 2 : index] == _TWO_NAMES
        if typed and values[index - 2] not in _DECLARING and values[index - 2] not in _NO_TYPES:
            parameters.add(values[index - 1])
    return frozenset(functions), frozenset(parameters)


def _listed(tokens: Tokens, start: int) -> set[str]:
    """Return the names in the parameter list that opens at a token or the next one; types among them do no harm."""
    values = tokens.values
    opening = start if values[start] == "(" else start + 1
    names: set[str] = set()
    if opening < len(tokens) and values[opening] == "(":
        for index in range(opening + 1, min(opening + 120, len(tokens))):
            if values[index] == ")":
                break
            if tokens.kinds[index] == NAME:
                names.add(values[index])
    return names
