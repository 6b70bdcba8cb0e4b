"""A large file under the name of a small one."""

from __future__ import annotations

from webshellhunt.detectors.access_log.large_file_downloaded import find
from webshellhunt.model.rules import Severity
from webshellhunt.views.outgoing_leads import LargeFileLead

LEAD = LargeFileLead("/owa/auth/logo.png", 512_000_000, ("203.0.113.7",), "2021-03-03", "l", 7)


def test_in_a_directory_of_exchange() -> None:
    (found,) = find(LEAD)
    assert found.severity is Severity.MEDIUM
    assert found.message.startswith("203.0.113.7 downloaded /owa/auth/logo.png on 2021-03-03: 512 MB")


def test_elsewhere_it_is_for_information() -> None:
    (found,) = find(LEAD._replace(path="/video.mp3"))
    assert found.severity is Severity.INFO
