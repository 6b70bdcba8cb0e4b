"""Taking: objects that take up what they are given, and arrays that an object fills. Structure only, no meaning."""

from __future__ import annotations

from collections.abc import Iterator

from webshellhunt.analysis.vocabulary import vocabulary
from webshellhunt.code.calls import Calls


def takes_any(calls: Calls) -> bool:
    """Tell whether any word of a unit fills something."""
    return not calls.words.isdisjoint(vocabulary().fillers)


def iter_gathered(calls: Calls, start: int, end: int) -> Iterator[tuple[int, list[tuple[int, int]]]]:
    """Yield the objects that take something up in a statement, ``text.Append(x)``, each with the ranges of that."""
    vocab = vocabulary()
    if vocab.gatherers.isdisjoint(calls.lower[start:end]):
        return
    for root in calls.roots_in(start, end):
        dotted = calls.compound.get(root)
        if dotted is None or vocab.gatherers.isdisjoint(dotted.names):
            continue
        if dotted.names[0] == "response" or dotted.names[0] in vocab.request_owners:
            continue
        takers = [t for t, n in zip(dotted.tokens, dotted.names, strict=True) if n in vocab.gatherers and t != root]
        yield root, [each for token in takers for each in calls.arguments(token, root, start, end)]


def iter_filled(calls: Calls, start: int, end: int) -> Iterator[tuple[int, tuple[int, int]]]:
    """Yield what an object fills in a statement, ``stream.Read(bytes, 0, n)``, each with the range of the object."""
    fillers = vocabulary().fillers
    if fillers.isdisjoint(calls.lower[start:end]):
        return
    for root in calls.roots_in(start, end):
        dotted = calls.compound.get(root)
        if dotted is None or fillers.isdisjoint(dotted.names[1:]):
            continue
        taker = next(t for t, n in zip(dotted.tokens[1:], dotted.names[1:], strict=True) if n in fillers)
        filled = calls.arguments(taker, root, start, end)
        for name_at in calls.roots_in(*filled[0])[:1] if filled else ():
            yield name_at, (root, taker)
