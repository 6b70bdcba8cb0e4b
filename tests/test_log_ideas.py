"""The ideas about the logs of a host: their questions, and the examinations that follow from the answers."""

from __future__ import annotations

import pickle
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import cast

import pytest

from tests.builders.event_logs import cmdlet_event, event_record
from tests.builders.exploit_rows import iis, tallies
from tests.builders.inert import live
from tests.builders.view_states import KEY, forged, request
from webshellhunt.correlation.server_acts.questions import ActTally, CmdletQuestion, EventQuestion
from webshellhunt.errors import UsageError
from webshellhunt.examined_host import ExaminedHost
from webshellhunt.host.walk.survey import survey
from webshellhunt.knowledge.exploitation_patterns import load_patterns
from webshellhunt.log_ideas import Answers, Idea, iter_ideas
from webshellhunt.logs.exploitation import ExploitQuestion
from webshellhunt.logs.payloads import PayloadQuestion, PayloadTally
from webshellhunt.logs.questions import Question, Tally
from webshellhunt.model.artifact import Artifact, Timestamps
from webshellhunt.model.findings import Gap
from webshellhunt.model.limits import Job, Limits
from webshellhunt.model.log_options import LogOptions
from webshellhunt.model.places import Role
from webshellhunt.model.traffic import LogFile, LogKind
from webshellhunt.model.verdict import Disposition, Examination
from webshellhunt.scan.scanner import examine_bytes
from webshellhunt.sources.memory import MemorySource
from webshellhunt.verdict.judge import judge

PATH = r"C:\inetpub\wwwroot\aspnet_client\x.aspx"
SHELL = live('<·%@ Page Language="Jscript"%·>\n<·%ev·al(Req·uest.Item["k"],"uns·afe");%·>\n').encode()
SIGMA = """
title: {title}
id: 11111111-1111-4111-8111-11111111111{number}
status: test
level: high
logsource:
    category: {category}
detection:
    address:
        cs-uri-stem: '/campaign/page.aspx'
    condition: address
"""
OWN = """
name = "our shop"
product = "shop"
source = "our own advisory"

[[pattern]]
name = "upload"
reason = "a file was uploaded"
source = "our own advisory"
logs = "iis"
address = "/shop/upload.ashx"
"""


def _ideas(
    *, job: Job | None = None, files: dict[str, bytes] | None = None, examinations: Sequence[Examination] = ()
) -> tuple[dict[str, Idea], list[Gap]]:
    """Return the ideas about a host by name, and the gaps."""
    source = MemorySource(files or {"x.aspx": b"<p>"}, location="evidence")
    offered = list(iter_ideas(ExaminedHost(source, survey(source, Limits()), examinations, job or Job())))
    ideas = {each.name: each for each in offered if isinstance(each, Idea)}
    return ideas, [each for each in offered if isinstance(each, Gap)]


def _told(idea: Idea, *found: object) -> list[Examination]:
    return list(idea.examine(Answers(cast("Sequence[Tally]", found), ())))


def _patterns(*paths: Path) -> Job:
    return Job(logs=LogOptions(pattern_paths=tuple(map(str, paths))))


def _questions(idea: Idea) -> set[type[Question]]:
    return {type(question) for question in idea.questions}


def test_each_idea_has_its_questions() -> None:
    ideas, gaps = _ideas()
    assert {name: _questions(idea) for name, idea in ideas.items()} == {
        "exploitation": {ExploitQuestion},
        "view states": {PayloadQuestion},
        "server acts": {CmdletQuestion, EventQuestion},
    }
    assert gaps == []
    questions = [question for idea in ideas.values() for question in idea.questions]
    assert pickle.loads(pickle.dumps(questions)) == questions


def test_without_an_answer_no_idea_says_anything() -> None:
    ideas, _ = _ideas()
    assert [trace for idea in ideas.values() for trace in idea.examine(Answers((), ()))] == []


