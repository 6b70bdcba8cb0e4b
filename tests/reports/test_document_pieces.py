"""Lists that are written as their members come."""

from __future__ import annotations

import json

import pytest

from webshellhunt.reports.document_pieces import list_pieces


@pytest.mark.parametrize("members", [[], ["1"], ["1", "2", "3"]])
def test_the_pieces_are_a_list_of_any_length(members: list[str]) -> None:
    text = "".join(list_pieces(iter(members), "[\n", "\n]\n"))
    assert json.loads(text) == [int(each) for each in members]


def test_the_first_member_is_out_before_the_second_exists() -> None:
    pieces = list_pieces(iter(["1", "2"]), "[", "]")
    assert next(pieces) == "[1"
