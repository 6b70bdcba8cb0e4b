"""All doors by name."""

from __future__ import annotations

from functools import cache
from importlib import import_module

from tests.fuzz.door import Door

_MODULES = ("binaries", "code", "configuration", "containers", "logs", "machine", "pages", "saved", "text")


@cache
def all_doors() -> dict[str, Door]:
    """Return each door by its name, sorted."""
    found = [door for name in _MODULES for door in import_module(f"tests.fuzz.doors.{name}").DOORS]
    assert len({door.name for door in found}) == len(found)
    return {door.name: door for door in sorted(found, key=lambda door: door.name)}
