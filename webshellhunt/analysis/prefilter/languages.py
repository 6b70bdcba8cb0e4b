"""Whether the codes of one page in several languages may call each other's functions.

Classic ASP lets its languages do so: ``<script runat="server" language="JScript">`` defines what ``<% %>`` calls in
VBScript. Names of functions are compared without regard to case, as VBScript calls them.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from webshellhunt.lazy_pattern import lazy_pattern

_GAP = r"(?:\s|/\*[^*]*+(?:\*(?!/)[^*]*+)*+\*/|//[^\r\n]*+[\r\n])++"
_DEFINED = lazy_pattern(rf"\b(?:function|sub){_GAP}([\w$\\]++)", re.IGNORECASE)
_WORD = lazy_pattern(r"\w++")


def may_call_across(codes: Sequence[str]) -> bool:
    """True if a code names a function that another one of its page defines: one look at the texts, no tokens.

    A name in escapes may be any.
    """
    defined = [{name.lower() for name in _DEFINED.findall(code)} for code in codes]
    if not any(defined):
        return False
    if any("\\" in name for names in defined for name in names):
        return True
    said = [{word.lower() for word in _WORD.findall(code)} for code in codes]
    return any(names & words for a, names in enumerate(defined) for b, words in enumerate(said) if a != b)
