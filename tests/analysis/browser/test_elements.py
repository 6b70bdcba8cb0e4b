"""Elements and what scripts read of them."""

from __future__ import annotations

import pytest

from webshellhunt.analysis.browser.elements import (
    ELEMENT,
    FIELD,
    field_member,
    is_any_input,
    is_field,
    is_form_read,
    is_store_read,
    is_value_read,
    looked_up,
    selector_of,
)
from webshellhunt.analysis.domain.values import ABSENT, Opaque, Value
from webshellhunt.client_scripts.script_analysis import Fields
from webshellhunt.client_scripts.sign_in import Form

FORM = Form(frozenset({"f"}), "", 0, 0, asks_password=True)
FIELDS = Fields({"pw"}, [FORM], asks_password=True)


@pytest.mark.parametrize(
    ("names", "subject", "arguments", "is_found"),
    [
        (("document", "getelementbyid"), None, ["pw"], True),
        (("document", "getelementbyid"), None, ["user"], False),
        (("$",), None, ["#f #pw"], True),
        (("$",), None, [FIELD], True),
        (("field", "focus"), FIELD, [], True),
        (("field", "closest"), FIELD, ["div"], False),
    ],
)
def test_look_ups(names: tuple[str, ...], subject: Value, arguments: list[Value], is_found: bool) -> None:
    assert is_field(looked_up(FIELDS, names, subject, arguments)) is is_found


def test_another_element_is_known_by_its_selector() -> None:
    assert selector_of(looked_up(FIELDS, ("$",), None, ["#F"])) == "#f"
    assert looked_up(FIELDS, ("document", "createelement"), None, ["a"]) is ABSENT


def test_members_of_elements() -> None:
    assert field_member(FIELDS, Opaque(path=("document", "forms")), "pw") is FIELD
    assert field_member(FIELDS, Opaque(path=("document", "forms")), "user") is ABSENT
    assert field_member(FIELDS, FIELD, "id") != FIELD


@pytest.mark.parametrize(
    ("name", "arguments", "is_read"),
    [("val", [], True), ("val", ["x"], False), ("getattribute", ["value"], True), ("attr", ["id"], False)],
)
def test_the_value_of_a_field(name: str, arguments: list[Value], is_read: bool) -> None:
    assert is_value_read(("field", name), FIELD, arguments) is is_read


@pytest.mark.parametrize(("selector", "is_read"), [("form", True), ("#f", True), ("#other", False), ("", True)])
def test_the_values_of_a_form(selector: str, is_read: bool) -> None:
    element = Opaque(path=(ELEMENT, selector))
    assert is_form_read(FIELDS, ("serialize",), element, [], is_made=False) is is_read
    assert is_form_read(FIELDS, ("formdata",), None, [element], is_made=True) is is_read


def test_an_empty_form_has_no_values() -> None:
    assert not is_form_read(FIELDS, ("formdata",), None, [], is_made=True)
    assert not is_form_read(Fields({"pw"}, asks_password=True), ("formdata",), None, [FIELD], is_made=True)


@pytest.mark.parametrize(
    ("path", "is_any"),
    [(("document", "forms", "elements"), True), ((ELEMENT, "input"), True), ((ELEMENT, "#user"), False), ((), False)],
)
def test_any_input_of_a_form(path: tuple[str, ...], is_any: bool) -> None:
    assert is_any_input(Opaque(path=path)) is is_any


@pytest.mark.parametrize(
    ("names", "is_read"),
    [
        (("localstorage", "getitem"), True),
        (("localstorage", "setitem"), False),
        (("document", "cookie"), True),
        (("getcookie",), True),
        (("$", "cookie"), False),
        (("a", "b"), False),
    ],
)
def test_stores(names: tuple[str, ...], is_read: bool) -> None:
    assert is_store_read(names) is is_read
