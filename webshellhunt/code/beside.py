"""Beside: what the code of one page in another language lends to a unit, and what is handed over between the two.

Classic ASP lets its languages call each other's functions: ``<script runat="server" language="JScript">`` defines what
``<% %>`` calls in VBScript. Names of functions are compared without regard to case, as VBScript calls them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from webshellhunt.analysis.flows import Trace
from webshellhunt.code.unit import Function, Unit
from webshellhunt.lazy_pattern import lazy_pattern

_GAP = r"(?:\s|/\*[^*]*+(?:\*(?!/)[^*]*+)*+\*/|//[^\r\n]*+[\r\n])++"
_DEFINED = lazy_pattern(rf"\b(?:function|sub){_GAP}([\w$\\]++)", re.IGNORECASE)
_WORD = lazy_pattern(r"\w++")


def may_call_across(codes: Sequence[str]) -> bool:
    """Tell whether a code names a function that another one of its page defines: one look at the texts, no tokens.

    A name in escapes may be any.
    """
    defined = [{name.lower() for name in _DEFINED.findall(code)} for code in codes]
    if not any(defined):
        return False
    if any("\\" in name for names in defined for name in names):
        return True
    said = [{word.lower() for word in _WORD.findall(code)} for code in codes]
    return any(names & words for a, names in enumerate(defined) for b, words in enumerate(said) if a != b)


@dataclass(slots=True)
class Beside:
    """The functions that a unit may call though another one defines them; and what other units give to its own.

    ``given`` is keyed as names are, by function and parameter; ``returned`` by the function in lower case.
    """

    functions: dict[str, Function] = field(default_factory=dict)
    given: dict[str, Trace] = field(default_factory=dict)
    returned: dict[str, Trace] = field(default_factory=dict)


def calls_across(units: Sequence[Unit]) -> list[Beside]:
    """Return what each unit of a page calls of the others; empty where none calls any."""
    found = []
    for unit in units:
        others = [function for other in units if other is not unit for function in other.functions]
        names = {value.lower() for value in unit.tokens.values} if others else set[str]()
        found.append(Beside({each.name.lower(): each for each in others if each.name.lower() in names}))
    return found if any(each.functions for each in found) else []


def hand_over(besides: Sequence[Beside], told: Iterable[tuple[dict[str, Trace], dict[str, Trace]]]) -> bool:
    """Let each unit know what the units have told of arguments and results; tell whether that is anything."""
    given: dict[str, Trace] = {}
    returned: dict[str, Trace] = {}
    for arguments, results in told:
        given.update((key, trace._replace(token=-1)) for key, trace in arguments.items())
        returned.update((name.lower(), trace._replace(token=-1)) for name, trace in results.items())
    for beside in besides:
        beside.given, beside.returned = given, {n: returned[n] for n in beside.functions.keys() & returned.keys()}
    return bool(given) or any(beside.returned for beside in besides)
