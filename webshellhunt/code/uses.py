"""Uses: which capabilities a unit has, by the calls that show them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import NamedTuple

from webshellhunt.analysis.capabilities import OF_CAPABILITY, capabilities
from webshellhunt.analysis.vocabulary import Sink, vocabulary
from webshellhunt.code.calls import Calls
from webshellhunt.code.renames import NATIVE
from webshellhunt.lang.tokens import NAME

MAX_USES = 50
_NATIVE = f"{OF_CAPABILITY}calls-native-function"
_MOST_PLACES = 500
_FARTHEST_EXTERN = 6  # tokens between the word and the name of what is declared
_DECLARING = frozenset({"function", "sub"})


class Use(NamedTuple):
    """One call that shows a capability: its name in lower case, and its token."""

    name: str
    token: int


def find_uses(sinks: Iterable[tuple[Sink, str, int]], calls: Calls) -> Mapping[str, tuple[Use, ...]]:
    """Return the uses of each capability that a unit has, in the order of the code.

    Args:
        sinks: The sinks of the unit, whether or not anything flows to them.
        calls: Its dotted names.
    """
    by_kind: dict[str, list[Use]] = {}
    for sink, name, token in sinks:
        if not name.startswith(NATIVE):
            by_kind.setdefault(sink.kind, []).append(Use(name, token))
    for use in _native_calls(calls):
        for kind in (_NATIVE, *(sink.kind for sink in vocabulary().sinks.get(NATIVE + use.name, ()))):
            by_kind.setdefault(kind, []).append(use)
    found = {}
    for name, capability in capabilities().items():
        uses = {use for kind in capability.kinds for use in by_kind.get(kind, ()) if use.name not in capability.spared}
        if uses:
            found[name] = tuple(sorted(uses, key=lambda use: (use.token, use.name))[:MAX_USES])
    return found


def _native_calls(calls: Calls) -> Iterator[Use]:
    """Yield the calls of functions of Windows that the unit declares, also as members of its own classes."""
    natives, lower, kinds = calls.natives, calls.lower, calls.unit.tokens.kinds
    for token in islice(calls.indexes_of(natives.keys()), _MOST_PLACES) if natives else ():
        called = lower[token + 1 : token + 2] == ["("] or calls.unit.is_vb
        before = lower[max(0, token - _FARTHEST_EXTERN) : token]
        if called and kinds[token] == NAME and not _DECLARING.intersection(before[-1:]) and "extern" not in before:
            yield Use(natives[lower[token]].removeprefix(NATIVE), token)
