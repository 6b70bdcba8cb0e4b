"""The sentence of a comparison and its state."""

from __future__ import annotations

import pytest

from webshellhunt.comparison.sentences import sentence_of, state_of
from webshellhunt.model.comparison import Change, ChangeKind, ComparisonState, HostComparison
from webshellhunt.model.verdict import Disposition, SubjectKind

BAD = Disposition.MALICIOUS


def gone(path: str = "x.aspx", before: Disposition = BAD) -> Change:
    return Change(ChangeKind.GONE, path, before=before, is_settled=True)


def change(kind: ChangeKind, path: str = "y.aspx", **more: object) -> Change:
    return Change(kind, path, before=None if kind is ChangeKind.NEW else BAD, **more)  # type: ignore[arg-type]


def host(*changes: Change, new: str | None = "E:/new", gaps: int = 0) -> HostComparison:
    return HostComparison("EXCH01", "E:/old", new, changes, gaps=gaps)


@pytest.mark.parametrize(
    ("changes", "sentence", "state"),
    [
        ([], "The old report accuses nothing that a clean-up removes.", ComparisonState.ALL_GONE),
        ([gone()], "The back door is gone.", ComparisonState.ALL_GONE),
        ([gone()] * 3, "All 3 back doors are gone.", ComparisonState.ALL_GONE),
        ([gone(before=Disposition.SUSPICIOUS)], "The accused item is gone.", ComparisonState.ALL_GONE),
        (
            [*[gone()] * 3, change(ChangeKind.REMAINS), change(ChangeKind.NEW)],
            "3 of 4 back doors are gone; y.aspx is still there; 1 new.",
            ComparisonState.REMAINS,
        ),
        (
            [gone(), change(ChangeKind.MOVED, other_path="z.aspx")],
            "1 of 2 back doors is gone; y.aspx is moved to z.aspx.",
            ComparisonState.REMAINS,
        ),
        (
            [change(ChangeKind.REMAINS), change(ChangeKind.REMAINS)],
            "None of the 2 back doors is gone; 2 are still there.",
            ComparisonState.REMAINS,
        ),
        (
            [change(ChangeKind.NOT_EXAMINED)],
            "It is unknown whether the back door is gone; 1 uncertain.",
            ComparisonState.UNKNOWN,
        ),
        (
            [gone(), change(ChangeKind.NOT_ACCUSED, is_settled=True)],
            "1 of 2 back doors is gone; 1 no longer accused.",
            ComparisonState.ALL_GONE,
        ),
        (
            [change(ChangeKind.NOT_ACCUSED, is_settled=True)],
            "The back door is no longer accused.",
            ComparisonState.ALL_GONE,
        ),
        (
            [change(ChangeKind.NOT_EXAMINED)] * 2,
            "It is unknown whether the 2 back doors are gone; 2 uncertain.",
            ComparisonState.UNKNOWN,
        ),
        (
            [change(ChangeKind.REMAINS), change(ChangeKind.NOT_EXAMINED)],
            "None of the 2 back doors is known to be gone; y.aspx is still there; 1 uncertain.",
            ComparisonState.REMAINS,
        ),
        (
            [gone(), change(ChangeKind.NOT_ACCUSED)],
            "1 of 2 back doors is gone; 1 uncertain.",
            ComparisonState.UNKNOWN,
        ),
    ],
)
def test_the_sentence(changes: list[Change], sentence: str, state: ComparisonState) -> None:
    assert sentence_of([host(*changes)]) == sentence
    assert state_of([host(*changes)]) is state


def test_gaps_and_missing_hosts_leave_it_open() -> None:
    assert state_of([host(gone(), gaps=1)]) is ComparisonState.UNKNOWN
    assert sentence_of([host(gone(), gaps=1)]) == "The back door is gone; 1 gap that matters."
    assert state_of([host(gone()), host(new=None)]) is ComparisonState.UNKNOWN
    assert sentence_of([host(gone()), host(new=None)]).endswith("; no new report of EXCH01.")
    assert sentence_of([host(new=None)] * 3).endswith("; no new report of 3 hosts.")
    assert state_of([]) is ComparisonState.UNKNOWN


def test_a_registration_is_no_back_door() -> None:
    module = Change(ChangeKind.GONE, "x", SubjectKind.REGISTRATION, BAD, is_settled=True)
    assert sentence_of([host(module)]) == "The accused item is gone."
