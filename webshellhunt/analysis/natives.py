"""Natives: functions of Windows that the code declares, by their real names."""

from __future__ import annotations

from webshellhunt.lang.tree import Function
from webshellhunt.lazy_pattern import lazy_pattern

NATIVE = "native:"
"""Stands before the name of a function of Windows that the code declares."""
_IMPORTING = frozenset({"dllimport", "dllimportattribute"})
_ENTRY = lazy_pattern(r"(?i)entrypoint\W{0,9}([\w$#@]+)")
_JOINED = lazy_pattern(r"\"\s*[+&]\s*\"")
_WIDTH = lazy_pattern(r"(?<=[a-z])[AW]$")  # of what comes in two widths of characters


def native_name(function: Function) -> str:
    """Return the real name of a function of Windows that is declared, ``""`` for any other function.

    ``Declare Function F Lib "a" Alias "WinExec"``, ``[DllImport("a", EntryPoint = "WinExec")] … F(…)``.
    """
    said = {name.rpartition(".")[2]: text for name, text in function.attributes}
    if function.body is not None and function.body.statements:
        return ""
    entry = function.name
    if "lib" in said:
        entry = said.get("alias", entry)
    elif _IMPORTING.isdisjoint(said):
        return ""
    else:
        text = next(text for name, text in said.items() if name in _IMPORTING)
        found = _ENTRY.search(_JOINED.sub("", text))
        entry = found[1] if found is not None else entry
    return NATIVE + _WIDTH.sub("", entry).lower()
