"""An empty log folder."""

from __future__ import annotations

from webshellhunt.detectors.access_log.log_folder_empty import find
from webshellhunt.model.rules import Severity
from webshellhunt.views.log_holes import EmptyLogFolder, Witness

EMPTY = EmptyLogFolder("Default Web Site", "C:\\W3SVC1", witness=Witness("HttpProxy", 210_000, is_proof=True))


def test_requests_without_a_log() -> None:
    (found,) = find(EMPTY)
    assert found.severity is Severity.MEDIUM
    assert found.message.endswith("the log folder has no log of the site, while HttpProxy has 210,000 rows")


def test_a_quiet_or_moved_site_is_for_information() -> None:
    (quiet,) = find(EMPTY._replace(witness=None))
    (moved,) = find(EMPTY._replace(witness=None, elsewhere="D:\\W3SVC1"))
    assert quiet.severity is moved.severity is Severity.INFO
    assert moved.message.endswith("logs of the site are in D:\\W3SVC1")
