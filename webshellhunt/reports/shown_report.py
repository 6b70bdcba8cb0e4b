"""Shown reports: the one door before any format, where texts lose the victim's secrets and words of code.

A moment, a step, a gap or a sentence may repeat the message of a finding, and so a secret that its verdict hides. The
texts of a verdict itself go through its ``Redaction``.
"""

from dataclasses import replace
from typing import Final

from webshellhunt.model.log_results import Client, Moment, Traffic
from webshellhunt.model.report import Assessment, Report, Step
from webshellhunt.model.verdict import Verdict
from webshellhunt.reports.content.subjects import is_listed
from webshellhunt.reports.inert_values import inert_values, inert_verdict
from webshellhunt.reports.options import Options
from webshellhunt.reports.printable import decodable
from webshellhunt.reports.redaction import Words, secret_values
from webshellhunt.reports.times import aware
from webshellhunt.secrets import is_configuration

LONGEST_EVENT: Final = 200
"""The most characters of an event in a timeline, but for one that ends with the path of its subject."""

_LINE: Final = ", line "


def shown_report(report: Report, options: Options) -> Report:
    """Return a report whose texts about the host have fingerprints for secrets, unless they are to be shown.

    No text holds code, unless excerpts are to be raw. Events are cut afterwards: half a secret would be no known one.
    A range of time that ends before it begins is none.
    """
    if not (options.show_secrets or report.secrets_hidden):
        report = _without_secrets(report)
    if not options.raw_excerpts:
        report = _inert(report, options)
    return replace(report, timeline=tuple(map(_tidy, report.timeline)))


def _inert(report: Report, options: Options) -> Report:
    """Return a report with inert texts; verdicts that are only counted stay as they are."""
    shown = [
        inert_verdict(each, show_secrets=options.show_secrets) if is_listed(each, options) else each
        for each in report.verdicts
    ]
    return replace(inert_values(replace(report, verdicts=())), verdicts=tuple(shown))


def _tidy(moment: Moment) -> Moment:
    if moment.until_utc is not None and aware(moment.until_utc) <= aware(moment.when_utc):
        moment = moment._replace(until_utc=None)
    event = decodable(moment.event)  # as a saved report has it
    if len(event) <= LONGEST_EVENT or (moment.path and event.endswith(decodable(moment.path))):
        return moment
    return moment._replace(event=f"{event[: LONGEST_EVENT - 1]}…")


def _without_secrets(report: Report) -> Report:
    texts = _Texts(report)
    return replace(
        report,
        timeline=tuple(map(texts.moment, report.timeline)),
        traffic=texts.traffic(report.traffic) if report.traffic is not None else None,
        assessment=texts.assessment(report.assessment),
        gaps=tuple(replace(gap, reason=texts.text(gap.reason)) for gap in report.gaps),
        verdicts=tuple(map(texts.verdict, report.verdicts)),
        secrets_hidden=True,
    )


class _Texts:
    """The redaction of texts about a host, by the secrets of all its verdicts. Paths of subjects stay as they are."""

    def __init__(self, report: Report) -> None:
        shown = [verdict for verdict in report.verdicts if not verdict.secrets_hidden]
        known = {value for verdict in shown for value in secret_values(verdict.findings)}
        self._words = {of_settings: Words(known, configuration=of_settings) for of_settings in (False, True)}
        self._paths = {verdict.subject.path.casefold() for verdict in report.verdicts}

    def text(self, text: str, path: str = "") -> str:
        """Return a text about the file at a path without secrets."""
        return self._words[is_configuration(path)].without_secrets(text)

    def moment(self, moment: Moment) -> Moment:
        """Return a moment without secrets."""
        path = moment.path if moment.event.endswith(moment.path) else ""
        event = self.text(moment.event.removesuffix(path), moment.path) + path
        return moment._replace(event=event, witness=self.text(moment.witness))

    def traffic(self, traffic: Traffic) -> Traffic:
        """Return the logs of a host without secrets."""
        clients = tuple(map(self._client, traffic.clients))
        notes = tuple(map(self.text, traffic.notes))
        return replace(traffic, sentence=self.text(traffic.sentence), clients=clients, notes=notes)

    def assessment(self, assessment: Assessment) -> Assessment:
        """Return an assessment without secrets."""
        steps = tuple(map(self._step, assessment.next_steps))
        return assessment._replace(sentence=self.text(assessment.sentence), next_steps=steps)

    def verdict(self, verdict: Verdict) -> Verdict:
        """Return a verdict with the texts that its own redaction does not cover: addresses, and the witness."""
        subject, planting = verdict.subject, verdict.planting
        urls = tuple(url._replace(address=self.text(url.address)) for url in subject.urls)
        if urls != subject.urls:
            verdict = replace(verdict, subject=replace(subject, urls=urls))
        witness = "" if planting is None else self.text(planting.witness, subject.path)
        if planting is not None and witness != planting.witness:
            verdict = replace(verdict, planting=replace(planting, witness=witness))
        return verdict

    def _client(self, client: Client) -> Client:
        return client._replace(moments=tuple(map(self.moment, client.moments)))

    def _step(self, step: Step) -> Step:
        items = (each if self._is_path(each) else self.text(each) for each in step.items)
        return step._replace(text=self.text(step.text), items=tuple(items))

    def _is_path(self, item: str) -> bool:
        return item.partition(_LINE)[0].casefold() in self._paths
