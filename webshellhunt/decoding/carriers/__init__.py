"""Carriers: files that hold a script inside something else. One format, one module; dropping one here adds it."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Iterator
from functools import lru_cache

from webshellhunt.decoding.carriers.carried import Carried

OpenCarrier = Callable[[bytes], Iterator[Carried]]


@lru_cache(maxsize=1)
def _openers() -> tuple[OpenCarrier, ...]:
    names = sorted(module.name for module in pkgutil.iter_modules(__path__) if module.name != "carried")
    return tuple(importlib.import_module(f"{__name__}.{name}").open_carrier for name in names)


def iter_carried(data: bytes) -> Iterator[Carried]:
    """Yield what each carrier format finds in the bytes of a file; never raises on any bytes."""
    for open_carrier in _openers():
        yield from open_carrier(data)
