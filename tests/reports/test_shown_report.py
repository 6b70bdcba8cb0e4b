"""No text about a host shows a secret of the victim in any format: moments, steps, gaps, sentences, addresses, logs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from tests.builders.tables import each_row
from tests.reports.cases import WHEN, finding, report, verdict
from tests.reports.reading import parts_of
from tests.reports.saved import shown_after_saving
from tests.secrets.cases import PASSWORD, leaks
from webshellhunt.correlation.timeline import timeline
from webshellhunt.model.findings import Evidence, Gap, Span
from webshellhunt.model.log_results import Client, Moment, MomentKind, Traffic
from webshellhunt.model.places import Url
from webshellhunt.model.report import Report, Step
from webshellhunt.model.verdict import Disposition, Planting
from webshellhunt.reports import Options, formats, render
from webshellhunt.reports.redaction import fingerprint
from webshellhunt.reports.shown_report import LONGEST_EVENT, shown_report

LOGIN = f"Server=db;Uid=sa;Password={PASSWORD};"
STARTED = f'w3wp.exe started cmd /c tool.exe "{LOGIN}"'
PLAIN = f"the account was opened with {PASSWORD}"
"""A sentence in which only the facts of a verdict tell that it has a secret."""


def _accused() -> Report:
    log = Evidence("u_ex210303.log", "log", Span(0, len(STARTED)), 4, 1, STARTED)
    known = replace(finding(message=STARTED, facts={"password": PASSWORD}), evidence=(log,))
    facts = {"done_at": "2021-03-03T04:00:01Z"}
    acts = {"acts": (f"2021-03-03T04:00:02Z {STARTED}", "2021-03-03T04:00:03Z w3wp.exe wrote a.aspx")}
    made = verdict("C:\\x.aspx", Disposition.MALICIOUS, known, replace(known, facts=facts), replace(known, facts=acts))
    return report(made)


def _first(made: Report, *, url: str = "https://*/x.aspx", witness: str = "log") -> Report:
    [first] = made.verdicts
    subject = replace(first.subject, urls=(Url(url),))
    return replace(made, verdicts=(replace(first, subject=subject, planting=Planting(WHEN, witness, "planted")),))


CLIENT = Client("203.0.113.77", 3, WHEN, WHEN, ("/x.aspx",), (Moment(WHEN, PLAIN, PLAIN),))
CASES: dict[str, Callable[[Report], Report]] = {
    "timeline": lambda made: replace(made, timeline=timeline(made.verdicts, None)),
    "witness": lambda made: replace(made, timeline=(Moment(WHEN, "planted", PLAIN, MomentKind.PLANTED),)),
    "client": lambda made: replace(made, traffic=Traffic(clients=(CLIENT,))),
    "log": lambda made: replace(made, traffic=Traffic(sentence=PLAIN, notes=(PLAIN,))),
    "step": lambda made: replace(
        made, assessment=made.assessment._replace(next_steps=(Step(PLAIN, (PLAIN, f"C:\\a.txt: {LOGIN}")),))
    ),
    "sentence": lambda made: replace(made, assessment=made.assessment._replace(sentence=PLAIN)),
    "gap": lambda made: replace(made, gaps=(Gap("unreadable", "open", "C:\\y.aspx", PLAIN, matters=True),)),
    "address": lambda made: _first(made, url=f"https://*/x.aspx?k={PASSWORD}"),
    "planting": lambda made: _first(made, witness=PLAIN),
}


def _told(made: Report, form: str, *, show_secrets: bool = False) -> str:
    text = render(made, form, show_all=True, raw_excerpts=True, show_secrets=show_secrets)
    assert text is not None
    return "\n".join(parts_of(text, form))


@pytest.mark.parametrize("form", formats())
@pytest.mark.parametrize("case", CASES)
def test_no_format_shows_a_secret(form: str, case: str) -> None:
    made = CASES[case](_accused())
    assert leaks(_told(made, form), PASSWORD) == []


@each_row("case", CASES)
def test_secrets_are_shown_on_demand_and_the_texts_have_their_fingerprint(case: str) -> None:
    made, plain = CASES[case](_accused()), _accused()
    told = _told(made, "json", show_secrets=True)
    assert told.count(PASSWORD) > _told(plain, "json", show_secrets=True).count(PASSWORD)
    hidden = _told(made, "json")
    assert hidden.count(fingerprint(PASSWORD)) == told.count(PASSWORD)


@pytest.mark.parametrize("form", formats())
@pytest.mark.parametrize("case", CASES)
def test_a_saved_report_is_the_same(form: str, case: str) -> None:
    made = CASES[case](_accused())
    direct = render(made, form, show_all=True)
    assert shown_after_saving(made, form, show_all=True) == direct


def test_a_long_event_is_cut_behind_its_secret() -> None:
    words = "x" * (LONGEST_EVENT - len(LOGIN) + 6)
    event = f"{words} {LOGIN} and more"
    made = replace(_accused(), timeline=(Moment(WHEN, event, ""), Moment(WHEN + timedelta(1), "y" * 300, "")))
    first, last = shown_report(made, Options()).timeline
    assert leaks(first.event, PASSWORD) == []
    assert (len(first.event), last.event) == (LONGEST_EVENT, "y" * (LONGEST_EVENT - 1) + "…")
    shown = shown_report(made, Options(show_secrets=True)).timeline[0].event
    assert shown == f"{event[: LONGEST_EVENT - 1]}…"


def test_paths_of_subjects_stay_as_they_are() -> None:
    path = f"C:\\{PASSWORD}\\x.aspx"
    found = finding(facts={"password": PASSWORD})
    made = report(verdict(path, Disposition.MALICIOUS, found))
    moment = Moment(WHEN, f"planted: {path}", "log", MomentKind.PLANTED, path)
    made = replace(
        made,
        timeline=(moment,),
        assessment=made.assessment._replace(next_steps=(Step("Remove them.", (path, f"{path}, line 3")),)),
    )
    shown = shown_report(made, Options())
    assert shown.timeline == (moment,)
    assert shown.assessment == made.assessment


def test_a_report_that_hides_its_secrets_is_not_searched_again() -> None:
    made = replace(_accused(), secrets_hidden=True, timeline=(Moment(WHEN, STARTED, ""),))
    assert shown_report(made, Options()) == made
    assert shown_report(shown_report(_accused(), Options()), Options()) == shown_report(_accused(), Options())


def test_a_range_that_ends_before_it_begins_is_none() -> None:
    turned = Moment(WHEN, "planted", "", until_utc=WHEN - timedelta(days=1))
    kept = turned._replace(until_utc=(WHEN + timedelta(days=1)).replace(tzinfo=None))
    shown = shown_report(replace(report(), timeline=(turned, kept)), Options())
    assert shown.timeline == (turned._replace(until_utc=None), kept)
