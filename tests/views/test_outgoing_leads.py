"""The figures of a lead."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from webshellhunt.logs.downloads import Download, FileKind
from webshellhunt.logs.services import Service
from webshellhunt.views.outgoing_leads import DownloadLead, Habit, ServiceLead, is_exchange_address

WHEN = datetime(2021, 3, 3, 4, tzinfo=UTC)


def download(client: str, size: int | None, *, requests: int = 1) -> Download:
    return Download("/a.zip", FileKind.ARCHIVE, client, requests, WHEN, WHEN, 1, size, None, None, "l", 1)


def test_the_downloads_of_one_file_together() -> None:
    lead = DownloadLead((download("a", 5), download("b", None, requests=2)), clients=2, days=1)
    assert (lead.requests, lead.sent_bytes, lead.kind, lead.last_utc) == (3, 5, FileKind.ARCHIVE, WHEN)
    assert DownloadLead((download("a", None),), clients=1, days=1).sent_bytes is None


def test_the_multiple_of_a_habit() -> None:
    assert Habit(100, 0, 9).multiple(3800) == 38
    assert Habit(0, 0, 9).multiple(3800) is None


def test_the_words_of_a_service() -> None:
    lead = ServiceLead(Service.EWS, "a", "D\\u", "curl/7", "2021-03-05", 2, 1, 1, is_script=True, is_public=True)
    assert lead.words == " as D\\u with the agent curl/7"
    assert lead._replace(user=None, agent=None).words == " without an agent"
    assert lead.facts["answered"] == 1


@pytest.mark.parametrize(
    ("path", "expected"),
    [("/OWA/auth/a.zip", True), ("/aspnet_client/a.zip", True), ("/owa.zip", False), ("/site/owa/a.zip", False)],
)
def test_addresses_of_exchange(path: str, expected: bool) -> None:
    assert is_exchange_address(path) is expected
