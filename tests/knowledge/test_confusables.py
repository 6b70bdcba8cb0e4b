"""What a name looks like."""

from __future__ import annotations

import pytest

from webshellhunt.knowledge.confusables import BIDI_CONTROLS, INVISIBLE, skeleton


@pytest.mark.parametrize(
    "name",
    ["logon.aspx", "LOGON.aspx", "l\u043eg\u043en.aspx", "\uff4cogon.aspx", "lo\u200bgon.aspx", "logon\u2024aspx"],
)
def test_names_that_look_alike_have_one_skeleton(name: str) -> None:
    assert skeleton(name) == "logon.aspx"


def test_names_that_look_different_do_not() -> None:
    assert skeleton("login.aspx") != skeleton("logon.aspx")


def test_no_character_is_both_unseen_and_turning() -> None:
    assert not BIDI_CONTROLS & INVISIBLE
