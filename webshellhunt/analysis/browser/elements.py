"""Elements: password fields as values of a run, and the reading of them.

A field is a value of a type of its own. Its value, the keys of a handler and a whole form are tainted values.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from webshellhunt.analysis.browser.channels import STORES
from webshellhunt.analysis.domain.values import ABSENT, Opaque, Tainted, Value
from webshellhunt.lazy_pattern import lazy_pattern

FIELD = Opaque("password field")
"""A password field, or a list of elements that has one."""
VALUES = frozenset({"value", "val", "defaultvalue"})
FORM_VALUES = frozenset({"serialize", "serializearray", "formdata"})
KEYS = frozenset({"key", "keycode", "which", "charcode", "code", "keyidentifier"})
TARGETS = frozenset({"target", "srcelement", "currenttarget"})
_ATTRIBUTES = frozenset({"getattribute", "attr", "prop"})
_OTHERS = frozenset(
    {
        "form",
        "parent",
        "parents",
        "closest",
        "next",
        "prev",
        "siblings",
        "children",
        "find",
        "parentnode",
        "nextsibling",
    }
    | {"id", "name", "type", "style", "classlist", "classname", "labels", "dataset"}
)
"""Members of an element that are not the element, its value or a list with it."""
ELEMENT = "element"
"""The first name of the path of another element; the second is the text that selects it."""
_LOOK_UPS = frozenset({"$", "jquery", "find"})
_WRAPPERS = frozenset({("$",), ("jquery",)})
_MAKES = frozenset({"createelement", "createelementns"})
_INPUTS = frozenset({"input", ":input", "form input"})
_COOKIES = lazy_pattern(r"\w*cookies?\w*")
_READS = frozenset({"getitem", "get"})
_WRITES = frozenset({"setitem", "removeitem", "set", "remove", "clear"})


class PasswordFields(Protocol):
    """The password fields of a page, as `webshellhunt.client_scripts.script_analysis.Fields`."""

    def is_named(self, name: str) -> bool:
        """Return whether an id or name belongs to a password field."""

    def is_selected(self, text: str) -> bool:
        """Return whether a string selects a password field."""

    def may_look_up(self, name: str) -> bool:
        """Return whether a function of a name, in lower case, may look an element up."""

    def is_sign_in(self, selector: str) -> bool:
        """Return whether a string selects a form with a password field."""

    @property
    def has_form(self) -> bool:
        """Whether the page has a form with a password field."""


def is_field(value: Value) -> bool:
    """True if a value is a password field."""
    return value.__class__ is Opaque and value.type == FIELD.type


def field_member(fields: PasswordFields, subject: Opaque, name: str) -> Value:
    """Return a member of an element, list of elements or form that is a password field or no value of one.

    It is `ABSENT` where nothing is known.
    """
    if is_field(subject):
        return Opaque(path=(ELEMENT, "", name)) if name in _OTHERS else FIELD
    return FIELD if fields.is_named(name) and (subject.path or subject.type) else ABSENT


def is_value_read(names: tuple[str, ...], subject: Value, arguments: Sequence[Value]) -> bool:
    """True if a call returns the value of a password field."""
    if not is_field(subject):
        return False
    name = names[-1]
    if name in VALUES or name in FORM_VALUES:
        return not arguments
    return name in _ATTRIBUTES and len(arguments) == 1 and arguments[0] == "value"


def looked_up(fields: PasswordFields, names: tuple[str, ...], subject: Value, arguments: Sequence[Value]) -> Value:
    """Return the element that a call looks up, `ABSENT` where it looks none up."""
    if is_field(subject):
        return Opaque(path=(ELEMENT, "", names[-1])) if names[-1] in _OTHERS else subject
    first = arguments[0] if arguments else None
    if is_field(first) and len(names) == 1 and len(arguments) < 3:
        return first  # $(field)
    if first.__class__ is Opaque and first.path[:1] == (ELEMENT,) and names in _WRAPPERS:
        return first
    if not isinstance(first, str) or subject.__class__ is Tainted or not fields.may_look_up(names[-1]):
        return ABSENT
    if fields.is_selected(first):
        return FIELD
    is_other = names[-1] in _LOOK_UPS or "element" in names[-1] or "selector" in names[-1]
    return Opaque(path=(ELEMENT, first.lower())) if is_other and names[-1] not in _MAKES else ABSENT


def is_any_input(value: Value) -> bool:
    """True if a value is an element of a list that has all inputs of a form or page."""
    if value.__class__ is not Opaque or not value.path:
        return False
    return value.path[-1] in ("elements", "forms") or (value.path[0] == ELEMENT and value.path[-1] in _INPUTS)


def selector_of(value: Value) -> str:
    """Return the text that selected an element, ``""`` where it is not known."""
    is_selected = value.__class__ is Opaque and value.path[:1] == (ELEMENT,) and len(value.path) > 1
    return value.path[1].lower() if is_selected else ""


def is_form_read(
    fields: PasswordFields, names: tuple[str, ...], subject: Value, arguments: Sequence[Value], *, is_made: bool
) -> bool:
    """True if a call returns all values of a form with a password field."""
    if names[-1] not in FORM_VALUES or not fields.has_form or (is_made and not arguments):
        return False
    selector = selector_of(arguments[0] if is_made else subject)
    return not selector or fields.is_sign_in(selector)


def is_store_read(names: tuple[str, ...]) -> bool:
    """True if dotted names are of a cookie, of the storage of the browser, or of a function that reads one."""
    if names[-1] in _WRITES:
        return False
    if not STORES.isdisjoint(names[:-1]) or names[-2:] == ("document", "cookie"):
        return True
    return _COOKIES.fullmatch(names[-1]) is not None and names[-1] != "cookie"
