"""Pages that answered and have no file: on which site, in which folder, and when nothing is said."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from tests.builders.log_plot import Plot
from webshellhunt.correlation import pages_without_file as pages_without_file_module
from webshellhunt.correlation.pages_without_file import examinations_of, pages_without_file
from webshellhunt.correlation.use_of_addresses import UseQuestion, Uses
from webshellhunt.host.walk.survey import Survey, survey
from webshellhunt.model.limits import Limits
from webshellhunt.model.log_results import AnsweringAddress
from webshellhunt.model.rules import Severity
from webshellhunt.model.traffic import LogFile, LogKind, Record
from webshellhunt.model.verdict import Presence, SubjectKind
from webshellhunt.sources.described import DescribedHost

EXCHANGE = r"C:\Program Files\Microsoft\Exchange Server\V15"
FRONT, BACK = f"{EXCHANGE}\\FrontEnd\\HttpProxy", f"{EXCHANGE}\\ClientAccess"


@pytest.fixture(scope="module")
def surveyed(clean_host: DescribedHost) -> Survey:
    return survey(clean_host.source(), Limits())


def uses(*requests: tuple[int | None, str], status: str = "200") -> Uses:
    """Return the uses of addresses by site, one request each."""
    question = UseQuestion((), ())
    tallies = []
    for number, (site, path) in enumerate(requests):
        log = LogFile(f"u_ex{number}.log", LogKind.IIS, site=site)
        tally = question.tally(log)
        fields = {
            "date": "2021-03-03",
            "time": "04:05:06",
            "cs-method": "POST",
            "cs-uri-stem": path,
            "c-ip": "203.0.113.1",
        }
        tally.take(Record(log.path, 5, LogKind.IIS, {**fields, "sc-status": status}))
        tallies.append(tally)
    return Uses(tallies)


def missing(
    surveyed: Survey, *requests: tuple[int | None, str], suspects: tuple[bytes, ...] = ()
) -> list[AnsweringAddress]:
    found = pages_without_file(frozenset(suspects), {}, uses(*requests), surveyed)
    return [each for each in found if each.is_missing]


@pytest.mark.parametrize(
    ("site", "folder"), [(1, f"{FRONT}\\owa\\auth"), (2, f"{BACK}\\Owa\\auth")], ids=["front end", "back end"]
)
def test_the_site_of_the_log_decides_the_folder(surveyed: Survey, site: int, folder: str) -> None:
    (found,) = missing(surveyed, (site, "/owa/auth/x.aspx"))
    assert found.server_path == f"{folder}\\x.aspx"
    assert (found.use.answered, found.use.first_utc) == (1, datetime(2021, 3, 3, 4, 5, 6, tzinfo=UTC))


def test_a_page_of_the_back_end_is_one_page(surveyed: Survey) -> None:
    found = missing(surveyed, (1, "/owa/x.aspx"), (2, "/owa/x.aspx"))
    assert [each.server_path for each in found] == [f"{BACK}\\Owa\\x.aspx"]


def test_without_the_number_of_the_site_each_one_counts(surveyed: Survey) -> None:
    assert len(missing(surveyed, (None, "/owa/auth/x.aspx"))) == 1


def test_a_page_that_is_there_on_another_site_is_passed_on(surveyed: Survey) -> None:
    assert missing(surveyed, (1, "/owa/default.aspx"), (1, "/ecp/error.aspx"), (1, "/owa/auth/logon.aspx")) == []


def test_handlers_without_a_file_are_quiet(surveyed: Survey) -> None:
    requests = [(site, path) for site in (1, 2) for path in ("/owa/sessiondata.ashx", "/ecp/Download.aspx")]
    assert missing(surveyed, *requests) == []


def test_a_handler_of_the_back_end_does_not_answer_among_the_sign_in_pages(surveyed: Survey) -> None:
    (found,) = missing(surveyed, (1, "/owa/auth/sessiondata.ashx"))
    assert found.server_path == f"{FRONT}\\owa\\auth\\sessiondata.ashx"


@pytest.mark.parametrize("path", ["/owa/auth/x.css", "/owa/ping", "/owa/auth/logon.aspx"])
def test_addresses_that_say_nothing(surveyed: Survey, path: str) -> None:
    assert missing(surveyed, (1, path)) == []


@pytest.mark.parametrize("path", ["/owa/auth/15.2.792/x.aspx", "/nowhere/x.aspx"])
def test_a_directory_that_is_not_there_has_no_page_either(surveyed: Survey, path: str) -> None:
    assert [each.address for each in missing(surveyed, (1, path))] == [path]


def test_an_accused_address_has_a_verdict_already(surveyed: Survey) -> None:
    assert missing(surveyed, (1, "/owa/auth/x.aspx"), suspects=(b"/owa/auth/x.aspx",)) == []


def test_a_trace_has_the_path_and_the_rule(surveyed: Survey) -> None:
    ((examination, use),) = examinations_of(missing(surveyed, (1, "/owa/auth/x.aspx")))
    assert (examination.subject.kind, examination.subject.presence) == (SubjectKind.TRACE, Presence.DELETED)
    assert {each.rule.id: each.severity for each in examination.findings} == {
        "WSH7101": Severity.MEDIUM,
        "WSH7103": Severity.HIGH,
        "WSH7105": Severity.MEDIUM,
    }
    assert use.answered == 1


def test_a_build_in_the_address_hides_no_page() -> None:
    whole = survey(
        Plot().told()._replace(files={**Plot().files, "C/Windows/System32/ntoskrnl.exe": b"x"}).source(), Limits()
    )
    (found,) = missing(whole, (1, "/owa/auth/15.2.659/x.aspx"))
    assert found.server_path == f"{FRONT}\\owa\\auth\\15.2.659\\x.aspx"
    assert missing(whole, (1, "/owa/auth/15.2.659/logon.aspx"), (1, "/ecp/15.2.659.12/error.aspx")) == []


def test_the_directories_of_setup_come_before_any_number_of_others(
    surveyed: Survey, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pages_without_file_module, "MOST_RESOLVED", 3)
    ordinary = [(1, f"/app/{number}.aspx") for number in range(4)]
    found = missing(surveyed, *ordinary, (1, "/owa/auth/zz.aspx"))
    assert f"{FRONT}\\owa\\auth\\zz.aspx" in [each.server_path for each in found]
