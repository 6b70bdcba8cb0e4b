"""What lies in a folder that can't be read is not readable, and not "not collected"."""

from __future__ import annotations

from tests.correlation.test_deleted_pages import OWA, PAGE, TEMP, compiled, hunted, traces
from webshellhunt.model.verdict import Presence


def test_a_page_below_an_unreadable_folder_could_not_be_read() -> None:
    files = {
        f"{TEMP}/owa/8f3a1c52/1b6de0aa/session.aspx.f5dba9b9.compiled": compiled("/owa/auth/session.aspx"),
        f"{OWA}/auth/logon.aspx": PAGE,
    }
    (trace,) = traces(hunted(files, unreadable=(f"{OWA}/auth",)))
    assert trace.subject.presence is Presence.NOT_READABLE
    assert "could not be read, so whether it is still there is not known" in trace.findings[0].message
    (other,) = traces(hunted(files, unreadable=(f"{OWA}/scripts",)))
    assert other.subject.presence is Presence.DELETED
