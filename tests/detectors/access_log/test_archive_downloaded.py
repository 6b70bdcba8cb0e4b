"""A downloaded archive."""

from __future__ import annotations

from datetime import UTC, datetime

from webshellhunt.detectors.access_log.archive_downloaded import find
from webshellhunt.logs.downloads import Download, FileKind
from webshellhunt.model.rules import Confidence, Severity
from webshellhunt.views.outgoing_leads import DownloadLead

WHEN = datetime(2021, 3, 3, 4, 5, tzinfo=UTC)
ONE = Download(
    "/aspnet_client/a.7z.001", FileKind.SPLIT_ARCHIVE, "203.0.113.7", 1, WHEN, WHEN, 1, 10**8, None, None, "l", 7
)
LEAD = DownloadLead((ONE,), clients=1, days=1)


def test_the_download_with_its_place() -> None:
    (found,) = find(LEAD)
    assert (found.severity, found.confidence) == (Severity.MEDIUM, Confidence.LOW)
    assert found.message == (
        "203.0.113.7 downloaded /aspnet_client/a.7z.001 (part of a split archive) on 2021-03-03 04:05 UTC: "
        "1 request, 100 MB; a lead, no proof"
    )
    assert (found.evidence[0].path, found.evidence[0].line) == ("l", 7)


def test_without_a_figure_of_the_bytes() -> None:
    (found,) = find(LEAD._replace(downloads=(ONE._replace(sent_bytes=None, first_utc=None),)))
    assert found.message.endswith("1 request, without a figure of the bytes; a lead, no proof")


def test_what_is_published_or_an_error_page() -> None:
    (found,) = find(LEAD._replace(clients=9))
    assert found.severity is Severity.LOW
    assert list(find(LEAD._replace(downloads=(ONE._replace(sent_bytes=800),)))) == []
    assert list(find(LEAD._replace(downloads=(ONE._replace(path="/a.csv", kind=FileKind.TABLE),)))) == []
