"""Detectors: one idea, one file. A module in one of these folders is found by listing, without registration.

A folder names the views of its detectors (``VIEWS``), and those of modules that differ (``OTHER_VIEWS``): without a
view of a kind in the evidence, its detectors are not imported.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Collection, Iterable, Iterator, Mapping
from functools import lru_cache
from types import ModuleType
from typing import TYPE_CHECKING

from webshellhunt.model.rules import Rule
from webshellhunt.plug_ins import PlugIn, plug_ins

if TYPE_CHECKING:
    from webshellhunt.detectors.contract import Detector

ENTRY_POINTS = "webshellhunt.detectors"


@lru_cache(maxsize=1)
def load_detectors() -> tuple[Detector, ...]:
    """Return all detectors, of these folders and of installed packages, ordered by rule id."""
    return _ordered([*_defined_in(_views()), *outsiders()])


@lru_cache(maxsize=32)
def detectors_on(view: type) -> tuple[Detector, ...]:
    """Return the detectors of one view, as ``load_detectors`` does, and import no others."""
    found = [*_defined_in(name for name, views in _views().items() if view.__name__ in views), *outsiders()]
    return _ordered(each for each in found if each.on is view)


@lru_cache(maxsize=1)
def outsiders() -> tuple[Detector, ...]:
    """Return the detectors that installed packages announce.

    Raises:
        PluginError: One can't be loaded, or offers something else.
    """
    return tuple(each for plug_in in plug_ins(ENTRY_POINTS) for each in _load(plug_in))


def _ordered(found: Iterable[Detector]) -> tuple[Detector, ...]:
    return tuple(sorted(set(found), key=lambda detector: (detector.rule.id, detector.rule.slug)))


def _defined_in(modules: Iterable[str]) -> list[Detector]:
    from webshellhunt.detectors.contract import Detector

    values = (value for name in modules for value in vars(importlib.import_module(name)).values())
    return [value for value in values if isinstance(value, Detector)]


@lru_cache(maxsize=1)
def _views() -> Mapping[str, Collection[str]]:
    """Return the names of the views of the detectors in each module, by the name of the module."""
    found: dict[str, Collection[str]] = {}
    for folder in pkgutil.iter_modules(__path__, f"{__name__}."):
        if folder.ispkg:
            package = importlib.import_module(folder.name)
            others: Mapping[str, str] = getattr(package, "OTHER_VIEWS", {})
            for each in pkgutil.iter_modules(package.__path__):
                found[f"{folder.name}.{each.name}"] = [others[each.name]] if each.name in others else package.VIEWS
    return found


def _load(plug_in: PlugIn) -> list[Detector]:
    """Return the detectors of one entry point, which names a module or a detector.

    Raises:
        PluginError: It can't be loaded, or offers something else.
    """
    from webshellhunt.detectors.contract import Detector

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
