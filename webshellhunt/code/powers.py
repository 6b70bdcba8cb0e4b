"""Powers: what a page is able to do, by the words of its code."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from webshellhunt.code.calls import Calls
from webshellhunt.code.constants import Constant
from webshellhunt.code.tokens import NAME, STRING
from webshellhunt.code.vocabulary import vocabulary


def find_powers(calls: Calls, constants: Iterable[Constant]) -> dict[str, int]:
    """Return what the page is able to do, with the token that shows it, where that is of three kinds at least.

    Words in strings count, those in comments don't.
    """
    vocab = vocabulary()
    folded: dict[str, Constant] = {}  # where each is first: a long one may be used at a thousand places
    for constant in constants:
        if constant.steps:
            folded.setdefault(constant.value, constant)
    words = vocab.power_words("\n".join((*calls.words, *folded)))
    if not words:
        return {}
    found: dict[str, int] = {}
    for index, shown in sorted(_iter_powers(calls, words)):
        found.setdefault(shown, index)
    for value, constant in folded.items():
        power = vocab.power_of(value.lower(), True)
        if power is not None:
            found.setdefault(power, constant.start)
    return found


def _iter_powers(calls: Calls, words: Sequence[str]) -> Iterator[tuple[int, str]]:
    """Yield the first token of each name and of each string that shows a power, with that."""
    kinds = calls.unit.tokens.kinds
    for word in calls.words:
        text = word.lower()
        # Nearly nothing holds such a word, which is known far sooner than where a whole word may stand.
        if any(each in text for each in words):
            for kind in (NAME, STRING):
                index = next((at for at in calls.indexes_of({word}) if kinds[at] == kind), None)
                power = vocabulary().power_of(text, kind == STRING) if index is not None else None
                if index is not None and power is not None:
                    yield index, power
