"""Evidence and findings are frozen records that check themselves."""

from __future__ import annotations

import pickle
from dataclasses import FrozenInstanceError, replace

import pytest

from tests.reports.cases import EVAL, finding
from webshellhunt.model.findings import Secret, Span


def test_a_span_may_not_be_changed() -> None:
    with pytest.raises(FrozenInstanceError):
        Span(1, 2).start = 3  # type: ignore[misc]


def test_a_secret_does_not_show_its_value() -> None:
    assert "hunter2" not in repr(Secret(0, 7, "hunter2"))


def test_a_finding_pickles_and_is_not_accepted_by_itself() -> None:
    found = finding()
    assert pickle.loads(pickle.dumps(found)) == found
    assert not found.accepted
    assert replace(found, rule=EVAL).rule is EVAL
