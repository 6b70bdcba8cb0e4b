"""Denials: places of a text of which the analysis of the code says that nothing of a visitor gets to a sink.

A signature that claims such a flow by its text alone has no case at these places: the code there never runs, or what it
runs is known. Code that the analysis did not follow to its end, or does not understand, denies nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain

from webshellhunt.analysis.flows import Flow
from webshellhunt.code.flow import FlowAnalysis
from webshellhunt.code.interpreted import KINDS
from webshellhunt.lang.columns import Tokens
from webshellhunt.lang.parser import parse
from webshellhunt.lang.tokens import NAME, STRING
from webshellhunt.lang.tree import Unparsed, walk
from webshellhunt.lazy_pattern import lazy_pattern

_WORDS = lazy_pattern(r"[\w.]+")


def denies(analysis: FlowAnalysis, places: Sequence[tuple[int, int]]) -> bool:
    """Return True if a page has no flow from a visitor at ranges of its text, all of which are code of this unit.

    A range that begins in a constant with code denies nothing: the constant may be a page that is written somewhere.
    """
    tokens, doubtful = analysis.unit.tokens, analysis.doubtful
    if doubtful is None or analysis.exhausted or any(map(_is_of_visitor, analysis.all_flows())):
        return False
    touched = [[*tokens.touched_by([place])] for place in places]
    if not all(_begins_in_code(tokens, each) for each in touched):
        return False
    met = frozenset(chain.from_iterable(touched))
    return met.isdisjoint(doubtful) and met.isdisjoint(_not_understood(analysis))


def _is_of_visitor(flow: Flow) -> bool:
    return flow.kind in KINDS and (flow.from_visitor or flow.hidden)


def _begins_in_code(tokens: Tokens, touched: Sequence[int]) -> bool:
    """Return True if the first name or constant of a range is a name, or a constant without code; True in a comment."""
    first = next((at for at in touched if tokens.kinds[at] in (NAME, STRING)), None)
    return first is None or (tokens.kinds[first] == NAME or _WORDS.fullmatch(tokens.values[first]) is not None)


def _not_understood(analysis: FlowAnalysis) -> frozenset[int]:
    """Return the names in tokens that no rule of the language fits."""
    tokens = analysis.unit.tokens
    unparsed = [node for node in walk(parse(tokens).top) if isinstance(node, Unparsed)]
    return frozenset(at for node in unparsed for at in range(node.start, node.end) if tokens.kinds[at] == NAME)
