"""The prefilter of the detectors: the features of a code that are known before it has a tree.

A detector declares the features that it needs, most of them derived from the table of sinks. To look for the sinks
themselves takes the tree of the code and the index of that, and most pages have none of a kind.
"""

from __future__ import annotations

from collections.abc import Set
from functools import lru_cache

from webshellhunt.analysis.capabilities import capabilities
from webshellhunt.analysis.flow.sinks import OPENERS
from webshellhunt.analysis.structure.object_names import MAKERS
from webshellhunt.analysis.vocabulary import Sink, vocabulary
from webshellhunt.lang.natives import NATIVE

SINK, USE, FLOW, ORIGIN, LANGUAGE = "sink:", "use:", "flow:", "origin:", "language:"
"""Begin features that are no names of the code: kinds of sinks, capabilities, kinds of flows and of origins, words."""
MADE_TEXTS = "made-texts"
"""A feature: functions of the code make some of its constants."""
LONG_TEXTS = "long-texts"
"""A feature: a constant may be a program."""
WRITES = "writes"
"""A feature: a run over the code saw the name of a file that it writes."""
STATEMENTS = "statements"
"""A feature: something flows into a statement of a database."""
_DECLARING = frozenset({"dllimport", "dllimportattribute", "lib"})
_OF_NATIVES = "calls-native-function"
_UNKNOWN = "unknown"
"""The type of an object that is made by a name which is no constant."""


def uses_of(*names: str) -> frozenset[str]:
    """Return the features of which one is in each code that uses one of some capabilities."""
    return frozenset(USE + name for name in names)


def sinks_of(*kinds: str) -> frozenset[str]:
    """Return the features of which one is in each code with a sink of one of some kinds."""
    return frozenset(SINK + kind for kind in kinds)


def flows_to(*kinds: str) -> frozenset[str]:
    """Return the features of which one is in each code with a flow into a sink of one of some kinds."""
    return frozenset(FLOW + kind for kind in kinds)


def features_of(kinds: Set[str]) -> frozenset[str]:
    """Return the features of code that may have sinks of some kinds: these, and the capabilities that they show."""
    uses = (USE + name for name, capability in capabilities().items() if not kinds.isdisjoint(capability.kinds))
    return frozenset(SINK + kind for kind in kinds).union(uses)


def possible_kinds(
    words: Set[str], held: frozenset[str], texts: str, *, declares_objects: bool, is_folded: bool
) -> frozenset[str]:
    """Return all kinds of which a code may have a sink, by its names.

    Args:
        words: The names of the code in lower case.
        held: The words of it that some sinks need.
        texts: Its constants in lower case.
        declares_objects: Whether its page declares objects, whose names may be any.
        is_folded: Whether it may make an object by a name that is no literal.
    """
    if declares_objects:
        return _kinds()[0]
    by_word, found = _sinks_by_word(), set[str]()
    for word in by_word.keys() & words:
        for sink in by_word[word]:
            if sink.kind not in found and sink.counts(held) and _has_owner(sink, words, texts, is_folded=is_folded):
                found.add(sink.kind)
    return frozenset(found if words.isdisjoint(_DECLARING) else found | _kinds()[1])


def _has_owner(sink: Sink, words: Set[str], texts: str, *, is_folded: bool) -> bool:
    """True if a code may have an object to which a sink belongs."""
    owners = sink.pattern[:-1]
    if not sink.of_type:
        return all(owner in words or owner in texts for owner in owners)
    kind = ".".join(owners)
    if not words.isdisjoint(_names_of_type(kind)):
        return True
    if words.isdisjoint(MAKERS):
        return False
    return is_folded if kind == _UNKNOWN else any(name in texts for name in _programs_of_type(kind))


@lru_cache(maxsize=1)
def _sinks_by_word() -> dict[str, tuple[Sink, ...]]:
    """Return the sinks by each name with which code may use them: the last of their own, or that of a type."""
    found: dict[str, list[Sink]] = {}
    types = [*vocabulary().types.items(), *OPENERS.items()]
    for last, sinks in vocabulary().sinks.items():
        names = {name.rpartition(".")[2] for name, kind in types if kind.rpartition(".")[2] == last}
        for word in {last.lower(), *names}:
            found.setdefault(word, []).extend(sinks)
    return {word: tuple(sinks) for word, sinks in found.items()}


@lru_cache(maxsize=1)
def _kinds() -> tuple[frozenset[str], frozenset[str]]:
    """Return all kinds of sinks, and those of functions of Windows, which code may declare under any name."""
    sinks = [each for group in vocabulary().sinks.values() for each in group]
    natives = {each.kind for each in sinks if each.pattern[-1].startswith(NATIVE)}
    declared = capabilities()[_OF_NATIVES].kinds
    return frozenset(each.kind for each in sinks) | declared, frozenset(natives | declared)


@lru_cache(maxsize=256)
def _names_of_type(kind: str) -> frozenset[str]:
    """Return the names by which code makes or declares an object of a type, or gets one of another object."""
    types = [*vocabulary().types.items(), *OPENERS.items()]
    return frozenset(name.rpartition(".")[2] for name, each in [*types, (kind, kind)] if each == kind)


@lru_cache(maxsize=256)
def _programs_of_type(kind: str) -> tuple[str, ...]:
    """Return the texts by which code makes an object of a type."""
    names = [*(name for name, each in vocabulary().types.items() if each == kind), kind]
    return tuple(each for each in names if not any(other in each for other in names if other != each))
