"""Each primitive of .NET is named by a row, and each row's primitive is there."""

from __future__ import annotations

from webshellhunt.library.net_primitives import NET_PRIMITIVES
from webshellhunt.library.rows import library


def test_each_primitive_is_used() -> None:
    rows = [row for each in library("dotnet").rows.values() for row in (each, *each.others)]
    assert NET_PRIMITIVES.keys() - {row.do_name for row in rows} == set()