def test_exploitation_is_compared_with_the_pages_that_were_planted() -> None:
    row = iis("POST", "/_trust/default.aspx", 500, at="2026-07-20 06:49:42")
    times = Timestamps(datetime(2026, 7, 20, 6, 49, 50, tzinfo=UTC), original=True)
    page = examine_bytes(SHELL, Artifact("x.aspx", PATH, Role.ASPNET_CLIENT, len(SHELL), times), Job())
    for examinations, rule in (([], "WSH7002"), ([page], "WSH7001")):
        ideas, _ = _ideas(examinations=examinations)
        (trace,) = _told(ideas["exploitation"], *tallies([row]))
        assert [finding.rule.id for finding in trace.findings] == [rule]


def test_own_patterns_are_asked_too(tmp_path: Path) -> None:
    own = tmp_path / "shop.toml"
    own.write_text(OWN, encoding="utf-8")
    ideas, gaps = _ideas(job=_patterns(own))
    assert gaps == []
    exploits = load_patterns([str(own)]).exploits
    found = tallies([iis("POST", "/shop/upload.ashx", 200)], LogKind.IIS, exploits)
    (trace,) = _told(ideas["exploitation"], *found)
    assert "our shop" in trace.findings[0].message


def test_a_file_that_is_no_pattern_ends_the_hunt(tmp_path: Path) -> None:
    own = tmp_path / "shop.toml"
    own.write_text("name = 1\n", encoding="utf-8")
    with pytest.raises(UsageError, match=r"shop\.toml"):
        _ideas(job=_patterns(own))


def test_a_refused_sigma_rule_is_a_gap_and_the_others_are_asked(tmp_path: Path) -> None:
    pytest.importorskip("sigma", reason="needs pySigma: the extra 'sigma'")
    categories = {"a server": "webserver", "a program": "process_creation"}
    for number, (title, category) in enumerate(categories.items()):
        text = SIGMA.format(title=title, number=number, category=category)
        (tmp_path / f"{number}.yml").write_text(text, encoding="utf-8")
    ideas, (gap,) = _ideas(job=_patterns(tmp_path))
    assert (gap.code, gap.stage, gap.path) == ("pattern-not-used", "logs", "evidence")
    assert "a program" in gap.reason
    exploits = load_patterns([str(tmp_path)]).exploits
    (trace,) = _told(ideas["exploitation"], *tallies([iis("GET", "/campaign/page.aspx", 200)], LogKind.IIS, exploits))
    assert "a server" in trace.findings[0].message


def test_view_states_are_checked_with_the_keys_of_the_user() -> None:
    tally = PayloadTally()
    tally.take(request(forged()))
    dispositions = []
    for keys in ((), ((KEY, ""),)):
        ideas, _ = _ideas(job=Job(signing_keys=keys))
        (trace,) = _told(ideas["view states"], tally)
        dispositions.append([finding.rule.id for finding in trace.findings])
    assert dispositions == [["WSH7302"], ["WSH7301"]]


def test_events_and_cmdlets_are_one_story() -> None:
    ideas, _ = _ideas()
    tally = ActTally()
    dump = f'-FilePath "\\\\127.0.0.1\\c${PATH[2:]}"'
    tally.take(event_record(cmdlet_event("New-MailboxExportRequest", dump)))
    (trace,) = _told(ideas["server acts"], tally)
    assert trace.subject.path == PATH
    assert judge(trace).disposition is Disposition.MALICIOUS


def test_the_tally_of_each_question_is_one_of_its_idea() -> None:
    ideas, _ = _ideas()
    kinds = {kind for idea in ideas.values() for question in idea.questions for kind in question.kinds}
    assert LogKind.EVENTS in kinds
    for idea in ideas.values():
        for question in idea.questions:
            log = LogFile("C:\\logs\\x.log", min(question.kinds))
            assert list(idea.examine(Answers([question.tally(log)], [log]))) == []
