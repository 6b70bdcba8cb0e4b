"""A verdict on the page: chosen findings, bounds, secrets."""

from __future__ import annotations

from dataclasses import replace

from tests.pivot.cases import demo_report
from tests.reports.cases import EVAL, PLACE, PUBLIC, finding, report, verdict
from webshellhunt.model.findings import Evidence, FactValue, Span
from webshellhunt.model.traffic import Use
from webshellhunt.model.verdict import Disposition, Verdict
from webshellhunt.reports.content import shown_verdicts
from webshellhunt.reports.options import Options
from webshellhunt.reports.writers.html.verdict_view import EXCERPTS, FINDINGS, SIGNATURES, VALUES, VerdictView
from webshellhunt.reports.writers.html.verdict_view import verdict_view as view_of

ALL = Options(show_all=True)


def verdict_view(made: Verdict, options: Options, *, number: int = 0) -> VerdictView:
    """Return the view of the last verdict of a report that has it, or has it so many times before."""
    *_, shown = shown_verdicts(report(*[made] * (number + 1)), options)
    return view_of(shown, "r1-", options)


SECRET = "P4ssw0rd-of-the-victim"


def test_detectors_are_in_full_and_signatures_in_brief() -> None:
    view = verdict_view(verdict("x.aspx", Disposition.MALICIOUS, finding(PUBLIC, "public"), finding(EVAL)), Options())
    assert [each.finding.rule for each in view.findings] == [EVAL]
    assert [each.message for each in view.signatures] == ["public"]
    everything = verdict_view(view.shown.verdict, ALL)
    assert len(everything.findings) == 2


def test_a_decoded_text_is_shown() -> None:
    signature = finding(PUBLIC, "public", path="x.aspx")
    decoded = replace(signature, evidence=(replace(signature.evidence[0], layer="text, constant in line 5"),))
    view = verdict_view(verdict("x.aspx", Disposition.MALICIOUS, finding(EVAL), decoded), Options())
    assert [each.excerpts[0].layers for each in view.findings] == [(), ("constant in line 5",)]
    assert view.signatures == ()


def test_signatures_alone_are_in_full() -> None:
    view = verdict_view(verdict("x.aspx", Disposition.SUSPICIOUS, finding(PUBLIC)), Options())
    assert (len(view.findings), view.signatures) == (1, ())


def test_a_copy_shows_what_is_of_its_place() -> None:
    view = verdict_view(
        verdict("x.aspx", Disposition.MALICIOUS, finding(EVAL), finding(PLACE, "odd")), Options(), number=1
    )
    assert [each.finding.rule for each in view.findings] == [PLACE]
    assert finding(EVAL).message in view.reasons


def test_all_is_bounded() -> None:
    signatures = [finding(replace(PUBLIC, id=f"P{n}"), f"signature {n}") for n in range(40)]
    detectors = [finding(replace(EVAL, id=f"WSH{1100 + n}"), f"detector {n}") for n in range(40)]
    places = tuple(Evidence("x.aspx", "text", Span(n, n + 1), n + 1, 1, f"line {n}") for n in range(30))
    facts = {"places": tuple(f"value {n}" for n in range(30))}
    detectors[0] = replace(detectors[0], evidence=places, facts=facts)
    view = verdict_view(verdict("x.aspx", Disposition.MALICIOUS, *detectors, *signatures), Options())
    assert (len(view.findings), len(view.signatures)) == (FINDINGS, SIGNATURES)
    assert len(view.findings) + len(view.signatures) + len(view.more) == 80
    assert (len(view.findings[0].excerpts), view.findings[0].more_excerpts) == (EXCERPTS, 30 - EXCERPTS)
    assert view.findings[0].facts[0][1][-1] == f"and {30 - VALUES} more"


def test_an_excerpt_is_shown_once() -> None:
    view = verdict_view(verdict("x.aspx", Disposition.MALICIOUS, finding(EVAL), finding(PLACE, "odd")), Options())
    assert [len(each.excerpts) for each in view.findings] == [1, 0]
    assert [each.repeats for each in view.findings] == [False, True]


def test_the_use_is_said_once() -> None:
    used = finding(replace(EVAL, id="WSH7101"), "it was used")
    made = replace(verdict("x.aspx", Disposition.MALICIOUS, finding(), used), use=Use(1, 1, 0, None, None))
    assert [each.message for each in verdict_view(made, Options()).findings] == [finding().message]
    assert len(verdict_view(made, ALL).findings) == 2


def test_other_places_of_the_content() -> None:
    facts: dict[str, FactValue] = {"same_content_at": ("a.aspx", "b.aspx")}
    view = verdict_view(verdict("x.aspx", Disposition.MALICIOUS, finding(facts=facts), finding(facts=facts)), Options())
    assert view.other_places == ("a.aspx", "b.aspx")


def test_secrets_are_fingerprints() -> None:
    made = verdict("x.aspx", Disposition.MALICIOUS, finding(message=f"it has {SECRET}", facts={"password": SECRET}))
    view = verdict_view(made, Options())
    assert SECRET not in repr((view.reasons, view.other_places, view.shown.what))
    [shown] = verdict_view(made, Options()).findings
    assert SECRET not in shown.message + repr(shown.facts)
    assert SECRET in verdict_view(made, Options(show_secrets=True)).findings[0].message


def test_each_back_door_of_the_demo_has_a_road() -> None:
    views = [verdict_view(each, Options()) for each in demo_report().accused]
    pages = [view for view in views if view.shown.word == "malicious" and view.shown.subject.sha256]
    assert len(pages) == 8
    assert all(any(each.roads for each in view.findings) for view in pages)
