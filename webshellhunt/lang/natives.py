"""Natives: functions of libraries of Windows that a page declares, under any name."""

from __future__ import annotations

from webshellhunt.lang.tree import Function
from webshellhunt.lazy_pattern import lazy_pattern

NATIVE = "native:"
"""The prefix of the name of a function of Windows that the code declares."""
_IMPORTING = frozenset({"dllimport", "dllimportattribute"})
_ENTRY = lazy_pattern(r"(?i)\bentrypoint\s*+:?=\s*+@?\"([^\"]{0,80}+)\"")
_BETWEEN = lazy_pattern(r"\"\s*+[+&]\s*+@?\"")
_WIDTH = lazy_pattern(r"(?<=[a-z])[AW]$")  # functions with two widths of characters


def native_name(function: Function) -> str:
    """Return the name by which a declared function of Windows is known, ``""`` for any other function."""
    for name, text in function.attributes:
        if name.rpartition(".")[2] in _IMPORTING:
            return _named(_entry_of(text) or function.name)
    if function.kind != "declared" or "delegate" in function.modifiers:
        return ""
    known = dict(function.attributes)
    return _named(known.get("alias") or function.name) if "lib" in known else ""


def _entry_of(text: str) -> str:
    """Return the real name of a function, from the arguments of its attribute."""
    found = _ENTRY.search(_BETWEEN.sub("", text))
    return found[1] if found is not None else ""


def _named(entry: str) -> str:
    return NATIVE + _WIDTH.sub("", entry).lower()
