"""Identities: the names by which an application says who its visitor is.

An identity counts only if the application alone sets it: a user who signed in at its forms, an identity that IIS
verified, an entry of the session that another page sets. A password of the page itself does not count, nor an entry of
the session that the page itself sets, nor a cookie or any other part of the request.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from webshellhunt.analysis.checks.expressions import arguments_at, assigned_to, constant_of, fixed_text, key_of
from webshellhunt.analysis.constants import Constants
from webshellhunt.lang.dotted_names import DottedName
from webshellhunt.lang.syntax_index import SyntaxIndex
from webshellhunt.lang.tree import Class, Function

_ENDS = (("isinrole",), ("isuserinrole",), ("identity", "isauthenticated"), ("request", "isauthenticated"))
_IDENTIFYING = frozenset({"servervariables", "session", *(end[-1] for end in _ENDS)})
_WINDOWS_NAMES = frozenset({"logon_user", "auth_user", "remote_user"})
_ATTRIBUTES = frozenset(
    {"authorize", "authorizeattribute", "principalpermission", "principalpermissionattribute", "customauthorize"}
)
NO_VALUES = frozenset({"", "false", "0"})
_ADDING = frozenset({"add", "set", "setstring"})


class Identity(NamedTuple):
    """A use of a name that is an identity: the token of the name, and the words for it."""

    place: int
    words: str


def attribute_of(index: SyntaxIndex) -> str | None:
    """Return the attribute in words that requires an identity: ``[Authorize]``, ``<PrincipalPermission(…)>``."""
    for node in index.of(Class, Function):
        for name, _ in node.attributes:
            if name.rpartition(".")[2] in _ATTRIBUTES:
                return f"the attribute {name.rpartition('.')[2]}"
    return None


def iter_identities(index: SyntaxIndex, constants: Constants) -> Iterator[Identity]:
    """Yield the uses of identities."""
    own_keys = frozenset(_keys_set(index, constants))
    for dotted in index.find(_IDENTIFYING):
        words = _words_of(index, constants, dotted, own_keys)
        if words:
            yield Identity(dotted.place, words)


def _words_of(index: SyntaxIndex, constants: Constants, dotted: DottedName, own_keys: frozenset[str]) -> str:
    names = dotted.names
    if any(names[-len(end) :] == end for end in _ENDS):
        return ".".join(index.tokens.values[place] for place in dotted.places[-2:])
    if "servervariables" in names:
        key = _key(index, constants, dotted, "servervariables")
        return key.upper() if key in _WINDOWS_NAMES else ""
    if "session" in names and "" not in own_keys:
        key = _key(index, constants, dotted, "session")
        return f"the session's {key!r}, which another page sets" if key and key not in own_keys else ""
    return ""


def _key(index: SyntaxIndex, constants: Constants, dotted: DottedName, owner: str) -> str:
    """Return the constant by which a collection is read, in lower case; ``""`` without one."""
    at = dotted.names.index(owner)
    if dotted.names[at + 1 : at + 2] in (("contents",), ("item",)):
        at += 1
    return key_of(index, constants, dotted.nodes[at : at + 1]).lower()


def _keys_set(index: SyntaxIndex, constants: Constants) -> Iterator[str]:
    """Yield the keys of the session that the page itself sets, ``""`` for one that is not known."""
    for dotted in index.find({"session"}):
        value = assigned_to(index, dotted)
        if value is not None and fixed_text(index, constants, value) not in NO_VALUES:
            yield _key(index, constants, dotted, "session")
        if dotted.names[-1] in _ADDING:
            arguments = arguments_at(index, dotted.node)
            constant = constant_of(index, constants, arguments[0]) if arguments else None
            yield "" if constant is None else constant.value.lower()
