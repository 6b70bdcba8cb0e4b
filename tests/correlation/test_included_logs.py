"""What a log quotes counts once a page includes the log."""

from __future__ import annotations

from dataclasses import replace

from tests.reports.cases import finding
from webshellhunt.correlation.included_logs import with_included_logs
from webshellhunt.model.verdict import Examination, Subject, SubjectKind

LOG, PAGE = r"C:\inetpub\wwwroot\u_ex210303.log", r"C:\inetpub\wwwroot\p.asp"


def test_only_a_log_that_a_page_includes_is_accused() -> None:
    found = finding()
    quoting = Examination(Subject(SubjectKind.FILE, LOG), quoted=(found,))
    inside = replace(found, evidence=tuple(replace(each, path=LOG.upper()) for each in found.evidence))
    page = Examination(Subject(SubjectKind.FILE, PAGE), (inside,))
    assert with_included_logs([quoting]) == [quoting]
    log, same = with_included_logs([quoting, page])
    assert (log.findings, log.quoted, same) == ((found,), (), page)
    other = replace(page, subject=Subject(SubjectKind.FILE, LOG.upper()))
    assert with_included_logs([quoting, other])[0] == quoting
