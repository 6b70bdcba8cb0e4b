"""Values of the core, as judging reads them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

from webshellhunt.analysis.arrivals import MAX_FORMS, Arrival, Part, Shown
from webshellhunt.analysis.traces import ELSEWHERE, FILES, Step, Trace, in_other_file
from webshellhunt.core import arrivals
from webshellhunt.core.ir import UNIT
from webshellhunt.core.values import KNOWN, Label, Parts, Some, Value, labels_of, options

_ORIGINS = frozenset({"visitor", "upload", "remote", "decoded"})
"""The kinds of labels that are origins of somebody; the others say the kind of a value."""
_OF_PAGE, _OF_SITE = "page-path", "site-path"
_DOUBTFUL = frozenset({"stored", "host", _OF_PAGE})
_MAPPED = "mapped"
_VARIABLES = "ServerVariables"
_REQUESTS = frozenset({"httprequest", "httprequestbase", "httprequestmessage", "iowinrequest"})
"""Types of the request of ASP.NET."""
_MEMBERS = {
    "form": "Form", "querystring": "QueryString", "params": "Params", "headers": "Headers", "cookies": "Cookies",
    "files": "Files", "servervariables": "ServerVariables",
}  # fmt: skip
_CONTROLS = frozenset(
    {
        "filledcontrol", "textbox", "hiddenfield", "dropdownlist", "listbox", "checkboxlist", "radiobuttonlist",
        "fileupload", "htmlinputcontrol", "htmlinputtext", "htmlinputhidden", "htmlinputpassword", "htmlinputfile",
        "htmltextarea", "htmlselect",
    }
)  # fmt: skip
"""Types of controls that a visitor fills in; the key of such an origin is the id."""


def shown_arrivals(found: Iterable[arrivals.Arrival], unit: int) -> list[Arrival]:
    """Return the arrivals of one unit with their values as judging reads them."""
    return [_arrival(each, unit) for each in found if each.at // UNIT == unit]


def _arrival(arrival: arrivals.Arrival, unit: int) -> Arrival:
    return Arrival(
        arrival.names,
        arrival.at % UNIT,
        [shown(each, unit) for each in arrival.arguments],
        shown(arrival.subject, unit),
        arrival.is_assigned,
        arrival.is_made,
        {text: [_arrival(each, unit) for each in inner] for text, inner in arrival.inner.items()},
        bool(arrival.is_read),
    )


def shown(value: Value, unit: int = 0) -> Shown:
    """Return a value as judging reads it; ``unit`` is that of the places."""
    forms = tuple(tuple(_part(each, unit) for each in form) for form in islice(_forms_of(value), MAX_FORMS))
    labels = labels_of(value)
    is_doubtful = any(label.kind in _DOUBTFUL for label in labels)
    files = frozenset(label.key for label in labels if label.kind == "file" and label.key is not None)
    return Shown(forms, _traces(labels, unit), is_doubtful, frozenset(label.kind for label in labels), files)


def _forms_of(value: Value) -> Iterator[tuple[Value, ...]]:
    for option in options(value):
        if option.__class__ is not Parts:
            yield (option,)
            continue
        forms: list[tuple[Value, ...]] = [()]
        for part in option.parts:
            forms = [(*form, each) for form in forms for each in options(part)][:MAX_FORMS]
        yield from forms


def _part(value: Value, unit: int) -> str | Part:
    if isinstance(value, str):
        return str(value)
    if value.__class__ is not Some:
        return Part(word=_word(value)) if value.__class__ in KNOWN else Part(_traces(labels_of(value), unit))
    kinds = {label.kind for label in value.labels}
    is_of_site = _OF_SITE in kinds
    return Part(
        _traces(value.labels, unit),
        value.form,
        value.type,
        is_itself=_OF_PAGE in kinds,
        is_of_site=is_of_site and value.form != _MAPPED,
        is_site_root=is_of_site and value.form == _MAPPED,
    )


def _word(value: Value) -> str:
    """Return a known value that is no text as a word."""
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value).lower()


def _traces(labels: Iterable[Label], unit: int) -> tuple[Trace, ...]:
    """Return the origins among labels, in the order of their places."""
    found = [each for each in labels if each.kind in _ORIGINS]
    found.sort(key=lambda each: (each.at, each.kind, each.origin, each.key or ""))
    return tuple(
        Trace(each.kind, origin_in_words(each, unit), _place(each.at, unit), _key(each), _steps(each.steps, unit))
        for each in found
    )


def origin_in_words(label: Label, unit: int = 0) -> str:
    """Return the expression of an origin in words."""
    owner, _, member = label.origin.partition(".")
    if label.kind == "remote":
        return member.rpartition(".")[2].lower() or owner
    if owner.lower() in _CONTROLS:
        return f"{label.key}.{member}" if label.key else label.origin
    if owner.lower() in _REQUESTS:
        name = f"Request.{_MEMBERS.get(member, member)}" if member else "Request"
    elif owner.lower() != "request" or not member:
        name = label.origin
    else:
        name = f"Request.{member if unit or member == _VARIABLES else member.lower()}"
    return name if label.key is None else f"{name}({label.key!r})"


def _key(label: Label) -> str | None:
    """Return the key of a request that an origin is; that of a control is no key."""
    return None if label.origin.partition(".")[0].lower() in _CONTROLS else label.key


def _steps(steps: Sequence[tuple[str, int]], unit: int) -> tuple[Step, ...]:
    return tuple(Step(name, _place(at, unit)) for name, at in steps)


def _place(at: int, unit: int) -> int:
    own = at // UNIT
    return at % UNIT if own == unit else in_other_file(at) if min(own, unit) >= FILES else ELSEWHERE
