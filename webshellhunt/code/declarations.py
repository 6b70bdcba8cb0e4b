"""Declarations of a type: which name is declared by it, in each language's way. Structure only, no meaning."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from webshellhunt.code.unit import Unit

CONTEXT_TYPES: Mapping[str, str] = {
    "httpcontext": "context",
    "httpcontextbase": "context",
    "httpcontextwrapper": "context",
    "httplistenercontext": "context",
    "httprequest": "request",
    "httprequestbase": "request",
    "httplistenerrequest": "request",
}
"""Types of what holds the request, and of the request itself, by the word that stands for each in a dotted name."""

WEB_METHOD = frozenset(
    {"webmethod", "webmethodattribute", "operationcontract", "operationcontractattribute", "ajaxmethod", "scriptmethod"}
)
"""Attributes of a function that visitors call: of web services, of WCF, of the libraries that call pages by script."""

CONTROL_TYPES = frozenset(
    {
        "textbox", "hiddenfield", "dropdownlist", "listbox", "fileupload", "htmlinputtext", "htmlinputhidden",
        "htmlinputpassword", "htmlinputfile", "htmltextarea", "htmlselect", "htmlinputcontrol",
    }
)  # fmt: skip
"""Types of controls that a visitor fills in."""

_MOST_NAMES = 64
_ENDS = frozenset({"=", ",", ")", ";", "in", "\n"})


def first_of_name(lower: Sequence[str], index: int) -> int:
    """Return the token of the first name of a dotted one that ends at ``index``: of ``System.Web.HttpContext``."""
    for _ in range(_MOST_NAMES):
        if index < 2 or lower[index - 1] != ".":
            break
        index -= 2
    return index


def declared_by(unit: Unit, lower: Sequence[str], index: int) -> int | None:
    """Return the token of the name that the type at ``index`` declares: ``Type x``, ``x As Type``, ``x : Type``."""
    first = first_of_name(lower, index)
    if unit.language == "c#":
        declares = unit.is_name(index + 1) and (index + 2 >= len(lower) or lower[index + 2] in _ENDS)
        return index + 1 if declares else None
    first -= lower[first - 1] == "new"  # x As New Type
    sign = "as" if unit.is_vb else ":"
    return first - 2 if first >= 2 and lower[first - 1] == sign and unit.is_name(first - 2) else None
