"""The analysis without its prefilters: each is replaced by the answer that filters nothing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import pytest

from webshellhunt.analysis import prefilter
from webshellhunt.analysis.flow import page_analysis
from webshellhunt.detectors.contract import DetectorSelection
from webshellhunt.scan.tools import compiled
from webshellhunt.signatures.groups import Group
from webshellhunt.views import layer


def _yes(*_: Any, **__: Any) -> bool:
    return True


Replacement = tuple[object, str, object]

PREFILTERS: dict[str, Sequence[Replacement]] = {
    "relevance": ((prefilter, "is_relevant", _yes),),
    "folding": ((page_analysis, "may_fold", _yes),),
    "flows": ((page_analysis, "may_flow", _yes),),
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


@contextmanager
def without(names: Iterable[str]) -> Iterator[None]:
    """Switch some prefilters off for whole files; a compiled job remembers some answers, so jobs are compiled anew."""
    compiled.cache_clear()
    with switched_off(names):
        yield
    compiled.cache_clear()
