"""Held words: those of a code, in its texts and among its names, which some sinks need to count.

Pages that guard a database against their visitors list words that no value may have, the procedure that starts
programs among them; pages that run the procedure have it in a statement. A word that a code names only to refuse it is
no word of it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from itertools import islice

from webshellhunt.analysis.constants import Constant
from webshellhunt.analysis.vocabulary import NAMED, RUN, vocabulary
from webshellhunt.lang.natives import native_name
from webshellhunt.lang.plain import joined_strings
from webshellhunt.lang.tokens import STRING, Tokens
from webshellhunt.lang.unit import Unit
from webshellhunt.lazy_pattern import lazy_pattern

_COMPARING = frozenset({"instr", "instrb", "contains", "indexof", "equals", "startswith", "endswith", "test", "match"})
_FEWEST_LISTED = 4
_FARTHEST_OPENER = 60  # tokens
_OPENING, _CLOSING = frozenset("([{"), frozenset(")]}")
_MARKS = " '\"%"
_QUOTES = frozenset("'\"")
# An entry of a list, maybe one of an expression, between signs that part it from others or from the ends of the text.
_LEFT = lazy_pattern(r"([|,;]|\A)(?:[\s()]|\\[bsB][*+]?+)*+\Z")
_LEFT_OF_STATEMENT = lazy_pattern(r"[|,;]\s*+exec(?:ute)?+(?:\s|%20|\+)++[\w.]*+\Z")
_CALL = lazy_pattern(r"\bexec(?:ute)?+\s++(?![|,;])")
_RIGHT = lazy_pattern(r"(?:[\s()]|\\[bsB][*+]?+)*+([|,;]|\Z)")
_DECLARING = frozenset({"dllimport", "dllimportattribute", "declare", "extern"})
_MOST_PLACES = 50
_CONNECTION = "adodb.connection"
_PROVIDER = "provider="
_NAMES_OF_DATABASES = frozenset({_PROVIDER, "driver={", "data source="})
_SOURCE = "dsn"
_AROUND = 80  # characters


def words_held(unit: Unit, constants: Collection[Constant], texts: str) -> frozenset[str]:
    """Return the words of a code that sinks need.

    ``texts``: all of these, in lower case.
    """
    tokens = unit.tokens
    joined = [each.text.lower() for each in joined_strings(tokens)]

    def holds(word: str) -> bool:
        if word.startswith(NAMED):
            return unit.words.issuperset(word.removeprefix(NAMED).split("+"))
        plain = word.removeprefix(RUN)
        if plain not in texts and not any(plain in text for text in joined):
            return False
        return plain == word or _is_run(plain, tokens, constants, joined)

    held = frozenset(filter(holds, vocabulary().beside))
    return held | _natives(unit) | _of_unnamed_database(unit, held)


def _natives(unit: Unit) -> frozenset[str]:
    """Return the names of the functions of Windows that a code declares."""
    if unit.words.isdisjoint(_DECLARING):
        return frozenset()
    declared = (each for functions in unit.index.functions.values() for each in functions)
    return frozenset(filter(None, map(native_name, declared)))


def _of_unnamed_database(unit: Unit, held: frozenset[str]) -> frozenset[str]:
    """Return the word that sinks of databases need, for code that opens one and has no part of its name in a text.

    Such a name is whole from somewhere else, which may be the visitor.
    """
    words = unit.words
    opens = unit.language in ("vbscript", "jscript") and "open" in words and "request" in words
    if not opens or not _NAMES_OF_DATABASES.isdisjoint(held) or not any(map(_is_connection, unit.tokens.places)):
        return frozenset()
    named = (word for word in unit.tokens.places if _SOURCE in word.lower())
    is_configured = not words.isdisjoint(("application", "mappath")) or any(
        not _is_key_of_request(unit.tokens, place) for word in named for place in unit.tokens.places[word]
    )
    return frozenset() if is_configured else frozenset({_PROVIDER})


def _is_key_of_request(tokens: Tokens, place: int) -> bool:
    """True if a token is a text by which a value of the request is asked for."""
    asked = [each.lower() for each in tokens.values[max(place - 2, 0) : place]]
    return len(asked) == 2 and asked[1] == "(" and asked[0] in ("request", "form", "querystring")


def _is_connection(word: str) -> bool:
    return len(word) == len(_CONNECTION) and word.lower() == _CONNECTION


def _is_run(word: str, tokens: Tokens, constants: Collection[Constant], joined: Sequence[str]) -> bool:
    """True if a word is in any text in another way than to be refused."""
    for constant in constants:
        text = constant.value.lower()
        if word in text and not _lists(text, word) and not (text.strip(_MARKS) == word and _compares(tokens, constant)):
            return True
    return any(word in text and not _lists(text.strip('"'), word) for text in joined)


def _lists(text: str, word: str) -> bool:
    """True if a word is an entry of a list wherever it is in a text."""
    if max(map(text.count, "|,;")) < _FEWEST_LISTED - 1:
        return False
    if "|" not in text and _CALL.search(text) is not None:  # commas and semicolons stand in statements as well
        return False
    places = list(islice(_places(text, word), _MOST_PLACES))
    return len(places) < _MOST_PLACES and all(_is_entry(text, at, at + len(word)) for at in places)


def _places(text: str, word: str) -> Iterator[int]:
    at = text.find(word)
    while at >= 0:
        yield at
        at = text.find(word, at + 1)


def _is_entry(text: str, start: int, end: int) -> bool:
    if text[start - 1 : start] in _QUOTES and text[start - 1 : start] == text[end : end + 1]:
        start, end = start - 1, end + 1
    before, right = text[max(0, start - _AROUND) : start], _RIGHT.match(text, end)
    if right is None:
        return False
    left = _LEFT.search(before)
    if left is None or (not left[1] and start > _AROUND):
        return bool(right[1]) and _LEFT_OF_STATEMENT.search(before) is not None
    return bool(left[1] or right[1])


def _compares(tokens: Tokens, constant: Constant) -> bool:
    """True if a literal is one of a list, compared with something, or replaced."""
    values, kinds, after = tokens.values, tokens.kinds, constant.end
    opener = _opener(values, constant.start)
    callee = values[opener - 1].lower() if opener > 0 and values[opener] == "(" else ""
    if callee == "replace":
        return values[after : after + 1] == [","]
    inside = bytes(kinds[opener:after]).count(STRING) + bytes(kinds[after : after + _FARTHEST_OPENER]).count(STRING)
    is_list = opener >= 0 and (callee == "array" or values[opener] in ("{", "["))
    return callee in _COMPARING or (is_list and inside >= _FEWEST_LISTED)


def _opener(values: Sequence[str], index: int) -> int:
    """Return the bracket that is open at a token, ``-1`` where there is none near."""
    depth = 0
    for at in range(index - 1, max(-1, index - _FARTHEST_OPENER), -1):
        depth += (values[at] in _CLOSING) - (values[at] in _OPENING)
        if depth < 0:
            return at
    return -1
