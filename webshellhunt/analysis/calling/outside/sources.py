"""Sources: which dotted names of a library a visitor sends, or another machine answers."""

from __future__ import annotations

from webshellhunt.analysis.domain.values import Opaque, Tainted, Thing, Value
from webshellhunt.analysis.traces import Trace
from webshellhunt.analysis.vocabulary import vocabulary
from webshellhunt.lang.tree import TypeName

_SERVER_VARIABLES = "servervariables"
_LONGEST_KEY = 60
_NAMESPACES = frozenset({"system", "web"})
OWN = frozenset({"this", "me", "page"})
UPLOADED = frozenset({"postedfile", "filebytes", "filecontent", "filename", "saveas"})
"""Members of a control that are the upload of a visitor, its content or its name."""
_TYPES = {"httprequest": "request", "httprequestbase": "request", "httprequestmessage": "request"}
"""Types of parameters that are the request."""


CONTROL_TYPES = frozenset(
    {
        "textbox", "hiddenfield", "dropdownlist", "listbox", "fileupload", "htmlinputtext", "htmlinputhidden",
        "htmlinputpassword", "htmlinputfile", "htmltextarea", "htmlselect", "htmlinputcontrol",
    }
)  # fmt: skip
"""Types of controls that a visitor fills in."""


def request_names(value: Value) -> tuple[str, ...] | None:
    """Return the members that are read from the request, ``()`` for the request itself, ``None`` for anything else."""
    if value.__class__ is not Opaque:
        return None
    names = (
        (_TYPES[value.type],)
        if value.type in _TYPES
        else (*(value.type.split(".") if value.type else ()), *value.path[-5:])
        if value.type
        else value.path
    )
    return _behind_request(names)


def _behind_request(names: tuple[str, ...]) -> tuple[str, ...] | None:
    if "request" not in names[:5]:
        return None
    at = names.index("request")
    owners = vocabulary().request_owners
    if not all(owner in owners or owner in _NAMESPACES or "context" in owner for owner in names[:at]):
        return None
    while names[at + 1 : at + 2] == ("request",):
        at += 1
    return names[at + 1 :]


def member_of_source(value: Value, name: str, token: int) -> Value | None:
    """Return the value of a member of the request or of a control, where it is the visitor's; ``None`` otherwise."""
    vocab, member = vocabulary(), name.lower()
    names = request_names(value)
    if names == () and member in vocab.request_members:
        if member == _SERVER_VARIABLES:
            return None
        kind = "upload" if member == "files" else "visitor"
        return Tainted((Trace(kind, f"Request.{name}", token),), "request", is_fresh=True)
    if value.__class__ is Opaque and not vocab.requests.isdisjoint(value.path[:5]):
        return Tainted((Trace("visitor", ".".join((*value.path[:3], name)), token),), is_fresh=True)
    if value.__class__ is Opaque and vocab.is_remote((*value.path, member)[-4:]):
        return Tainted((Trace("remote", member, token),))
    return None


def item_of_source(value: Value, key: Value, token: int) -> Value | None:
    """Return the value of the request under a key; ``None`` where it is not the visitor's."""
    if value.__class__ is Tainted and value.is_fresh:
        trace = value.traces[0]
        return Tainted((_keyed(trace, trace.origin, key),), "string")
    names = request_names(value)
    if names == ():
        return Tainted((_keyed(Trace("visitor", "Request", token), "Request", key),), "string")
    if names == (_SERVER_VARIABLES,):
        if isinstance(key, str) and not key.lower().startswith(vocabulary().visitor_variables):
            return Opaque("string", ("request", _SERVER_VARIABLES, key.lower()))
        origin = "Request.ServerVariables"
        return Tainted((_keyed(Trace("visitor", origin, token), origin, key),), "string")
    return None


def _keyed(trace: Trace, origin: str, key: Value) -> Trace:
    if not isinstance(key, (str, int)) or isinstance(key, bool):
        return trace
    text = str(key)[:_LONGEST_KEY]
    return trace._replace(origin=f"{origin}({text!r})", key=text)


def of_control(names: tuple[str, ...], controls: frozenset[str], name: str, token: int) -> Value | None:
    """Return the value of a member of a server control, where a visitor fills it in; ``None`` otherwise."""
    own = names[1:] if names[:1] and names[0] in OWN else names
    member = name.lower()
    if len(own) != 1 or own[0] not in controls or member not in vocabulary().control_members:
        return None
    kind = "upload" if member in UPLOADED else "visitor"
    return Tainted((Trace(kind, f"{own[0]}.{name}", token),), is_fresh=False)


def as_control(value: Value, written: TypeName | None) -> Value:
    """Return the value of a variable that is declared as a control, which the server may make: one of that type."""
    kind = written.name.rpartition(".")[2].lower() if written is not None and not written.rank else ""
    is_unknown = value is None or (value.__class__ is Opaque and not value.type)
    return Opaque(kind) if is_unknown and kind in CONTROL_TYPES else value


def of_control_type(value: Value, name: str, token: int) -> Value | None:
    """Return the value of a member of an object that is a control by its type; ``None`` otherwise."""
    member = name.lower()
    is_filled = value.__class__ in (Opaque, Thing) and value.type in CONTROL_TYPES
    if not is_filled or member not in vocabulary().control_members:
        return None
    kind = "upload" if member in UPLOADED else "visitor"
    return Tainted((Trace(kind, f"{value.type}.{name}", token),))
