"""Texts in pieces are joined only where they may matter."""

from __future__ import annotations

import pytest

from tests.builders.inert import analyse
from webshellhunt.analysis.flow.joined_constants import joined_constants


@pytest.mark.parametrize(
    ("code", "is_joined"),
    [
        ('a = Request.ServerVariables("HTTP_" + "HOST"); var x = "x"; b = x + "y";', True),
        ('a = Request.UserAgent; var x = "x"; b = x + "y";', True),
        ('a = Request.Form("HTTP_" + "HOST"); var x = "x"; b = x + "y";', False),
    ],
)
def test_texts_are_joined_where_visitors_may_be_recognised(code: str, is_joined: bool) -> None:
    constants = joined_constants(analyse(code, "c#"))
    assert ("xy" in {each.value for each in constants.values()}) is is_joined
