from __future__ import annotations

import pickle

from tests.builders.questions import Asked, Taken, asked_for
from webshellhunt.logs.questions import Question
from webshellhunt.model.traffic import LogFile, LogKind


def test_a_question_and_its_tally_are_sent_between_processes() -> None:
    question = asked_for(b"/a", words=frozenset({b"cmd="}))
    assert isinstance(question, Question)
    tally = question.tally(LogFile("x", LogKind.IIS))
    assert pickle.loads(pickle.dumps((question, tally))) == (question, Taken())


def test_an_interest_is_none_all_or_words() -> None:
    question = Asked({b"/a": (), b"/b": (b"cmd=",)})
    assert question.interest(b"/a", LogKind.IIS) == ()
    assert question.interest(b"/b", LogKind.IIS) == (b"cmd=",)
    assert question.interest(b"/c", LogKind.IIS) is None
