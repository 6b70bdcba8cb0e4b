"""Texts that begin as a query of a database does, and those that may be code."""

from __future__ import annotations

import pytest

from webshellhunt.analysis.queries import is_query


@pytest.mark.parametrize(
    "text",
    [
        "Update [users] Set a = 1 where id = ",
        "update users set a = ",
        "SELECT * From t where id = ",
        "Insert Into t values(",
        " Delete * From [",
        "delete from t where id = ",
        "insert into [t",
        "update [users] set a = ",
    ],
)
def test_a_query(text: str) -> None:
    assert is_query(text)


@pytest.mark.parametrize(
    "text",
    [
        "Select Case 1",
        "updated = 1:",
        "Select ",
        "Select Ca",
        "insert into ",
        "insert into rem ",
        "delete from ",
        "update rem set ",
        "update a' set ",
        "update a:b = 1:c set ",
        "Update [",  # a name in brackets is one of VB, too, and may end where the visitor says
        "",
    ],
)
def test_a_text_that_may_be_code(text: str) -> None:
    assert not is_query(text)
