"""Powers: what a page is able to do, by the words of its code."""

from __future__ import annotations

from collections.abc import Iterable

from webshellhunt.code.calls import Calls
from webshellhunt.code.constants import Constant
from webshellhunt.code.tokens import NAME, STRING
from webshellhunt.code.vocabulary import vocabulary


def find_powers(calls: Calls, constants: Iterable[Constant]) -> dict[str, int]:
    """Return what the page is able to do, with the token that shows it, where that is of three kinds at least.

    Words in strings count, those in comments don't.
    """
    vocab, lower, kinds = vocabulary(), calls.lower, calls.unit.tokens.kinds
    folded = [constant for constant in constants if constant.steps]
    words = vocab.power_words("\n".join((*calls.words, *(constant.value for constant in folded))))
    if not words:
        return {}
    found: dict[str, int] = {}
    for index, kind in enumerate(kinds):
        if kind in (NAME, STRING):
            text = lower[index].lower()
            # Nearly all strings hold no such word, which is known far sooner than where a whole word may stand.
            if kind == STRING and not any(word in text for word in words):
                continue
            power = vocab.power_of(text, kind == STRING)
            if power is not None:
                found.setdefault(power, index)
    for constant in folded:
        power = vocab.power_of(constant.value.lower(), True)
        if power is not None:
            found.setdefault(power, constant.start)
    return found
