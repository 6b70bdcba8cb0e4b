"""Denied claims: a signature claims a data flow at places of a page where the analysis of its code saw none.

Only of a whole page that the server runs as it is, without other files, all code is known that may run.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING

from webshellhunt.pages.page import Dependency, DependencyKind
from webshellhunt.signatures.engine import FIRST_PLACE_ONLY_FROM_BYTES, HITS_PER_STRING
from webshellhunt.signatures.hits import SignatureHit
from webshellhunt.views.sample import Code, Layer, Sample

if TYPE_CHECKING:
    from webshellhunt.analysis.flow.flows import Flow

_KINDS = frozenset({"evaluate", "process", "load", "write-path", "write-content"})
_FRAGMENTS = ("inc", "ascx", "master")


def is_complete(hit: SignatureHit, size: int) -> bool:
    """Return True if a match in data of some size has all its places; an engine keeps the first of many."""
    most = Counter(identifier for identifier, _, _ in hit.strings).most_common(1)
    return size < FIRST_PLACE_ONLY_FROM_BYTES and bool(most) and most[0][1] < HITS_PER_STRING


def is_whole_program(sample: Sample, layer: Layer) -> bool:
    """Return True if a layer has all the code that runs with it: classes that its directives name are in it."""
    from webshellhunt.lang.tree import Class

    own = {each.name.lower() for code in layer.codes for each in code.unit.index.of(Class)}
    is_alone = layer.is_page_alone and all(_is_own_class(each, own) for each in layer.page.dependencies)
    return is_alone and sample.includes_nothing and sample.nature.executable and sample.extension not in _FRAGMENTS


def _is_own_class(dependency: Dependency, own: set[str]) -> bool:
    return dependency.kind is DependencyKind.CLASS and dependency.target.rpartition(".")[2].lower() in own


def is_denied(layer: Layer, places: Sequence[tuple[int, int]]) -> bool:
    """Return True if the analysis of the code denies a flow at each of some ranges of a page that is in its code.

    Code of a language without an analysis, and code in attributes, denies nothing.
    """
    within: dict[str | None, list[tuple[int, int]]] = {}
    for block in layer.page.blocks:
        met = [place for place in places if block.start <= place[1] and place[0] < block.end]
        if met:
            within.setdefault(block.language if block.decoded is None else None, []).extend(met)
    codes = {code.unit.language: code for code in layer.codes}
    known = [(codes.get(language or ""), met) for language, met in within.items()]
    return bool(known) and all(code is not None and denies(code, met) for code, met in known)


def denies(code: Code, ranges: Sequence[tuple[int, int]]) -> bool:
    """Return True if a page has no flow from a visitor at ranges of its text, all of which are in this code.

    The code there never runs, or it runs only known text, or it is an example that the page shows. Code that the
    analysis did not follow to its end, or does not understand, denies nothing.
    """
    if code.analysis.exhausted or any(map(_is_of_visitor, code.analysis.all_flows())):
        return False
    from webshellhunt.analysis.structure.code_ranges import are_shown, places_in, unparsed_names

    if are_shown(code.unit, ranges):
        return True
    doubtful = code.analysis.doubtful
    if doubtful is None:
        return False
    met = places_in(code.unit, ranges)
    return met is not None and met.isdisjoint(doubtful) and met.isdisjoint(unparsed_names(code.unit))


def _is_of_visitor(flow: Flow) -> bool:
    return flow.kind in _KINDS and (flow.from_visitor or flow.hidden)
