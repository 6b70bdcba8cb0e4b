"""A page of a directory of setup that is in the file table only; what Exchange ships is silent."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from webshellhunt.detectors.placement.page_not_collected import RULE, find
from webshellhunt.model.places import Role
from webshellhunt.views.recorded_file import RecordedFile

PAGE = RecordedFile(
    r"C:\x.aspx", Role.OAB, name_created_utc=datetime(2021, 3, 3, 4, 5, 6, tzinfo=UTC), is_collected=False
)


def test_it_is_told_with_the_time_of_its_name() -> None:
    (claim,) = find(PAGE)
    assert claim.rule == RULE
    assert "named there 2021-03-03T04:05:06Z" in claim.message


@pytest.mark.parametrize(
    "page",
    [
        PAGE._replace(is_collected=True),
        PAGE._replace(is_gone=True),
        PAGE._replace(is_shipped=True),
        PAGE._replace(role=Role.WWWROOT),
        PAGE._replace(role=Role.ECP),
    ],
)
def test_others(page: RecordedFile) -> None:
    assert list(find(page)) == []
