"""Detectors: one idea, one file. A module in one of these folders is found by listing, without registration."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator
from functools import lru_cache
from types import ModuleType

from webshellhunt.detectors.contract import Detector
from webshellhunt.model.rules import Rule
from webshellhunt.plug_ins import PlugIn, plug_ins

ENTRY_POINTS = "webshellhunt.detectors"
CONTRACT = f"{__name__}.contract"


@lru_cache(maxsize=1)
def load_detectors() -> tuple[Detector, ...]:
    """Return all detectors, of these folders and of installed packages, ordered by rule id."""
    listed = pkgutil.walk_packages(__path__, f"{__name__}.")
    modules = [importlib.import_module(each.name) for each in listed if not each.ispkg and each.name != CONTRACT]
    found = [value for module in modules for value in vars(module).values() if isinstance(value, Detector)]
    found += _outsiders()
    return tuple(sorted(set(found), key=lambda detector: (detector.rule.id, detector.rule.slug)))


def _outsiders() -> list[Detector]:
    """Return the detectors that installed packages announce."""
    return [each for plug_in in plug_ins(ENTRY_POINTS) for each in _load(plug_in)]


def _load(plug_in: PlugIn) -> list[Detector]:
    """Return the detectors of one entry point, which names a module or a detector.

    Raises:
        PluginError: It can't be loaded, or offers something else.
    """
    loaded = plug_in.load()
    values = vars(loaded).values() if isinstance(loaded, ModuleType) else (loaded,)
    found = [value for value in values if isinstance(value, Detector)]
    if not found or not all(isinstance(each.rule, Rule) and callable(each.find) for each in found):
        raise plug_in.refused("offers no detector made by 'detector(rule, on=view)'")
    return found


def iter_rules() -> Iterator[Rule]:
    """Yield the rule of each detector."""
    for detector in load_detectors():
        yield detector.rule
