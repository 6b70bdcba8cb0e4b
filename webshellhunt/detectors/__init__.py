"""Detectors: one idea, one file. Dropping a module here is all it takes to add one."""

from __future__ import annotations

import importlib
import pkgutil
import sys
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from types import ModuleType

from webshellhunt.detectors.contract import Detector
from webshellhunt.model.rules import Rule

ENTRY_POINTS = "webshellhunt.detectors"


@lru_cache(maxsize=1)
def load_detectors() -> tuple[Detector, ...]:
    """Return every detector of this folder and of installed packages, ordered by rule id."""
    names = [f"{__name__}.{module.name}" for module in pkgutil.iter_modules(__path__) if module.name != "contract"]
    modules = [importlib.import_module(name) for name in names]
    modules += _outsiders()
    found = [value for module in modules for value in vars(module).values() if isinstance(value, Detector)]
    return tuple(sorted(set(found), key=lambda detector: (detector.rule.id, detector.rule.slug)))


def _outsiders() -> list[ModuleType]:
    """Return the modules that installed packages announce; without one, the costly look-up is left out."""
    files = (file for folder in sys.path for file in Path(folder or ".").glob("*-info/entry_points.txt"))
    if not any(ENTRY_POINTS in file.read_text(encoding="utf-8", errors="replace") for file in files):
        return []
    from importlib.metadata import entry_points

    return [point.load() for point in entry_points(group=ENTRY_POINTS)]


def iter_rules() -> Iterator[Rule]:
    """Yield the rule of each detector, its page taken from the module's docstring."""
    for detector in load_detectors():
        yield detector.rule
