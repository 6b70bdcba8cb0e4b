"""Log ideas: each idea about the logs of a host, as its questions and the examinations that follow from the answers."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from itertools import chain
from typing import NamedTuple

from webshellhunt.correlation.exploitation import exploit_examinations, find_exploitation
from webshellhunt.correlation.planting_time import date_planting
from webshellhunt.correlation.server_acts.questions import CmdletQuestion, EventQuestion
from webshellhunt.correlation.server_acts.stories import examinations
from webshellhunt.correlation.view_states import host_keys, user_keys, view_state_traces
from webshellhunt.examined_host import ExaminedHost
from webshellhunt.host.walk.survey import Survey
from webshellhunt.knowledge.exploitation_patterns import load_patterns
from webshellhunt.knowledge.patches import find_patch_state
from webshellhunt.logs.exploitation import exploit_questions
from webshellhunt.logs.extent import build_witnesses
from webshellhunt.logs.payloads import PayloadQuestion, PayloadTally
from webshellhunt.logs.peers import NOBODY, Askers
from webshellhunt.logs.questions import Question, Tally
from webshellhunt.model.findings import Gap
from webshellhunt.model.places import Role
from webshellhunt.model.traffic import LogFile
from webshellhunt.model.verdict import Examination
from webshellhunt.verdict.judge import judge


class Answers(NamedTuple):
    """The answers to the questions of one idea: their tallies in the order of the logs, and the logs with extents.

    ``askers`` are the proxies in front of the server, and its own addresses.
    """

    tallies: Sequence[Tally]
    logs: Sequence[LogFile]
    askers: Askers = NOBODY


class Idea(NamedTuple):
    """An idea about the logs: its name, its questions, and the examinations that follow from the answers."""

    name: str
    questions: tuple[Question, ...]
    examine: Callable[[Answers], Iterable[Examination]]


def iter_ideas(host: ExaminedHost) -> Iterator[Idea | Gap]:
    """Yield the ideas about the logs of a host, and a gap for each pattern of the user that can't be used.

    Raises:
        UsageError: A file with patterns of exploitation can't be used.
    """
    yield from _exploitation(host)
    yield _view_states(host)
    yield _server_acts()


def _exploitation(host: ExaminedHost) -> Iterator[Idea | Gap]:
    patterns = load_patterns(host.job.logs.pattern_paths)
    yield from (Gap("pattern-not-used", "logs", host.source.location, each) for each in patterns.refused)

    def examine(answers: Answers) -> Iterator[Examination]:
        found = find_exploitation(
            answers.tallies,
            patterns.exploits,
            planted=_planted(host),
            patch_state=find_patch_state(host.surveyed.host, build_witnesses(answers.logs)),
            installed=_installed(host.surveyed),
            askers=answers.askers,
        )
        return exploit_examinations(found)

    yield Idea("exploitation", tuple(exploit_questions(patterns.exploits)), examine)


def _view_states(host: ExaminedHost) -> Idea:
    def examine(answers: Answers) -> Iterator[Examination]:
        keys = chain(host_keys(host.source, host.surveyed, host.examinations), user_keys(host.job))
        payloads = [each for each in answers.tallies if isinstance(each, PayloadTally)]
        return iter(view_state_traces(payloads, tuple(keys)))

    return Idea("view states", (PayloadQuestion(),), examine)


def _server_acts() -> Idea:
    """Return the idea of event logs and logs of cmdlets, which tell one story together."""
    return Idea("server acts", (CmdletQuestion(), EventQuestion()), lambda answers: examinations(answers.tallies))


def _planted(host: ExaminedHost) -> list[tuple[datetime, str]]:
    """Return the planting times of suspicious pages, with their paths."""
    common_hours = host.quiet.hours.common(each.subject.times for each in host.examinations)
    verdicts = (judge(each) for each in host.examinations if each.findings)
    dated = [date_planting(each, common_hours, None) for each in verdicts]
    return [
        (each.planting.when_utc, each.subject.path)
        for each in dated
        if each.planting is not None and each.planting.when_utc is not None
    ]


def _installed(surveyed: Survey) -> frozenset[str] | None:
    """Return the products on the host, ``None`` if no server is in the source."""
    if not surveyed.host.is_server:
        return None
    exchange = {"exchange"} if surveyed.host.exchange else set[str]()
    layouts = {"sharepoint"} if any(root.role is Role.LAYOUTS for root in surveyed.roots) else set[str]()
    return frozenset(exchange | layouts)
