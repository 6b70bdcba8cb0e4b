from __future__ import annotations

from dataclasses import replace

import pytest

from tests.builders.logs import row, text_log
from tests.reports.cases import finding
from webshellhunt.correlation.requests_to_files import addresses_of, has_visitors
from webshellhunt.host.walk.survey import survey
from webshellhunt.model.limits import Limits
from webshellhunt.model.places import Role
from webshellhunt.model.traffic import LogKind, Use
from webshellhunt.model.verdict import Disposition, Examination, Subject, SubjectKind, Verdict
from webshellhunt.pipeline import hunt
from webshellhunt.sources.memory import MemorySource

LOG = "inetpub/logs/LogFiles/W3SVC1/u_ex210303.log"
PAGE = b'<%@ Page Language="C#" %><html></html>'


def _hunted(*rows: dict[str, object]) -> dict[str, Verdict]:
    files = {
        "inetpub/wwwroot/aspnet_client/x.aspx": PAGE,
        "inetpub/wwwroot/default.aspx": PAGE,
        LOG: text_log(LogKind.IIS, *rows),
    }
    return {verdict.subject.path.rpartition("\\")[2]: verdict for verdict in hunt(MemorySource(files)).verdicts}


def _row(
    minute: int, path: str, status: int = 200, method: str = "POST", client: str = "203.0.113.7"
) -> dict[str, object]:
    return dict(row(f"2021-03-03 04:{minute:02d}:00", path, status=status, method=method, client=client))


def test_a_page_with_a_finding_has_its_use_and_its_findings() -> None:
    rows = [_row(1, "/aspnet_client/x.aspx", 404, "GET"), *(_row(n, "/aspnet_client/X.ASPX/i") for n in range(2, 9))]
    verdict = _hunted(*rows)["x.aspx"]
    assert verdict.use is not None
    assert (verdict.use.requests, verdict.use.answered, verdict.use.missed_before) == (8, 7, 1)
    assert {"WSH7101", "WSH7102"} <= {finding.rule.id for finding in verdict.findings}


def test_a_page_that_nobody_requested_is_still_there() -> None:
    verdict = _hunted(_row(1, "/default.aspx"))["x.aspx"]
    assert verdict.use is not None
    assert verdict.use.requests == 0
    assert not {finding.rule.id for finding in verdict.findings} & {"WSH7101", "WSH7102"}


PLANTED = r"C:\Program Files\Microsoft\Exchange Server\V15\FrontEnd\HttpProxy\owa\auth\x.aspx"


def test_a_page_that_only_logs_name_has_its_usual_address() -> None:
    planted = replace(finding(), facts={"planted_path": PLANTED})
    trace = Examination(Subject(SubjectKind.TRACE, PLANTED), (planted,))
    with MemorySource({}) as source:
        assert addresses_of([trace, Examination(trace.subject)], survey(source, Limits())) == [
            ((None, b"/owa/auth/x.aspx"),),
            (),
        ]


def test_a_page_that_answers_without_a_file_is_a_trace() -> None:
    verdicts = _hunted(_row(1, "/aspnet_client/gone.aspx"), _row(2, "/default.aspx"), _row(3, "/missing.aspx", 404))
    assert verdicts["gone.aspx"].subject.kind is SubjectKind.TRACE
    assert verdicts["gone.aspx"].disposition is Disposition.SUSPICIOUS
    assert verdicts["gone.aspx"].use is not None
    assert "missing.aspx" not in verdicts
    assert verdicts["default.aspx"].use is None


@pytest.mark.parametrize(
    ("path", "role", "use", "visited"),
    [
        (r"C:\Exchange\FrontEnd\HttpProxy\owa\auth\logon.aspx", Role.OWA_AUTH, (1, 1, 9), True),
        (r"C:\inetpub\wwwroot\aspnet_client\x.aspx", Role.ASPNET_CLIENT, (6, 6, 0), False),
        (r"C:\inetpub\wwwroot\aspnet_client\x.aspx", Role.ASPNET_CLIENT, (21, 21, 0), False),
        (r"C:\inetpub\wwwroot\shop\x.aspx", Role.SITE, (40, 40, 0), False),
        (r"C:\inetpub\wwwroot\shop\x.aspx", Role.SITE, (6, 6, 9), False),
        (r"C:\inetpub\wwwroot\default.aspx", Role.WWWROOT, (2, 2, 0), True),
        (r"C:\inetpub\wwwroot\default.aspx", Role.WWWROOT, (1, 1, 9), False),
        (r"C:\inetpub\wwwroot\aspnet_client\error.aspx", Role.ASPNET_CLIENT, (2, 2, 0), False),
    ],
)
def test_a_page_of_all_users_names_no_intruder(path: str, role: Role, use: tuple[int, int, int], visited: bool) -> None:
    clients, agents, posted = use
    examination = Examination(Subject(SubjectKind.FILE, path, role=role), ())
    found = Use(10, 10, posted, None, None, client_count=clients, agent_count=agents)
    assert has_visitors(examination, found) is visited
