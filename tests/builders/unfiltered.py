"""The analysis without its prefilters: each is replaced by the answer that filters nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache
from typing import Any

import pytest

from webshellhunt.analysis import prefilter
from webshellhunt.analysis.flow import page_analysis
from webshellhunt.analysis.vocabulary import vocabulary
from webshellhunt.detectors.contract import DetectorSelection
from webshellhunt.scan import tools
from webshellhunt.signatures.catalog import Catalog
from webshellhunt.signatures.groups import Group
from webshellhunt.views import layer


def _yes(*_: Any, **__: Any) -> bool:
    return True


def _all_kinds(*_: Any, **__: Any) -> frozenset[str]:
    return frozenset(sink.kind for group in vocabulary().sinks.values() for sink in group)


Replacement = tuple[object, str, object]
Compiled = tuple[Catalog, dict[type, DetectorSelection]]

PREFILTERS: dict[str, Sequence[Replacement]] = {
    "relevance": ((prefilter, "is_relevant", _yes),),
    "folding": ((page_analysis, "may_fold", _yes),),
    "flows": ((page_analysis, "may_flow", _yes),),
    "features": ((page_analysis, "possible_kinds", _all_kinds),),
    "client-scripts": ((layer, "may_ask_password", _yes), (layer, "may_take_password", _yes)),
    "detectors": ((DetectorSelection, "_select", lambda of, _: tuple(each.find for each in of._detectors)),),
    "signatures": ((Group, "opens", property(lambda _: _yes)),),
}
"""By name, what is replaced for each prefilter: the owner, the attribute, the answer that filters nothing."""


LOSSLESS = tuple(name for name in PREFILTERS if name != "folding")
"""The prefilters without which the messages are the same as well; folding more names more keys."""


@contextmanager
def switched_off(names: Iterable[str]) -> Iterator[None]:
    """Switch some prefilters off."""
    with pytest.MonkeyPatch.context() as patch:
        for owner, attribute, answer in (each for name in names for each in PREFILTERS[name]):
            patch.setattr(owner, attribute, answer)
        yield


@lru_cache(maxsize=2)
def _unfiltered(_: frozenset[str]) -> Callable[..., Compiled]:
    """Return what compiles a job without some prefilters: its selections of detectors remember their answers."""

    @lru_cache(maxsize=1)
    def compiled(*arguments: Any) -> Compiled:
        catalog, selections = filtered(*arguments)
        return catalog, {view: DetectorSelection(each._detectors) for view, each in selections.items()}

    filtered = tools.compiled
    return compiled


@contextmanager
def without(names: Iterable[str]) -> Iterator[None]:
    """Switch some prefilters off for whole files."""
    compiled = _unfiltered(frozenset(names))
    with switched_off(names), pytest.MonkeyPatch.context() as patch:
        patch.setattr(tools, "compiled", compiled)
        yield
