"""Allow-lists of PHP: in a branch, a request value is one of the texts that the page lists.

A guard holds for one variable: in the branch of ``if (in_array($v, $list))``, of ``isset($list[$v])`` and of
``array_key_exists($v, $list)``, in the cases of ``switch ($v)``, and after ``if (!in_array($v, $list)) exit;``. The
list is constant: each of its elements is a known text, that is no number and names no function that acts.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Final, NamedTuple

from webshellhunt.lazy_pattern import lazy_pattern
from webshellhunt.php.lexer import Token
from webshellhunt.php.state import Scope
from webshellhunt.php.values import UNKNOWN, Value
from webshellhunt.php.vocabulary import OF_PHP

_LONGEST: Final = 200
"""The most tokens of a condition with a guard."""
_MOST_TEXTS: Final = 40
_MOST_HELD: Final = 40
_ENDS = frozenset({"die", "exit", "return", "throw", "continue"})
_ALSO = frozenset({"||", "or", "xor", "?", "=", "??"})
_SEMICOLON = Token("op", ";", 0, 0)
_PLAIN = lazy_pattern(r"(?!(?i:true|false|null)\Z)[A-Za-z_./-][\w./-]{0,80}", 2)


class Guard(NamedTuple):
    """A variable, and the texts that it may be."""

    name: str
    texts: tuple[str, ...]


NONE: Final = Guard("", ())


class Guards:
    """The guards that hold in the blocks of some code.

    Attributes:
        pending: The guard of the next block.
    """

    def __init__(self) -> None:
        self.pending: Guard = NONE
        self._held: list[tuple[int, str, Value]] = []
        self._subjects: dict[int, Guard] = {}

    def enter(self, scope: Scope, depth: int) -> None:
        """Mark the value of the pending variable, until the block at this depth ends."""
        name, texts = self.pending
        former = scope.values.get(name, UNKNOWN)
        if former.source is not None and 0 < len(texts) <= _MOST_TEXTS and len(self._held) < _MOST_HELD:
            scope.values[name] = replace(former, listed=texts)
            self._held.append((depth, name, former))
        self.pending = NONE

    def leave(self, scope: Scope, depth: int, *, is_case: bool = False) -> None:
        """Restore the values that were marked in deeper blocks than this depth."""
        while self._held and self._held[-1][0] > depth:
            _, name, former = self._held.pop()
            if scope.values.get(name, UNKNOWN).listed:
                scope.values[name] = former
        for each in [each for each in self._subjects if each > depth] if not is_case else ():
            del self._subjects[each]

    def switch(self, name: str, depth: int) -> None:
        """Note the variable that the cases at this depth compare."""
        self._subjects[depth] = Guard(name, ())

    def case(self, label: Token | None, depth: int) -> None:
        """Let the case use the variable that was compared, unless another text may reach it."""
        if label is not None and label.kind == "string" and _harmless([label.text]):
            name, texts = self._subjects.get(depth, NONE)
            if name and len(texts) <= _MOST_TEXTS:
                self.pending = self._subjects[depth] = Guard(name, (*texts, label.text))
        else:
            self._subjects.pop(depth, None)


def _harmless(texts: Iterable[str | None]) -> tuple[str, ...]:
    """Return the texts of a list; none if one of them is unknown, compares equal to others, or names an act."""
    found = tuple(texts)
    known = tuple(each for each in found if each is not None and _PLAIN.fullmatch(each) and each.lower() not in OF_PHP)
    return known if len(known) == len(found) else ()


def _closing(tokens: list[Token], at: int) -> int:
    """Return the index of the parenthesis that ends the one here, or -1."""
    depth = 0
    for index in range(at, min(len(tokens), at + _LONGEST)):
        if tokens[index].kind == "op":
            depth += (tokens[index].text in ("(", "[")) - (tokens[index].text in (")", "]"))
            if depth == 0:
                return index
    return -1


def _is_set_once(tokens: list[Token], name: str) -> bool:
    """Return True if code assigns a variable once, and passes it nowhere but as a last argument."""
    sets = 0
    for index, token in enumerate(tokens[:-2]):
        if token.kind == "op" and token.text == "$":
            return False
        if token.kind == "variable" and token.text == name:
            after = tokens[index + 1].text
            is_read = after == ")" or (after == "[" and tokens[index + 2].kind == "variable")
            sets += after == "="
            if not is_read and after != "=":
                return False
    return sets == 1


def guard_of(tokens: list[Token], at: int, scope: Scope) -> tuple[Guard, bool]:
    """Return the guard that the condition at a parenthesis is, and whether the condition negates it."""
    stop = _closing(tokens, at)
    words = tokens[at + 1 : max(at, stop)]
    negated = bool(words) and words[0].text == "!"
    words = words[negated:]
    if len(words) < 4 or words[1].text != "(" or words[0].kind != "name":
        return NONE, False
    end = _closing(words, 1)
    rest = words[end + 1 :]
    if end < 0 or (rest and (negated or rest[0].text != "&&")) or any(each.text.lower() in _ALSO for each in rest):
        return NONE, False
    guard = _compared(words[0].text.lower(), words[2:end], tokens, scope)
    is_used = any(each.text == f"${guard.name}" for each in rest)
    return (NONE if is_used else guard), negated


def _compared(function: str, inner: list[Token], tokens: list[Token], scope: Scope) -> Guard:
    """Return the variable and the list of a test of membership."""
    if len(inner) > 2 and inner[-1].text.lower() == "true" and inner[-2].text == ",":
        inner = inner[:-2]  # in_array that compares types
    texts = [each.text for each in inner]
    kinds = [each.kind for each in inner]
    if function == "isset" and kinds == ["variable", "op", "variable", "op"] and texts[1] == "[":
        array, name = texts[0], texts[2]
    elif function in ("in_array", "array_key_exists") and kinds[:2] == ["variable", "op"] and texts[1] == ",":
        name = texts[0]
        if function == "in_array" and len(inner) > 3:
            return Guard(name[1:], _literal(inner[2:]))
        if kinds[2:] != ["variable"]:
            return NONE
        array = texts[2]
    else:
        return NONE
    value = scope.values.get(array[1:], UNKNOWN)
    if value.source is not None or value.decoded or scope.default is not UNKNOWN or not _is_set_once(tokens, array):
        return NONE
    if function == "in_array":
        items = list(value.items.values())
        return Guard(name[1:], _harmless(None if each.source is not None else each.text for each in items))
    return Guard(name[1:], _harmless(value.items))


def _literal(inner: list[Token]) -> tuple[str, ...]:
    """Return the texts of an array as it is written."""
    if inner[0].text.lower() == "array" and inner[1].text == "(":
        inner = inner[1:]
    if len(inner) < 3 or inner[0].text not in ("(", "[") or inner[-1].text not in (")", "]"):
        return ()
    parts = [each for each in inner[1:-1] if each.text != "," or each.kind != "op"]
    return _harmless(each.text if each.kind in ("string", "template") else None for each in parts)


def leaves(tokens: list[Token], at: int, name: str) -> bool:
    """Return True if the statement or block here only ends the code, or sets the variable to a text."""
    in_block = at < len(tokens) and tokens[at].text == "{"
    part: list[Token] = []
    for token in tokens[at + in_block : at + 60]:
        if token.kind == "op" and token.text == ("}" if in_block else ";"):
            break
        part.append(token)
    if [each.kind for each in part[:3]] == ["variable", "op", "string"] and part[1].text == "=":
        is_last = [each.text for each in part[3:]] in ([], [";"])
        return is_last and part[0].text == f"${name}" and bool(_harmless([part[2].text]))
    if any(each.kind in ("variable", "template", "tick") or each.text in ("{", "$") for each in part):
        return False
    firsts = [each for before, each in zip([_SEMICOLON, *part], part, strict=False) if before.text == ";"]
    return any(each.kind == "name" and each.text.lower() in _ENDS for each in firsts)
