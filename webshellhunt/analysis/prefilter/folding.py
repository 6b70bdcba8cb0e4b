"""Prefilters: whether the code of a page may do something that only a run over its tree can say.

Most pages have none of these words and never get a tree. True may be too much; False is sure.
"""

from __future__ import annotations

from functools import lru_cache

from webshellhunt.analysis.structure.object_names import MAKERS
from webshellhunt.analysis.vocabulary import vocabulary
from webshellhunt.lang.columns import Tokens
from webshellhunt.lang.language_names import VB
from webshellhunt.lang.lexis import NAME, NEWLINE, OP, STRING

_REFLECTIVE = frozenset(
    {"getref", "invokemember", "getmethod", "gettype", "invoke", "createdelegate"} | {"directoryentry", "regread"}
)
"""Words of functions that find or read something by the name that they are called with."""
_LOADING = frozenset(
    {"processstartinfo", "startinfo", "assembly", "loadwithpartialname", "getdelegateforfunctionpointer", "appdomain"}
    | {"getmethods"}
)
"""Names in code that starts programs, loads code or chooses a method: few pages have one."""
_OWNERS = ("scriptcontrol", "csharpscript")
"""Objects whose methods evaluate a text and have names that mostly mean something else."""
_CONSTRUCTOR = "Function"
"""JScript's constructor of functions, whose arguments are code; in small letters it is a keyword."""
_ENDS = frozenset(")],;:")
_NO_ARGUMENT = _ENDS | {".", "="}


@lru_cache(maxsize=1)
def _evaluating() -> tuple[frozenset[str], frozenset[str]]:
    """Return the words of functions that evaluate a text; those of methods that do so for some objects only."""
    sinks = [each for group in vocabulary().sinks.values() for each in group if each.kind == "evaluate"]
    alone = frozenset(each.pattern[-1] for each in sinks if len(each.pattern) == 1) - {_CONSTRUCTOR}
    return alone, frozenset(each.pattern[-1] for each in sinks) - alone - {_CONSTRUCTOR}


def may_fold(tokens: Tokens) -> bool:
    """True if the code may run a text, or call or make something by a name, that is no literal."""
    lowered = tokens.lowered
    if not _LOADING.isdisjoint(lowered) or may_call_by_text(tokens):
        return True
    alone, owned = _evaluating()
    words = MAKERS | _REFLECTIVE | alone
    if not owned.isdisjoint(lowered) and any(each in tokens.text.lower() for each in _OWNERS):
        words |= owned
    words &= lowered
    found = [*words] if tokens.language in VB else [each for each in tokens.places if each.lower() in words]
    found += [_CONSTRUCTOR] if tokens.language == "jscript" else []
    return any(_is_open(tokens, at) for at in tokens.indexes_of(found))


def may_call_by_text(tokens: Tokens) -> bool:
    """True if JScript calls something that it picks by an index, `this["a"]("b")`."""
    if tokens.language != "jscript":
        return False
    values = tokens.values
    return any(values[at + 1 : at + 2] == ["("] for at in tokens.indexes_of(("]",)))


def _is_open(tokens: Tokens, at: int) -> bool:
    """True if a name at a token may be called with anything else than one literal."""
    kinds, values = tokens.kinds, tokens.values
    if kinds[at] != NAME or at + 1 >= len(kinds) or kinds[at + 1] == NEWLINE:
        return False
    if values[at].lower() == "execute" and at and values[at - 1] == ".":
        return False  # of a statement of a database
    after = at + 2 if values[at + 1] == "(" and kinds[at + 1] == OP else at + 1
    if after >= len(kinds) or (kinds[after] == OP and values[after] in _NO_ARGUMENT):
        return False
    ends = after + 1 >= len(kinds) or kinds[after + 1] == NEWLINE or values[after + 1] in _ENDS
    return not (kinds[after] == STRING and ends)
