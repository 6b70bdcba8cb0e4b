"""Places: where each word of a code stands, found in one pass, so that who looks for some words passes over none."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from itertools import chain

Places = Mapping[str, Sequence[int]]
"""For each word, the numbers of its tokens, which increase."""


def places_of(words: Iterable[str]) -> Places:
    """Return the places of each word in a row of them."""
    places = defaultdict[str, list[int]](list)
    for index, word in enumerate(words):
        places[word].append(index)
    places.default_factory = None  # who asks for a word that isn't there must not add it
    return places


def merge(places: Places, words: Iterable[str]) -> Sequence[int]:
    """Return the places of all of some words, in their order."""
    found = [places[word] for word in words if word in places]
    return found[0] if len(found) == 1 else sorted(chain.from_iterable(found))
