"""Uses: which capabilities a code has, by the calls that show them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import NamedTuple

from webshellhunt.analysis.capabilities import OF_CAPABILITY, capabilities
from webshellhunt.analysis.vocabulary import Sink, vocabulary
from webshellhunt.lang.natives import NATIVE, native_name
from webshellhunt.lang.syntax_index import SyntaxIndex
from webshellhunt.lang.unit import Unit

MAX_USES = 50
_OF_NATIVES = f"{OF_CAPABILITY}calls-native-function"
_MOST_CALLS = 500
_DECLARING = frozenset({"dllimport", "dllimportattribute", "lib"})


class Use(NamedTuple):
    """One call that shows a capability: its name in lower case, and its place."""

    name: str
    place: int


def find_uses(sinks: Iterable[tuple[Sink, str, int]], unit: Unit) -> Mapping[str, tuple[Use, ...]]:
    """Return the uses of each capability that a code has, in the order of the code.

    ``sinks``: the sinks of the code, whether or not anything flows to them.
    """
    by_kind: dict[str, list[Use]] = {}
    for sink, name, place in sinks:
        if not name.startswith(NATIVE):
            by_kind.setdefault(sink.kind, []).append(Use(name, place))
    for use in () if unit.words.isdisjoint(_DECLARING) else islice(_native_calls(unit.index), _MOST_CALLS):
        for kind in (_OF_NATIVES, *(sink.kind for sink in vocabulary().sinks.get(NATIVE + use.name, ()))):
            by_kind.setdefault(kind, []).append(use)
    found = {}
    for name, capability in capabilities().items():
        uses = {use for kind in capability.kinds for use in by_kind.get(kind, ()) if use.name not in capability.spared}
        if uses:
            found[name] = tuple(sorted(uses, key=lambda use: (use.place, use.name))[:MAX_USES])
    return found


def _native_calls(index: SyntaxIndex) -> Iterator[Use]:
    """Yield the calls of functions of Windows that the code declares, also as members of its own classes."""
    declared = (function for functions in index.functions.values() for function in functions)
    natives = {each.name.lower(): name for each in declared if (name := native_name(each))}
    is_vb = index.tokens.language == "vb"
    for dotted in index.find(natives.keys()):
        for name, node, place in zip(dotted.names, dotted.nodes, dotted.places, strict=True):
            if name in natives and (is_vb or index.call_of(node) is not None):
                yield Use(natives[name].removeprefix(NATIVE), place)
