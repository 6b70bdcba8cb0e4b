"""The one sentence: never "clean", and always what a patch does not do."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.correlation.test_planting_time import state_of
from tests.verdict.test_judge import C, S, examination, finding
from webshellhunt.knowledge.patches import find_patch_state
from webshellhunt.model.findings import Gap
from webshellhunt.model.log_results import Client
from webshellhunt.model.patches import PatchState, Witness, WitnessKind
from webshellhunt.model.report import AssessmentState, Coverage, ExchangeInstall, Host, InputState
from webshellhunt.model.traffic import Use
from webshellhunt.model.verdict import Disposition, Planting, Presence, SubjectKind, Verdict
from webshellhunt.verdict.assessment import assess, assess_logs
from webshellhunt.verdict.judge import judge

DOOR = judge(examination(finding(S.CRITICAL, C.HIGH)))
SUSPECT = judge(examination(finding(S.HIGH, C.MEDIUM)))
ALL = Coverage(pages=InputState.HELD)
LOST = Gap("unreadable", "examine", "x.aspx", "locked", matters=True)


def test_back_doors_come_before_anything_else() -> None:
    result = assess([DOOR, DOOR, SUSPECT], [LOST], ALL)
    assert result.state == AssessmentState.BACKDOORED
    assert result.sentence.startswith("2 back doors found; 1 more file is suspicious.")
    assert result.next_steps


NOT_COLLECTED = Gap("directories-not-collected", "survey", "x", "19 of the 20 directories", matters=True)
CUT = Gap("unreadable", "survey", "x", "its content lies outside of the image, which is cut or damaged", matters=True)
ZIP = Gap("archive-not-opened", "examine", "x.zip", "it is a ZIP archive", matters=True)


@pytest.mark.parametrize("verdict", [DOOR, SUSPECT])
def test_what_was_not_examined_is_in_the_sentence_and_the_steps_whatever_was_found(verdict: Verdict) -> None:
    for gap, words, step in (
        (NOT_COLLECTED, "(most web directories were not collected)", "Collect the folders with web pages"),
        (CUT, "(the image is cut or damaged)", "Copy or make the image again"),
        (ZIP, "(archives, images or encrypted files in it were not opened)", "Unpack the archives"),
    ):
        result = assess([verdict], [gap], ALL)
        assert "The hunt is incomplete: 1 important file or input could not be examined" in result.sentence
        assert words in result.sentence
        assert any(each.text.startswith(step) for each in result.next_steps)
        assert not any(each.text.startswith(step) for each in assess([verdict], [], ALL).next_steps)
        clean = assess([], [gap], ALL)
        assert words in clean.sentence
        assert any(each.text.startswith(step) for each in clean.next_steps)
    assert "incomplete" not in assess([verdict], [replace(CUT, matters=False)], ALL).sentence
    assert "it was interrupted" in assess([verdict], [], ALL, interrupted=True).sentence


def test_the_pages_to_collect_are_named() -> None:
    (step,) = (s for s in assess([], [NOT_COLLECTED], ALL).next_steps if s.text.startswith("Collect the folders"))
    assert step.items[0] == r"C:\inetpub"
    assert step.items[1].endswith(r"\V15\FrontEnd\HttpProxy")


def known(presence: Presence) -> Verdict:
    return replace(DOOR, subject=replace(DOOR.subject, kind=SubjectKind.TRACE, presence=presence, sha256="0" * 64))


@pytest.mark.parametrize("presence", [Presence.NOT_COLLECTED, Presence.NOT_READABLE])
def test_a_page_known_by_its_content_alone_is_a_back_door(presence: Presence) -> None:
    result = assess([DOOR, known(presence), known(presence)], [], ALL)
    assert result.state is AssessmentState.BACKDOORED
    assert result.sentence.startswith("3 back doors found (2 of them known only by their content).")
    assert not any("traces in the logs" in step.text for step in result.next_steps)
    assert any(step.text.startswith("Look for these files on the server") for step in result.next_steps)
    assert assess([known(presence)], [], ALL).sentence.startswith("1 back door found (known only by its content).")


def test_a_removed_back_door_with_a_known_content_is_said_as_such() -> None:
    gone = known(Presence.DELETED)
    words = "1 back door was removed, and is known by its content"
    assert assess([gone], [], ALL).state is AssessmentState.EXPLOITATION_TRACES_ONLY
    assert assess([gone], [], ALL).sentence.startswith(f"{words}.")
    assert f" {words}." in assess([DOOR, gone], [], ALL).sentence
    assert f"no back door confirmed that is still there. {words}." in assess([SUSPECT, gone], [], ALL).sentence
    assert not any("traces in the logs" in step.text for step in assess([gone], [], ALL).next_steps)


def test_suspicion_is_no_proof() -> None:
    result = assess([SUSPECT], [], ALL)
    assert result.state == AssessmentState.SUSPICIOUS_ONLY
    assert "no back door confirmed" in result.sentence


@pytest.mark.parametrize(
    ("gaps", "coverage", "interrupted", "state"),
    [
        ([], ALL, False, AssessmentState.NOTHING_FOUND),
        ([Gap("x", "walk", "a", "b")], ALL, False, AssessmentState.NOTHING_FOUND),
        ([LOST], ALL, False, AssessmentState.INCOMPLETE),
        ([], Coverage(), False, AssessmentState.INCOMPLETE),
        ([], ALL, True, AssessmentState.INCOMPLETE),
    ],
)
def test_nothing_found(gaps: list[Gap], coverage: Coverage, interrupted: bool, state: AssessmentState) -> None:
    result = assess([], gaps, coverage, interrupted=interrupted)
    assert result.state == state
    assert "is clean" not in result.sentence


DENIED = Gap("unreadable", "walk", r"C:\x.aspx", "it can't be read (permission denied)", matters=True)


def steps_of(gaps: list[Gap], verdicts: list[Verdict] | None = None) -> list[str]:
    return [step.text for step in assess(verdicts or [], gaps, ALL).next_steps]


def test_what_may_not_be_read_asks_for_an_administrator_and_for_nothing_else() -> None:
    (step,) = assess([], [DENIED], ALL).next_steps
    assert step.text.startswith("Hunt again as administrator (on Linux as root)")
    assert step.items == (r"C:\x.aspx",)


def test_what_may_not_be_read_is_a_step_beside_a_back_door_too() -> None:
    assert [step.split(":")[0] for step in steps_of([DENIED], [DOOR])][-2:] == [
        "Hunt again as administrator (on Linux as root)",
        "Then hunt again",
    ]
    assert steps_of([DENIED], [SUSPECT])[-1].startswith("Hunt again as administrator")


def test_another_reason_asks_for_no_administrator() -> None:
    for gap in (replace(DENIED, reason="it can't be read (input/output error)"), replace(DENIED, matters=False)):
        assert not any("administrator" in step for step in steps_of([gap], [DOOR]))


def test_a_broken_configuration_is_to_be_read_by_hand() -> None:
    assert steps_of([replace(DENIED, code="broken-config", reason="line 3")])[0].startswith("Read the files marked")


def test_an_image_alone_is_to_be_mounted_although_it_would_not_matter_beside_pages() -> None:
    image = Gap("image-not-opened", "examine", "x.E01", "an image")
    empty = Gap("nothing-to-examine", "walk", "x", "none", matters=True)
    assert steps_of([empty, image])[0].startswith("Unpack the archives and mount the images")
    assert steps_of([image]) == []


def test_what_the_user_vouches_for_is_counted_by_what_it_would_be() -> None:
    door = replace(DOOR, disposition=Disposition.BENIGN, otherwise=Disposition.MALICIOUS)
    suspect = replace(SUSPECT, disposition=Disposition.BENIGN, otherwise=Disposition.SUSPICIOUS)
    assert assess([door, suspect, suspect], [], ALL).sentence.endswith(
        "Not counted, because you accepted it or your baseline lists it: 1 malicious file and 2 suspicious files."
    )


# The same, beside what is known of the patches.

OPEN, CURRENT = state_of("15.2.792.3"), state_of("15.2.1748.49")
UNSETTLED = find_patch_state(
    Host(exchange=(ExchangeInstall("x", None, (Witness(WitnessKind.VERSION_FOLDER, "x", "15.2.792.3"),)),))
)
TRACE = replace(SUSPECT, subject=replace(SUSPECT.subject, kind=SubjectKind.TRACE, presence=Presence.DELETED))
KEY = judge(examination(replace(finding(S.MEDIUM, C.HIGH), facts={"machine_key": "0123"})))
EARLY = replace(DOOR, planting=Planting(None, "", "", waves=("ProxyLogon",), before_fix=True))


@pytest.mark.parametrize(
    ("verdicts", "patch_state", "state", "words"),
    [
        ([DOOR], OPEN, "backdoored_and_vulnerable", "open to ProxyLogon, ProxyShell, ProxyToken and 5 more"),
        ([DOOR], CURRENT, "backdoored_despite_patch", "Fixed for every known wave, yet 1 back door remains."),
        ([EARLY, EARLY], CURRENT, "backdoored_despite_patch", "Fixed for ProxyLogon, yet 2 back doors planted before"),
        ([EARLY, DOOR], CURRENT, "backdoored_despite_patch", "before the fix remains, and 1 more was found."),
        ([DOOR], UNSETTLED, "backdoored", "1 back door found."),
        ([DOOR], state_of("8.3.83.0"), "backdoored", "1 back door found."),
        ([SUSPECT], OPEN, "suspicious_only", "no back door confirmed. The server is open to"),
        ([SUSPECT, TRACE], CURRENT, "suspicious_only", "1 suspicious file found"),
        ([TRACE], OPEN, "exploitation_traces_only", "1 suspicious page found by its traces alone: it was deleted"),
        ([KEY], CURRENT, "keys_or_credentials_exposed", "Keys or credentials are exposed in 1 place."),
        ([], OPEN, "vulnerable_nothing_found", "Nothing was found in the examined files. The server is open to"),
        ([], CURRENT, "nothing_found", "does not remove a back door."),
        (
            [],
            UNSETTLED,
            "nothing_found",
            "It is unknown whether the server is open to ProxyLogon, ProxyShell, ProxyToken and 5 more",
        ),
    ],
)
def test_the_patch_state_decides_which_word_fits(
    verdicts: list[Verdict], patch_state: PatchState | None, state: str, words: str
) -> None:
    result = assess(verdicts, [], ALL, patch_state=patch_state)
    assert result.state == state
    assert words in result.sentence


def test_a_collection_without_pages_says_nothing_of_the_pages_and_names_what_is_open() -> None:
    result = assess([], [], Coverage(), patch_state=OPEN)
    assert result.state == AssessmentState.INCOMPLETE
    assert "The server is open to ProxyLogon" in result.sentence
    assert [step.text.split()[0] for step in result.next_steps] == ["Hunt", "Update"]


NEWER, NEWER_OLD = state_of("15.2.2562.99"), state_of("15.2.792.99")
WORDS = f"is newer than our data (of {NEWER.newer_than_data}): "


@pytest.mark.parametrize(
    ("verdicts", "state"),
    [
        ([], AssessmentState.NOTHING_FOUND),
        ([SUSPECT], AssessmentState.SUSPICIOUS_ONLY),
        ([TRACE], AssessmentState.EXPLOITATION_TRACES_ONLY),
    ],
)
def test_a_build_newer_than_the_data_is_said_and_is_never_open(verdicts: list[Verdict], state: AssessmentState) -> None:
    result = assess(verdicts, [], ALL, patch_state=NEWER)
    assert result.state == state
    assert (
        f"The installed build 15.2.2562.99 {WORDS}vulnerabilities found since then are not in the data."
        in result.sentence
    )
    assert "open to" not in result.sentence
    assert result.sentence.count("newer than") == 1


def test_what_a_newer_build_of_an_old_branch_fixes_is_not_known() -> None:
    result = assess([], [], ALL, patch_state=NEWER_OLD)
    assert result.state == AssessmentState.NOTHING_FOUND
    assert f"{WORDS}it is unknown whether CVE-2021-42321, ProxyNotShell" in result.sentence
    doors = assess([DOOR], [], ALL, patch_state=NEWER_OLD)
    assert doors.state == AssessmentState.BACKDOORED
    assert WORDS in doors.sentence


PUBLIC = judge(examination(replace(finding(S.HIGH, C.HIGH), facts={"published_key": ("validationKey",)})))
LOSING = judge(examination(replace(finding(S.CRITICAL, C.HIGH), facts={"harvested_passwords": ("x",)})))
MIXED = replace(PUBLIC, findings=(finding(S.HIGH, C.HIGH, "another"), *PUBLIC.findings))
IN_USE = "Public machine keys are in use in 1 place."


@pytest.mark.parametrize(
    ("verdicts", "patch_state", "state"),
    [
        ([DOOR, PUBLIC], OPEN, "backdoored_and_vulnerable"),
        ([DOOR, PUBLIC], CURRENT, "backdoored_despite_patch"),
        ([DOOR, PUBLIC], None, "backdoored"),
        ([SUSPECT, PUBLIC], OPEN, "suspicious_only"),
        ([MIXED], None, "suspicious_only"),
        ([TRACE, PUBLIC], OPEN, "exploitation_traces_only"),
        ([PUBLIC], OPEN, "keys_or_credentials_exposed"),
    ],
)
def test_public_keys_stay_in_the_sentence_and_the_steps_whatever_else_was_found(
    verdicts: list[Verdict], patch_state: PatchState | None, state: str
) -> None:
    result = assess(verdicts, [], ALL, patch_state=patch_state)
    assert result.state == state
    assert IN_USE in result.sentence
    assert any(step.text.startswith("Replace the public machine keys") for step in result.next_steps)


def test_harvested_passwords_stay_as_well_even_where_the_file_is_a_back_door() -> None:
    result = assess([LOSING], [], ALL)
    assert result.sentence == "1 back door found. Keys or credentials are exposed in 1 place."
    assert any(step.text.startswith("Change the keys and passwords") for step in result.next_steps)


def test_what_is_accused_for_its_keys_alone_is_no_suspect() -> None:
    assert assess([SUSPECT, PUBLIC], [], ALL).sentence == f"1 suspicious file found; no back door confirmed. {IN_USE}"


LEAD = replace(
    judge(examination(finding(S.MEDIUM, C.LOW))), disposition=Disposition.UNEXPLAINED,
    subject=replace(DOOR.subject, kind=SubjectKind.TRACE),
)  # fmt: skip


@pytest.mark.parametrize("gaps", [[], [LOST]])
def test_a_lead_in_the_logs_is_no_proof_and_not_nothing(gaps: list[Gap]) -> None:
    held = ALL._replace(logs=InputState.HELD)
    for result in (assess_logs([LEAD], gaps, held), assess([LEAD], gaps, held)):
        assert result.sentence.startswith("No proof was found; 1 lead in the logs needs a check")
        assert "Nothing was found" not in result.sentence
        assert result.next_steps[0].text.startswith("Check these leads")
    assert assess_logs([], [], held).sentence.startswith("Nothing was found in the logs alone.")


def test_a_lead_of_a_deleted_page_is_not_said_to_be_in_the_logs() -> None:
    held = ALL._replace(logs=InputState.HELD)
    gone = replace(LEAD, subject=replace(LEAD.subject, presence=Presence.DELETED))
    assert assess([gone], [], held).sentence.startswith("No proof was found; 1 lead needs a check.")
    assert assess([gone, LEAD], [], held).sentence.startswith("No proof was found; 2 leads need a check.")


def test_the_client_of_a_back_door_is_in_the_sentence_and_in_the_steps() -> None:
    client = Client("203.0.113.77", 7, None, None, ("/x.aspx",))
    door = replace(DOOR, use=Use(7, 7, 7, None, None, clients=(client.address,), client_count=1))
    result = assess([door], [], ALL, clients=[client])
    assert result.sentence.startswith("1 back door found. Used by 203.0.113.77.")
    assert any(step.items == ("203.0.113.77",) for step in result.next_steps)


def test_an_interrupt_is_not_the_absence_of_logs() -> None:
    assert "no log was found" in assess_logs([], [], ALL).sentence
    interrupted = assess_logs([], [], ALL, interrupted=True).sentence
    assert interrupted.endswith("the logs were not read completely: it was interrupted.")


def test_an_accused_trace_of_logs_alone_leads_to_the_pages() -> None:
    trace = replace(LEAD, disposition=Disposition.MALICIOUS)
    result = assess_logs([trace], [], ALL)
    assert result.state is AssessmentState.EXPLOITATION_TRACES_ONLY
    assert any("hunt the pages" in step.text for step in result.next_steps)
