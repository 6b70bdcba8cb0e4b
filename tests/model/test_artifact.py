"""What is handed from process to process comes back as it was."""

from __future__ import annotations

import pickle
from datetime import UTC, datetime

import pytest

from webshellhunt.model.artifact import Artifact, Timestamps
from webshellhunt.model.findings import Gap
from webshellhunt.model.places import Role
from webshellhunt.model.verdict import Examination, Subject, SubjectKind

TIMES = Timestamps(datetime(2021, 3, 3, 12, 0, 1, 5, tzinfo=UTC), accessed_utc=datetime(2022, 1, 1, tzinfo=UTC))
SUBJECT = Subject(SubjectKind.FILE, r"C:\inetpub\x.aspx", role=Role.OWA, sha256="ab", size_bytes=3, times=TIMES)
NOUNS = [
    TIMES,
    Artifact("inetpub/x.aspx", r"C:\inetpub\x.aspx", Role.OWA, 3, TIMES, source_path="/e/x", attributes=("hidden",)),
    SUBJECT,
    Examination(SUBJECT, gaps=(Gap("unreadable", "examine", "x", "it is gone", matters=True),), known_good="ours"),
]


@pytest.mark.parametrize("noun", NOUNS, ids=lambda noun: type(noun).__name__)
@pytest.mark.parametrize("protocol", range(2, pickle.HIGHEST_PROTOCOL + 1))
def test_a_noun_comes_back_as_it_was(noun: object, protocol: int) -> None:
    back = pickle.loads(pickle.dumps(noun, protocol))
    assert back == noun
    assert type(back) is type(noun)


def test_what_several_share_stays_one() -> None:
    artifacts = [Artifact(name, name, Role.GIVEN, 0, TIMES) for name in "ab"]
    first, second = pickle.loads(pickle.dumps(artifacts))
    assert first.times is second.times
