"""The questions, and the bounds of their tally."""

from __future__ import annotations

import pickle

from tests.builders.event_logs import EVENTS, Event, chunk, cmdlet_event, event_log, event_record
from webshellhunt.correlation.server_acts.questions import MOST_ACTS, ActTally, CmdletQuestion, EventQuestion
from webshellhunt.logs.event_search import search_events
from webshellhunt.logs.questions import Question
from webshellhunt.logs.rows import LogSearch
from webshellhunt.model.traffic import LogFile, LogKind
from webshellhunt.views.logged_acts import Idea

TAG = "<" + 'script runat="server">'
LEAD = cmdlet_event("Set-Mailbox", '-ForwardingSmtpAddress "smtp:a@b.c"')


def test_each_is_a_question_that_pickles() -> None:
    for question in (EventQuestion(), CmdletQuestion()):
        assert isinstance(question, Question)
        assert question.words
        assert all(word == word.lower() for word in question.words)
        assert pickle.loads(pickle.dumps(question)) == question
        assert question.interest(b"/owa", LogKind.EVENTS) is None
    assert not EventQuestion().kinds & CmdletQuestion().kinds


def test_a_tally_is_bounded_and_pickles() -> None:
    tally = ActTally()
    for number in range(MOST_ACTS + 50):
        tally.take(event_record(LEAD, number))
    again = pickle.loads(pickle.dumps(tally))
    assert again == tally
    assert len(list(again.iter_acts())) == MOST_ACTS
    assert again.counts[Idea.MAIL_LED_ELSEWHERE] == MOST_ACTS + 50


def test_many_leads_do_not_push_out_a_plant() -> None:
    tally = ActTally()
    for number in range(MOST_ACTS * 2):
        tally.take(event_record(cmdlet_event("New-MailboxExportRequest", r'-FilePath "\\b\a.pst"'), number))
    tally.take(event_record(cmdlet_event("New-MailboxExportRequest", r'-FilePath "C:\a.aspx"'), 9_999))
    assert [act.line for act in tally.iter_acts() if act.idea is Idea.PAGE_PLANTED] == [9_999]


def test_an_event_log_answers() -> None:
    data = event_log(
        chunk([LEAD, Event(5, "x", {}), Event(1423, "MSExchange Unified Messaging", ["System.InvalidCastException"])])
    )
    read = search_events(lambda offset, size: data[offset : offset + size], EVENTS, [EventQuestion()])
    ((_, tally),) = read.answers
    assert isinstance(tally, ActTally)
    assert {act.idea for act in tally.iter_acts()} == {Idea.MAIL_LED_ELSEWHERE, Idea.OBJECT_REFUSED}


def test_a_text_log_of_the_control_panel_answers() -> None:
    command = f"S:TIME=13;S:CMD=Set-OabVirtualDirectory.ExternalUrl='http://f/{TAG}'.Identity='9a';S:REQID=;S:EX="
    quoted = '"' + command.replace('"', '""') + '"'
    text = (
        "#Software: Microsoft Exchange Server\r\n#Fields: TimeStamp,ServerName,EventId,EventData\r\n"
        "2021-03-03T06:49:51.389Z,MAIL,ECP.Request,S:CMD=Get-InboxRule;S:EX=\r\n"
        f"2021-03-03T06:49:53.772Z,MAIL,ECP.Request,{quoted}\r\n"
    ).encode()
    search = LogSearch(LogFile("x.log", LogKind.ECP_SERVER), [CmdletQuestion()])
    _, ((_, tally),) = search.run(lambda offset, size: text[offset : offset + size])
    assert isinstance(tally, ActTally)
    (act,) = tally.iter_acts()
    assert (act.idea, act.line, act.computer) == (Idea.PAGE_PLANTED, 4, "MAIL")


def test_missing_records_are_acts_of_their_log() -> None:
    data = event_log(chunk([LEAD]), chunk([LEAD], first=9), chunk([LEAD], first=11))
    ((_, tally),) = search_events(lambda offset, size: data[offset : offset + size], EVENTS, [EventQuestion()]).answers
    assert isinstance(tally, ActTally)
    missing = [act for act in tally.iter_acts() if act.idea is Idea.RECORDS_MISSING]
    assert [(act.log, act.shown) for act in missing] == [(EVENTS.path, "records 2 to 8"), (EVENTS.path, "record 10")]
