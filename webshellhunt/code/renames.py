"""Renames: names by which a unit calls something else, of which the compiler knows the real name.

Imports give a type or a namespace another name, declarations one to a function of a library of Windows, and a function
of the page that only runs its argument is `eval` by another name.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import islice

from webshellhunt.code.unit import Unit
from webshellhunt.lang.tokens import NAME, STRING
from webshellhunt.lazy_pattern import lazy_pattern

NATIVE = "native:"
"""Stands before the name of a function of Windows that the code declares."""

_IMPORTS = frozenset({"using", "imports", "Imports"})
_EVALUATING = frozenset({"eval", "execute", "executeglobal"})
_IMPORTING = frozenset({"DllImport", "DllImportAttribute", "dllimport", "dllimportattribute"})
_DECLARING = frozenset({"function", "sub"})
_ENDS_CALL = frozenset({")", ",", "\n", ":", "", "end"})
_WIDTH = lazy_pattern(r"(?<=[a-z])[AW]$")  # of what comes in two widths of characters
_MOST_EVALUATORS = 200
_STRING = bytes((STRING,))
_FARTHEST = 80  # tokens of a declaration


def find_renames(unit: Unit, declared: Mapping[str, str]) -> dict[str, str]:
    """Return the real names, in lower case, by the names in the code.

    Args:
        unit: The code.
        declared: What the page around it says of names: the type of each.
    """
    found = {name.lower(): kind for name, kind in declared.items() if "." not in kind}
    found.update(_imported(unit))
    found.update(_natives(unit))
    found.update(_evaluators(unit))
    return found


def _imported(unit: Unit) -> Iterator[tuple[str, str]]:
    """``using P = System.Diagnostics.Process;``."""
    for index in unit.tokens.indexes_of(_IMPORTS):
        if unit.is_name(index + 1) and unit.is_op(index + 2, "=") and unit.is_name(index + 3):
            last = index + 3
            while unit.is_op(last + 1, ".") and unit.is_name(last + 2):
                last += 2
            yield unit.value(index + 1).lower(), unit.value(last).lower()


def _natives(unit: Unit) -> Iterator[tuple[str, str]]:
    """``[DllImport("a", EntryPoint = "WinExec")] … F(…)``, ``Declare Function F Lib "a" Alias "WinExec"``."""
    for index in unit.tokens.indexes_of(_IMPORTING):
        closer = unit.match.get(index + 1, -1)
        opener = next((at for at in range(closer + 1, closer + _FARTHEST) if unit.is_op(at, "(")), 0)
        if closer > index and opener and unit.is_name(opener - 1):
            within = range(index + 2, min(closer, index + _FARTHEST))
            named = next((at + 2 for at in within if unit.value(at).lower() == "entrypoint"), None)
            entry = unit.value(opener - 1) if named is None else _literal(unit, named)
            yield unit.value(opener - 1).lower(), _native(entry)
    for index in unit.tokens.indexes_of(frozenset({"declare"})) if unit.is_vb else ():
        at = next((at for at in range(index + 1, index + 4) if unit.value(at) in _DECLARING), index)
        if at > index and unit.value(at + 2) == "lib":
            alias = unit.value(at + 4) == "alias" and unit.tokens.kinds[at + 5 : at + 6] == _STRING
            yield unit.value(at + 1), _native(unit.value(at + 5 if alias else at + 1))


def _literal(unit: Unit, start: int) -> str:
    """Return the text of a literal, which may stand there in pieces."""
    end = start
    while unit.is_op(end + 1, "+"):
        end += 2
    return "".join(unit.value(at) for at in range(start, end + 1, 2))


def _native(entry: str) -> str:
    return NATIVE + _WIDTH.sub("", entry).lower()


def _evaluators(unit: Unit) -> Iterator[tuple[str, str]]:
    """Functions that run their first argument: ``function f(text) { return eval(text); }``."""
    functions = [function for function in unit.functions if function.parameters]
    for index in islice(unit.tokens.indexes_of(_EVALUATING), _MOST_EVALUATORS) if functions else ():
        if unit.tokens.kinds[index] != NAME or unit.is_op(index - 1, "."):
            continue
        given = index + 1 + unit.is_op(index + 1, "(")
        for function in functions:
            runs = function.start <= index < function.end and unit.value(given) == function.parameters[0]
            if runs and unit.value(given + 1) in _ENDS_CALL:
                yield function.name.lower(), unit.value(index)
