"""Hints: what the caller may say about a content, and how a wrong value is refused."""

from __future__ import annotations

import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webshellhunt.errors import UsageError, WrongTypeError
from webshellhunt.model.hints import LANGUAGES, Hints
from webshellhunt.model.places import Role

VALUES = st.one_of(st.none(), st.text(), st.integers(), st.sampled_from([*Role, ".aspx", "asp.dll", *LANGUAGES]))


def test_texts_are_brought_into_one_form() -> None:
    hints = Hints(role="owa_auth", mapping=".ASPX", language="C#")  # type: ignore[arg-type]
    assert hints == Hints(Role.OWA_AUTH, ".aspx", "c#")
    assert pickle.loads(pickle.dumps(hints)) == hints
    assert Hints(mapping="System.Web.UI.PageHandlerFactory").mapping == "system.web.ui.pagehandlerfactory"
    assert Hints() == Hints(None, None, None)


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ({"role": "inbox"}, "Hints: role is 'inbox'; pass one of owa_auth, owa"),
        ({"mapping": ""}, "Hints: mapping is ''; pass an extension with its dot, such as '.aspx', or a handler"),
        ({"mapping": "."}, "Hints: mapping is '.'"),
        ({"mapping": "a/b"}, "Hints: mapping is 'a/b'"),
        ({"mapping": "..aspx"}, "Hints: mapping is '..aspx'"),
        ({"language": "perl"}, "Hints: language is 'perl'; pass one of c#, vb, jscript, vbscript"),
    ],
)
def test_a_wrong_value_is_refused(words: dict[str, str], message: str) -> None:
    with pytest.raises(UsageError) as caught:
        Hints(**words)  # type: ignore[arg-type]
    assert str(caught.value).startswith(message)


@pytest.mark.parametrize("name", ["role", "mapping", "language"])
def test_a_wrong_type_is_refused(name: str) -> None:
    with pytest.raises(WrongTypeError, match=f"^Hints: {name} is of type int; pass "):
        Hints(**{name: 7})  # type: ignore[arg-type]


@given(VALUES, VALUES, VALUES)
def test_any_value_is_taken_or_refused(role: object, mapping: object, language: object) -> None:
    try:
        hints = Hints(role, mapping, language)  # type: ignore[arg-type]
    except (UsageError, WrongTypeError):
        return
    assert Hints(hints.role, hints.mapping, hints.language) == hints
