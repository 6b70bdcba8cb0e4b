"""Signatures, against published view states of real pages."""

from __future__ import annotations

from base64 import b64decode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.builders import published_states as published
from tests.builders.mutants import mutants
from tests.builders.view_states import KEY, PLAIN, forged, signed
from webshellhunt.decoding.view_state.page_identity import PageIdentity, iter_identities, text_hash
from webshellhunt.decoding.view_state.signing import Budget, MachineKey, Sent, derived_key, find_signature
from webshellhunt.decoding.view_state.structure import ViewState, read_view_state

OWN = MachineKey(bytes.fromhex(KEY))
OTHER = MachineKey(bytes(24))


def _state(text: str) -> ViewState:
    return read_view_state(b64decode(text))


@pytest.mark.parametrize(("names", "text"), published.LEGACY.items(), ids=[" ".join(each) for each in published.LEGACY])
def test_a_published_state_of_the_legacy_way(names: tuple[str, str], text: str) -> None:
    found = find_signature(_state(text), [OTHER, published.KEY], Sent((published.GENERATOR,)))
    assert found is not None
    assert (found.algorithm, found.encrypted, found.derived) == (names[0], bool(names[1]), False)
    assert found.key == published.KEY
    assert find_signature(_state(text), [OTHER], Sent((published.GENERATOR,))) is None


@pytest.mark.parametrize(("algorithm", "text"), published.DERIVED.items())
def test_a_published_state_of_the_derived_way(algorithm: str, text: str) -> None:
    pages = tuple(iter_identities("/form.aspx"))
    found = find_signature(_state(text), [published.KEY], Sent(pages=pages))
    assert found is not None
    assert (found.algorithm, found.derived, found.page) == (algorithm, True, pages[0])
    assert find_signature(_state(text), [published.KEY], Sent(pages=tuple(iter_identities("/other.aspx")))) is None


def test_the_key_of_a_user_is_part_of_the_modifier() -> None:
    state, generators = _state(published.WITH_USER), (published.USER_GENERATOR,)
    found = find_signature(state, [published.USER_KEY], Sent(generators, (), ("", published.USER)))
    assert found is not None
    assert (found.user_key, found.generator) == (published.USER, published.USER_GENERATOR)
    assert find_signature(state, [published.USER_KEY], Sent(generators)) is None


def test_the_key_of_a_user_is_a_purpose() -> None:
    pages = tuple(iter_identities(published.DERIVED_USER_PAGE))
    state = _state(published.DERIVED_WITH_USER)
    found = find_signature(state, [published.MOBILE_KEY], Sent((), pages, (published.DERIVED_USER,)))
    assert found is not None
    assert found.page is not None
    assert (found.page.class_name, found.user_key) == ("test_default_aspx", published.DERIVED_USER)


def test_the_generator_is_computed_if_it_was_not_sent() -> None:
    pages = tuple(iter_identities(published.MOBILE_PAGE))
    found = find_signature(_state(published.MOBILE), [published.MOBILE_KEY], Sent(pages=pages))
    assert found is not None
    assert found.generator == "4BC26F45"


def test_a_state_without_a_page_has_no_modifier() -> None:
    found = find_signature(read_view_state(signed(PLAIN)), [OWN], Sent(("B97B4E27",)))
    assert found is not None
    assert found.generator is None


@pytest.mark.parametrize("algorithm", ["sha1", "sha256", "sha384", "sha512"])
def test_each_length_is_tried(algorithm: str) -> None:
    state = read_view_state(signed(PLAIN, KEY, "B97B4E27", algorithm))
    assert find_signature(state, [OWN], Sent(("B97B4E27",))) is not None


def test_an_isolated_key_is_changed_for_its_application() -> None:
    hashed = text_hash("/ecp")
    assert hashed is not None
    changed = hashed.to_bytes(4, "little") + OWN.validation[4:]
    state = read_view_state(signed(PLAIN, changed.hex(), "B97B4E27"))
    sent = Sent(("B97B4E27",), tuple(iter_identities("/ecp/default.aspx")))
    assert find_signature(state, [OWN], sent) is None
    isolated = OWN._replace(isolated=True)
    found = find_signature(state, [isolated], sent)
    assert found is not None
    assert found.key == isolated


def test_the_work_is_bounded() -> None:
    budget = Budget(5_000)
    keys = [MachineKey(bytes([number]) * 20) for number in range(100)]
    assert find_signature(read_view_state(forged()), [*keys, OWN], Sent(("B97B4E27",)), budget) is None
    assert budget.is_spent


def test_a_derived_key_has_the_length_of_the_machine_key() -> None:
    page = PageIdentity("/", "x_aspx", "/x.aspx")
    assert [len(derived_key(bytes(size), page)) for size in (16, 24, 64, 100)] == [16, 24, 64, 100]
    assert derived_key(bytes(64), page, "a" * 300) != derived_key(bytes(64), page)


@given(st.binary(max_size=120), st.sampled_from(["", "ff01", "ff010f"]))
def test_any_bytes_have_no_signature(data: bytes, start: str) -> None:
    state = read_view_state(bytes.fromhex(start) + data)
    assert find_signature(state, [OWN], Sent(("B97B4E27",), tuple(iter_identities("/a.aspx")))) is None


def test_no_mutant_has_a_right_signature() -> None:
    whole = forged()
    sent = Sent(("B97B4E27",))
    assert find_signature(read_view_state(whole), [OWN], sent) is not None
    for mutant in mutants(whole, 500):
        found = find_signature(read_view_state(mutant), [OWN], sent)
        assert found is None or mutant == whole
