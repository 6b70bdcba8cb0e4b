"""The analysis without its prefilters: each is replaced by the answer that filters nothing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import pytest

from webshellhunt.code import flow, folded
from webshellhunt.code.calls import Calls
from webshellhunt.code.constants import folding
from webshellhunt.code.constants.again import Differing
from webshellhunt.code.constants.brackets import OwnCode
from webshellhunt.code.constants.quiet import Line, lines_of
from webshellhunt.code.slices import Slices
from webshellhunt.code.unit import Unit
from webshellhunt.detectors.contract import DetectorSelection
from webshellhunt.lang.tokens import Tokens
from webshellhunt.scan.tools import compiled
from webshellhunt.signatures.groups import Group
from webshellhunt.views import layer, page_code

_lines = lines_of


def _yes(*_: Any, **__: Any) -> bool:
    return True


def _every_statement(unit: Unit, calls: Calls, *_: Any, **__: Any) -> list[int]:
    return list(range(len(unit.statements)))


def _loud_lines(tokens: Tokens, own: OwnCode | None) -> Iterator[Line]:
    return (Line(line.start, line.end, is_quiet=False) for line in _lines(tokens, own))


def _statements_of(slices: Slices, *_: Any) -> set[int]:
    return set(range(len(slices._unit.statements)))


Replacement = tuple[object, str, object]

PREFILTERS: dict[str, Sequence[Replacement]] = {
    "relevance": ((page_code, "is_relevant", _yes), (layer, "is_relevant", _yes)),
    "prospects": ((folded, "may_fold", _yes),),
    "reaching": ((flow, "find_reaching", _every_statement),),
    "evaluates": ((flow, "evaluates", _yes),),
    "arriving": ((flow, "may_arrive", _yes),),
    "slices": ((Slices, "behind", _statements_of), (Slices, "acting", property(_statements_of))),
    "givers": ((Slices, "giving", _statements_of),),
    "quiet": ((folding, "lines_of", _loud_lines),),
    "again": ((Differing, "changes", _yes),),
    "client-scripts": ((layer, "may_ask_password", _yes), (layer, "may_take_password", _yes)),
    "detectors": ((DetectorSelection, "_select", lambda of, _: tuple(each.find for each in of._detectors)),),
    "signatures": ((Group, "opens", property(lambda _: _yes)),),
}
"""By name, what is replaced for each prefilter: the owner, the attribute, the answer that filters nothing."""


LOSSLESS = tuple(name for name in PREFILTERS if name != "prospects")
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
