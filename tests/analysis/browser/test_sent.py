"""Values that leave a page, and the names under which they do."""

from __future__ import annotations

import itertools

import pytest

from tests.client_scripts.test_script_analysis import TAKEN, analysed
from webshellhunt.analysis.browser.channels import Channel
from webshellhunt.analysis.browser.host import outside
from webshellhunt.analysis.browser.sent import MOST_SENT, OWN_PART, UNKNOWN_PART, Outbox, address_in_markup, text_of
from webshellhunt.core.heap import KIND, Heap
from webshellhunt.core.procedure import Frame
from webshellhunt.core.values import TRUTH, UNKNOWN, Label, OneOf, Parts, Ref, Some, Value

LABELS = frozenset({Label("typed", "x.value", None, 1)})
TYPED = Some("text", LABELS)
FRAME: Frame = [Heap({1: {KIND: "plain", "a": TYPED}}, itertools.count(2)), None]


@pytest.mark.parametrize(
    ("code", "key"),
    [
        ('fetch("/x", "z9=" + p);', "z9"),
        ('fetch("/x?a=1&Z9=" + encodeURIComponent(p));', "z9"),
        ('fetch("/x", { z9: p });', "z9"),
        ('form.append("z9", p);', "z9"),
        ('fetch("/x", \'{"z9":"\' + p);', "z9"),
    ],
)
def test_the_name_under_which_a_password_is_sent(code: str, key: str) -> None:
    assert key in analysed(TAKEN + code).fields


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("a", "a"),
        (Parts(("a", UNKNOWN, "b")), f"a{UNKNOWN_PART}b"),
        (OneOf((UNKNOWN, "a")), "a"),
        (outside("location", "host"), OWN_PART),
        (TYPED, UNKNOWN_PART),
    ],
)
def test_an_address_as_text(value: Value, text: str) -> None:
    assert text_of(value) == text


@pytest.mark.parametrize(
    ("content", "is_sent"),
    [
        (TYPED, True),
        (Parts(("a", TYPED)), True),
        (Parts(("a", Some("number", codes=LABELS))), True),
        (Ref(1), True),
        (Some("text", frozenset({Label("stored", "a", None, 1)})), False),
        ("a", False),
        (TRUTH, False),
    ],
)
def test_only_what_a_visitor_types_is_noted(content: Value, is_sent: bool) -> None:
    outbox = Outbox()
    outbox.add(FRAME, Channel.REQUEST, "fetch", 1, "//a.example", [content])
    assert bool(outbox.sent) is is_sent


def test_one_place_is_noted_once_with_all_its_addresses() -> None:
    outbox = Outbox()
    for address in ("//a.example", "//b.example"):
        outbox.add(FRAME, Channel.REQUEST, "fetch", 1, address, [TYPED])
    (sent,) = outbox.sent
    assert sent.addresses == ["//a.example", "//b.example"]


def test_no_more_places_are_noted_than_the_bound() -> None:
    outbox = Outbox()
    for token in range(MOST_SENT + 5):
        outbox.add(FRAME, Channel.REQUEST, "fetch", token, "", [TYPED])
    assert len(outbox.sent) == MOST_SENT


@pytest.mark.parametrize(
    ("before", "after", "address"),
    [
        ("<img src='//a.example/?", "'>", f"//a.example/?{UNKNOWN_PART}"),
        ('<form class=x action="', '/a">', f"{UNKNOWN_PART}/a"),
        ("<b>", "</b>", None),
        ("<img src='x'>", "", None),
    ],
)
def test_an_address_in_markup(before: str, after: str, address: str | None) -> None:
    assert address_in_markup(Parts((before, TYPED, after))) == address
