"""The prefilter of the interpreter: whether a run over some code may see anything arrive at a sink.

A run needs the tree of the code and most of the time that a page costs, and most pages have no word of a sink. Each
question here is about names of the code alone, and errs on the side of a run.
"""

from __future__ import annotations

from collections.abc import Iterable, Set
from functools import lru_cache

from webshellhunt.analysis.prefilter.folding import may_call_by_text
from webshellhunt.analysis.prefilter.text import VISITED
from webshellhunt.analysis.structure.object_names import CONTROL_TYPES
from webshellhunt.analysis.vocabulary import OF_VISITOR, Sink, vocabulary
from webshellhunt.lang.columns import Tokens

_FEEDING = frozenset(
    {
        "write",
        "writeline",
        "writeasync",
        "writelineasync",
        "writetext",
        "print",
        "printline",
        "fileput",
        "fileputobject",
    }
)
"""Words of sinks that need another one, which opens the file or starts the program."""
_BY_NAME = frozenset(
    {"invokemember", "dynamicinvoke", "callbyname", "createdelegate", "createinstance", "setvalue"}
    | {"dllimport", "dllimportattribute", "declare", "openastextstream"}
)
"""Words by which a sink is called whose name is a text."""
_OF_SCRIPT = frozenset({"Function", "constructor"})
"""Names by which JScript makes a function of a text."""
_EVALUATING = frozenset({"execute", "executeglobal", "incomingrequest"})
_MAKING = frozenset(
    {"createobject", "getobject", "createinstance", "gettypefromprogid", "gettypefromclsid", "gettype", "invoke"}
    | {"getmethod", "getmethods", "getruntimemethod", "getruntimemethods", "getdeclaredmethod", "createdelegate"}
)
"""Words of functions that make an object, or find a method, by the name in a text."""
_MAKER = "createobject"
_MADE_BY_NAME = frozenset({_MAKER, "getobject", "activexobject"})
_TYPED = frozenset({"c#", "vb"})
"""Languages in which the type of an object is mostly written in the code."""


def may_flow(tokens: Tokens, held: frozenset[str], *, has_controls: bool = False, objects: Iterable[str] = ()) -> bool:
    """True if anything may arrive at a sink in some code.

    ``held``: the words of the code that some sinks need. ``has_controls``: true for code of a page with controls, which
    a visitor fills in. ``objects``: the names to which the page gives a type.
    """
    words = {*tokens.lowered}
    if not words.isdisjoint(_BY_NAME):
        return True
    if tokens.language == "jscript" and (may_call_by_text(tokens) or any(map(tokens.text.__contains__, _OF_SCRIPT))):
        return True
    if not words.isdisjoint(name.lower() for name in objects):
        words.add(_MAKER)
    is_visited = has_controls or may_be_visited(words)
    lasts = _sinks_by_word()
    if is_visited and _writes_to_object(tokens, words):
        return True
    return any(
        _counts(sink, tokens, words, held, is_visited=is_visited)
        for word in lasts.keys() & words
        for sink in lasts[word]
    )


def may_be_visited(words: Set[str]) -> bool:
    """True if a code may get something of a visitor itself, by its words in lower case."""
    return not words.isdisjoint(VISITED | _EVALUATING | CONTROL_TYPES)


def may_harm(words: Set[str]) -> bool:
    """True if code with some words, in lower case, may have a sink that is harmful by itself."""
    lasts = _sinks_by_word()
    return any(
        sink.kind not in OF_VISITOR and not (sink.beside and words.isdisjoint(sink.beside)) and _is_owned(sink, words)
        for word in lasts.keys() & words
        for sink in lasts[word]
    )


def _is_owned(sink: Sink, words: Set[str]) -> bool:
    owners = sink.pattern[:-1]
    return not words.isdisjoint(_names_of_type(".".join(owners))) if sink.of_type else words >= frozenset(owners)


@lru_cache(maxsize=1)
def _sinks_by_word() -> dict[str, tuple[Sink, ...]]:
    """Return the sinks of data flows by their last names in lower case."""
    found: dict[str, list[Sink]] = {}
    for last, group in vocabulary().sinks.items():
        if last.lower() not in _FEEDING:
            found.setdefault(last.lower(), []).extend(s for s in group if s.is_end)
    return {word: tuple(group) for word, group in found.items() if group}


def _counts(sink: Sink, tokens: Tokens, words: Set[str], held: frozenset[str], *, is_visited: bool) -> bool:
    if not sink.counts(held) or (sink.kind in OF_VISITOR and not is_visited):
        return False
    if sink.is_bare:
        return sink.kind != "evaluate" or _stands_alone(tokens, sink.pattern[0])
    owners = sink.pattern[:-1]
    if sink.of_type and tokens.language in _TYPED:
        return not words.isdisjoint(_names_of_type(".".join(owners)) | _MAKING)
    if sink.of_type:
        return True
    return words >= frozenset(owners)


def _writes_to_object(tokens: Tokens, words: Set[str]) -> bool:
    """True if code without types makes objects by their names and writes to anything else than its answer."""
    if tokens.language in _TYPED or words.isdisjoint(_MADE_BY_NAME):
        return False
    values = tokens.values
    feeding = tokens.indexes_of({each for each in tokens.places if each.lower() in _FEEDING})
    return any(at > 1 and values[at - 1] == "." and values[at - 2].lower() != "response" for at in feeding)


@lru_cache(maxsize=256)
def _names_of_type(kind: str) -> frozenset[str]:
    """Return the names by which code makes or declares an object of a type."""
    names = {name for name, each in vocabulary().types.items() if each == kind}
    return frozenset(name.rpartition(".")[2] for name in names | {kind})


def _stands_alone(tokens: Tokens, word: str) -> bool:
    """True if a name is no member of anything in one place at least; in JScript it may be one of the global object.

    There letter case matters; elsewhere the function that makes functions of texts is a keyword.
    """
    if tokens.language == "jscript":
        return word in tokens.places
    places = tokens.indexes_of({each for each in tokens.places if each.lower() == word})
    return any(at == 0 or tokens.values[at - 1] != "." for at in places)
