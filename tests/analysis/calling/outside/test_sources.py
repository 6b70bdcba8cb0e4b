"""Sources: the members of the request that a visitor fills in, and those that nobody does."""

from __future__ import annotations

import pytest

from webshellhunt.analysis.calling.outside.sources import item_of_source, member_of_source, of_control, request_names
from webshellhunt.analysis.domain.values import UNKNOWN, Opaque, Tainted, Value


def _named(names: str) -> Opaque:
    return Opaque("", tuple(names.split(".")))


@pytest.mark.parametrize(
    ("value", "names"),
    [
        (_named("request"), ()),
        (_named("page.request"), ()),
        (_named("context.request"), ()),
        (_named("httpcontext.current.request"), ()),
        (_named("mycontext.request"), ()),
        (_named("request.form"), ("form",)),
        (_named("request.request"), ()),
        (Opaque("httprequest", ("r",)), ()),
        (_named("webrequest"), None),
        (_named("mine.request"), None),
        (UNKNOWN, None),
        ("request", None),
    ],
)
def test_the_request_by_its_names(value: Value, names: tuple[str, ...] | None) -> None:
    assert request_names(value) == names


@pytest.mark.parametrize("name", ["Form", "QueryString", "Cookies", "Params", "Headers", "UserAgent", "InputStream"])
def test_a_member_of_the_request_is_the_visitors(name: str) -> None:
    value = member_of_source(_named("request"), name, 5)
    assert isinstance(value, Tainted)
    (trace,) = value.traces
    assert (trace.kind, trace.origin, trace.place) == ("visitor", f"Request.{name}", 5)


def test_the_files_of_the_request_are_an_upload() -> None:
    value = member_of_source(_named("request"), "Files", 5)
    assert isinstance(value, Tainted)
    assert value.traces[0].kind == "upload"


@pytest.mark.parametrize(
    ("value", "name"),
    [(_named("request"), "PhysicalApplicationPath"), (_named("response"), "Form"), (UNKNOWN, "Form"), ("x", "Length")],
)
def test_other_members_are_not(value: Value, name: str) -> None:
    assert member_of_source(value, name, 5) is None


def test_the_first_key_is_remembered_with_the_origin() -> None:
    form = member_of_source(_named("request"), "Form", 5)
    field = item_of_source(form, "k", 7)
    assert isinstance(field, Tainted)
    assert (field.traces[0].key, field.traces[0].origin) == ("k", "Request.Form('k')")
    assert item_of_source(field, "j", 9) is None


@pytest.mark.parametrize("key", [None, UNKNOWN, True])
def test_an_unknown_key_is_not_remembered(key: Value) -> None:
    value = item_of_source(_named("request"), key, 7)
    assert isinstance(value, Tainted)
    assert value.traces[0].key is None


@pytest.mark.parametrize(
    ("key", "is_visitors"),
    [
        ("HTTP_USER_AGENT", True),
        ("http_x", True),
        ("APPL_PHYSICAL_PATH", False),
        ("LOCAL_ADDR", False),
        (UNKNOWN, True),
    ],
)
def test_some_server_variables_are_the_visitors(key: Value, is_visitors: bool) -> None:
    value = item_of_source(_named("request.servervariables"), key, 7)
    assert isinstance(value, Tainted) is is_visitors


def test_items_of_anything_else_are_not() -> None:
    assert item_of_source(_named("session"), "k", 7) is None
    assert item_of_source("text", 0, 7) is None


@pytest.mark.parametrize(
    ("names", "member", "kind"),
    [
        (("box",), "Text", "visitor"),
        (("this", "box"), "Text", "visitor"),
        (("me", "box"), "text", "visitor"),
        (("box",), "FileBytes", "upload"),
        (("box",), "Visible", None),
        (("other",), "Text", None),
        (("box", "parent"), "Text", None),
    ],
)
def test_a_control_is_filled_in_by_the_visitor(names: tuple[str, ...], member: str, kind: str | None) -> None:
    value = of_control(names, frozenset({"box"}), member, 3)
    assert (value.traces[0].kind if isinstance(value, Tainted) else None) == kind
