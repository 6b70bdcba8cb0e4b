"""Detectors: one idea, one file. Dropping a module here is all it takes to add one."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator
from functools import lru_cache
from importlib.metadata import entry_points

from webshellhunt.detectors.contract import Detector
from webshellhunt.model.rules import Rule

ENTRY_POINTS = "webshellhunt.detectors"


@lru_cache(maxsize=1)
def load_detectors() -> tuple[Detector, ...]:
    """Return every detector of this folder and of installed packages, ordered by rule id."""
    names = [f"{__name__}.{module.name}" for module in pkgutil.iter_modules(__path__) if module.name != "contract"]
    modules = [importlib.import_module(name) for name in names]
    modules += [point.load() for point in entry_points(group=ENTRY_POINTS)]
    found = [value for module in modules for value in vars(module).values() if isinstance(value, Detector)]
    return tuple(sorted(set(found), key=lambda detector: (detector.rule.id, detector.rule.slug)))


def iter_rules() -> Iterator[Rule]:
    """Yield the rule of each detector, its page taken from the module's docstring."""
    for detector in load_detectors():
        yield detector.rule
