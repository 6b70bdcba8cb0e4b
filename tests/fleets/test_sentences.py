"""The head of a fleet and its limits, in words."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from webshellhunt.fleets.sentences import FOLDERS, LOGS, head_sentence, notes_on
from webshellhunt.fleets.stacking import Stack
from webshellhunt.model.fleet import FleetHost, OnHost, Outlier, OutlierKind, Shared, SharedKind, TimeOf
from webshellhunt.model.report import AssessmentState
from webshellhunt.model.verdict import Disposition

WHEN = datetime(2021, 3, 3, tzinfo=UTC)


def row(name: str, state: AssessmentState = AssessmentState.NOTHING_FOUND) -> FleetHost:
    return FleetHost(name, f"/evidence/{name}", state)


DOORS, SUSPICIOUS = AssessmentState.BACKDOORED, AssessmentState.SUSPICIOUS_ONLY


def shell(time_of: TimeOf = TimeOf.PLANTING, when: datetime | None = WHEN) -> Shared:
    return Shared(SharedKind.SHELL, "ab", (OnHost("EXCH02", when, time_of), OnHost("B")), 3, Disposition.MALICIOUS,
                  undated=1)  # fmt: skip


def test_the_head_says_how_many_and_where_it_began() -> None:
    rows = [
        row("EXCH02", DOORS),
        row("B", AssessmentState.BACKDOORED_DESPITE_PATCH),
        row("C", DOORS),
        *(row(f"H{number}") for number in range(17)),
    ]
    assert head_sentence(rows, [shell()], []) == (
        "3 of 20 hosts have back doors; the same shell is on 3, first known on EXCH02, planted 2021-03-03, at an "
        "unknown time on 1."
    )


@pytest.mark.parametrize(
    ("rows", "sentence"),
    [
        ([row("A"), row("B")], "No back door was found on 2 hosts."),
        ([row("A", DOORS), row("B")], "1 of 2 hosts has back doors."),
        ([row("A", DOORS), row("B", SUSPICIOUS)], "1 of 2 hosts has back doors, 1 has only suspicious items."),
        ([row("A"), row("B", SUSPICIOUS)], "No back door was found on 2 hosts, 1 has only suspicious items."),
        (
            [row(f"H{number}", state) for number, state in enumerate(AssessmentState)],
            "3 of 9 hosts have back doors, 1 has only suspicious items, 1 has traces of exploitation, "
            "1 has exposed keys or credentials, 1 has gaps that matter and nothing found.",
        ),
        ([row("A", DOORS), row("a"), row("B")], "1 of 2 hosts has back doors."),
    ],
)
def test_hosts_are_counted_once(rows: list[FleetHost], sentence: str) -> None:
    assert head_sentence(rows, [], []) == sentence


@pytest.mark.parametrize(
    ("count", "words"),
    [
        (1, "1 of 2 hosts has back doors; 1 more location could not be opened."),
        (2, "1 of 2 hosts has back doors; 2 more locations could not be opened."),
    ],
)
def test_locations_that_were_not_opened_are_counted(count: int, words: str) -> None:
    assert head_sentence([row("A", DOORS), row("B")], [], [], unopened=count) == words


def test_no_host_is_called_clean_if_none_was_opened() -> None:
    assert head_sentence([], [], [], unopened=2) == "2 locations could not be opened, and no host was hunted through."


def test_the_event_of_the_first_time_is_told() -> None:
    rows = [row("A", DOORS)]
    assert "first known on EXCH02, first used 2021-03-03, at an unknown time on 1." in head_sentence(
        rows, [shell(TimeOf.FIRST_USE)], []
    )
    assert "is on 3, at unknown times." in head_sentence(rows, [shell(TimeOf.UNKNOWN, None)], [])


def test_outliers_without_an_accusation_are_counted() -> None:
    one = Outlier(OutlierKind.ONLY_HERE, "x", ("A",), 1, 19, 20, Disposition.BENIGN)
    accused = replace(one, disposition=Disposition.MALICIOUS)
    many = replace(one, kind=OutlierKind.MANY, files=30)
    assert head_sentence([row("A")], [], [one, accused], FOLDERS) == (
        "No back door was found on 1 location; 1 file that no rule accuses differs from the peers."
    )
    assert "31 files that no rule accuses differ" in head_sentence([row("A")], [], [one, many])


def test_limits() -> None:
    stack = Stack()
    stack.unknown_build, stack.complete = 0b10, 0b11
    rows = [row("A"), replace(row("a"), interrupted=True), row("B")]
    assert list(notes_on(rows, stack, ["A", "B"], {"B": 1200})) == [
        "A: 2 reports are of this host; they count as one host",
        "files of Exchange are not compared, as the build is unknown: B",
        "files are compared only among more than 3 hosts: with fewer, none has enough peers",
        "interrupted, so that a file may be missing there: a",
        "B: 1,200 further accused items are not compared; its report has them",
    ]


def test_a_part_of_the_evidence_is_a_limit() -> None:
    stack = Stack()
    stack.partial, stack.complete = 0b11, 0b10  # the second host has a complete report as well
    notes = list(notes_on([], stack, ["A", "B"], {}))
    assert "the evidence is only a part of the files, so that an absent one means nothing there: A" in notes


def test_many_names_are_counted() -> None:
    stack = Stack()
    stack.unknown_build = 0b11111111
    names = [f"H{number}" for number in range(8)]
    [note] = notes_on([row(name) for name in names], stack, names, {})
    assert note.endswith("H0, H1, H2, H3, H4 and 3 more")


def test_suspicious_traces_prove_no_exploitation() -> None:
    lead = FleetHost("B", "l", AssessmentState.EXPLOITATION_TRACES_ONLY, 0, 1)
    proven = FleetHost("C", "l", AssessmentState.EXPLOITATION_TRACES_ONLY, 1, 1)
    assert head_sentence([row("A"), lead, proven], [], [], LOGS) == (
        "1 of 3 hosts has traces of exploitation, 1 has suspicious traces."
    )


def test_logs_alone_have_no_back_doors() -> None:
    rows = [row("A"), row("B", AssessmentState.EXPLOITATION_TRACES_ONLY)]
    assert head_sentence(rows, [], [], LOGS) == ("1 of 2 hosts has traces of exploitation.")
