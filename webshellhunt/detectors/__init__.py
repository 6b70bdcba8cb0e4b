"""Detectors: one idea, one file. A module in one of these folders is found by listing, without registration."""

from __future__ import annotations

import importlib
import pkgutil
import sys
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

from webshellhunt.detectors.contract import Detector
from webshellhunt.errors import PluginError
from webshellhunt.model.rules import Rule

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint

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
    """Return the detectors that installed packages announce; without one, the costly look-up is left out."""
    files = (file for folder in sys.path for file in _announcements(Path(folder or ".")))
    if not any(ENTRY_POINTS in _text(file) for file in files):
        return []
    from importlib.metadata import entry_points

    return [each for point in entry_points(group=ENTRY_POINTS) for each in _load(point)]


def _announcements(folder: Path) -> list[Path]:
    try:
        return list(folder.glob("*-info/entry_points.txt"))
    except OSError:
        return []


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""


def _load(point: EntryPoint) -> list[Detector]:
    """Return the detectors of one entry point, which names a module.

    Raises:
        PluginError: It can't be loaded, or offers something else.
    """
    package = f" of the package {point.dist.name}" if point.dist is not None else ""
    culprit = f"the plug-in {point.name} = {point.value}{package}"
    try:
        loaded = point.load()
    except (Exception, SystemExit) as error:
        words = f"{type(error).__name__}: {error}"[:300]
        raise PluginError(f"{culprit} can't be loaded ({words}); repair or uninstall it") from error
    values = vars(loaded).values() if isinstance(loaded, ModuleType) else (loaded,)
    found = [value for value in values if isinstance(value, Detector)]
    if not found or not all(isinstance(each.rule, Rule) and callable(each.find) for each in found):
        raise PluginError(f"{culprit} offers no detector made by 'detector(rule, on=view)'; repair or uninstall it")
    return found


def iter_rules() -> Iterator[Rule]:
    """Yield the rule of each detector."""
    for detector in load_detectors():
        yield detector.rule
