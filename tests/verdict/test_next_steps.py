"""What to do fits what was found and where, each step says why, and none names stock to be removed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from tests.correlation.test_planting_time import state_of
from tests.verdict.test_assessment import DOOR, OPEN, PUBLIC, SUSPECT
from tests.verdict.test_judge import C, S, finding
from webshellhunt.model.findings import Evidence, Span
from webshellhunt.model.places import Role, Url
from webshellhunt.model.report import Coverage, ExchangeInstall, Host, InputState, Step
from webshellhunt.model.rules import Remedy
from webshellhunt.model.verdict import Presence, SubjectKind, Verdict
from webshellhunt.verdict.next_steps import SortedVerdicts, steps_found, steps_open, steps_suspect, steps_traces

ALL = Coverage(logs=InputState.HELD)
EXCHANGE = Host(exchange=(ExchangeInstall(r"C:\Exchange", "15.2.792.3"),), iis=True)
IIS = Host(iis=True)
SERVER_ONLY = (
    "Isolate",
    "Rotate the machine keys",
    "Replace the certificates",
    "Check mail access",
    "Change the pass",
)


def at(verdict: Verdict, path: str, **changes: Any) -> Verdict:
    return replace(verdict, subject=replace(verdict.subject, path=path, **changes))


def found(doors: Sequence[Verdict] = (), suspects: Sequence[Verdict] = (), host: Host = EXCHANGE) -> list[Step]:
    return list(steps_found(SortedVerdicts(doors, suspects), host, ALL, None))


def starting(steps: Sequence[Step], words: str) -> list[Step]:
    return [step for step in steps if step.text.startswith(words)]


def test_every_step_says_why() -> None:
    for step in steps_found(SortedVerdicts([DOOR], [SUSPECT], exposed=[PUBLIC]), EXCHANGE, Coverage(), OPEN):
        assert ":" in step.text or "stay after the files are removed" in step.text


def test_what_was_left_goes_before_the_update_and_new_keys_come_after_it() -> None:
    every = SortedVerdicts([DOOR], [SUSPECT], [at(SUSPECT, "x", kind=SubjectKind.TRACE)], [PUBLIC])
    for steps in (
        list(steps_found(every, EXCHANGE, ALL, OPEN)),
        list(steps_suspect(every, EXCHANGE, ALL, OPEN)),
        list(steps_traces(every, EXCHANGE, ALL, OPEN)),
    ):
        words = [step.text.partition(" ")[0] for step in steps]
        update = words.index("Update")
        assert not {"Rotate", "Replace", "Change"} & set(words[:update])
        assert "Replace" in words[update:]
        assert not {"Remove", "Undo", "Have"} & set(words[update:])


def test_each_file_is_on_a_line_of_its_own() -> None:
    doors = [at(DOOR, rf"C:\a{n}.aspx") for n in range(3)]
    (step,) = starting(found(doors), "Remove these files: each gives")
    assert step.items == (r"C:\a0.aspx", r"C:\a1.aspx", r"C:\a2.aspx")
    (one,) = starting(found(doors[:1]), "Remove this file: it gives")
    assert one.items == (r"C:\a0.aspx",)


def test_what_is_gone_is_not_removed() -> None:
    gone = at(DOOR, "gone.aspx", presence=Presence.DELETED)
    assert not starting(found([gone]), "Remove")


def test_a_page_that_exchange_ships_is_replaced_not_removed() -> None:
    changed = replace(DOOR, findings=(*DOOR.findings, finding(S.LOW, C.LOW, remedy=Remedy.STOCK_FILE)))
    by_name = at(DOOR, r"C:\x\owa\auth\logon.aspx", urls=(Url("https://*/owa/auth/logon.aspx", "Default Web Site"),))
    steps = found([at(changed, r"C:\stock.aspx"), by_name, at(DOOR, r"C:\planted.aspx")])
    (kept,) = starting(steps, "Replace these files with those of the same name and build of Exchange, and don't delete")
    assert kept.items == (r"C:\stock.aspx", r"C:\x\owa\auth\logon.aspx")
    (removed,) = starting(steps, "Remove this file")
    assert removed.items == (r"C:\planted.aspx",)


def test_a_configuration_file_is_never_named_as_a_whole() -> None:
    mapped = replace(finding(S.HIGH, C.HIGH), facts={"declared_in": r"C:\site\web.config, line 13"})
    door = replace(DOOR, findings=(mapped,))
    steps = found([door], [at(SUSPECT, r"C:\a.cfg", role=Role.IIS_CONFIG)])
    named = [item for step in starting(steps, "Remove") + starting(steps, "Take back") for item in step.items]
    assert named == ["x.aspx"]


def test_code_in_a_configuration_file_is_taken_out_by_its_line() -> None:
    place = Evidence(r"C:\web.config", "text", Span(0, 9), 7, 1, "x")
    door = at(replace(DOOR, findings=tuple(replace(f, evidence=(place,)) for f in DOOR.findings)), r"C:\web.config")
    (step,) = starting(found([door]), "Remove the code from these configuration files")
    assert step.items == (r"C:\web.config, line 7",)


def test_suspicious_files_are_read_by_somebody_whatever_else_was_found() -> None:
    for steps in (
        found([DOOR], [at(SUSPECT, r"C:\s.aspx")]),
        list(steps_suspect(SortedVerdicts((), [SUSPECT]), IIS, ALL, None)),
    ):
        assert len(starting(steps, "Have an administrator of this server review each suspicious file")) == 1


def test_what_left_the_traces_is_looked_for_whatever_else_was_found() -> None:
    trace = at(SUSPECT, r"C:\gone.aspx", kind=SubjectKind.TRACE, presence=Presence.DELETED)
    for steps in (
        list(steps_found(SortedVerdicts([DOOR], traces=[trace]), EXCHANGE, ALL, None)),
        list(steps_suspect(SortedVerdicts((), [SUSPECT], [trace]), EXCHANGE, ALL, None)),
        list(steps_traces(SortedVerdicts(traces=[trace]), EXCHANGE, ALL, None)),
    ):
        (step,) = starting(steps, "Search backups, shadow copies and the file table")
        assert step.items == (r"C:\gone.aspx",)
        assert steps[0].text.startswith("Preserve")


def test_traces_in_a_folder_are_no_reason_to_rotate_the_keys_of_a_server() -> None:
    deleted = at(SUSPECT, r"C:\gone.aspx", kind=SubjectKind.TRACE, presence=Presence.DELETED)
    assert not starting(list(steps_traces(SortedVerdicts(traces=[deleted]), Host(), ALL, None)), "Rotate")
    assert starting(list(steps_traces(SortedVerdicts(traces=[deleted]), IIS, ALL, None)), "Rotate")
    in_log = at(SUSPECT, "ToolShell (requests in the logs)", kind=SubjectKind.TRACE)
    steps = list(steps_traces(SortedVerdicts(traces=[in_log]), IIS, ALL, None))
    assert not starting(steps, "Rotate")
    assert starting(steps, "Check the traces in the logs")[0].items == ("ToolShell (requests in the logs)",)


def test_steps_for_a_server_are_left_out_where_none_is_around() -> None:
    steps = found([DOOR], host=Host())
    assert [step.text.split()[0] for step in steps] == ["Preserve", "Remove", "Then"]
    assert all(starting(found([DOOR]), words) for words in SERVER_ONLY)


def test_without_exchange_nobody_looks_at_mail() -> None:
    text = "\n".join(map(str, steps_found(SortedVerdicts([DOOR]), IIS, Coverage(), None)))
    assert "mail" not in text
    assert "Exchange" not in text
    assert "HttpProxy" not in text
    assert "Collect the logs of IIS before" in text


@pytest.mark.parametrize(
    ("coverage", "asked"), [(ALL, False), (Coverage(), True), (Coverage(logs=InputState.PARTIAL), True)]
)
def test_logs_are_asked_for_unless_they_were_read(coverage: Coverage, asked: bool) -> None:
    steps = list(steps_found(SortedVerdicts([DOOR]), EXCHANGE, coverage, None))
    assert bool(starting(steps, "Collect the logs of IIS and HttpProxy")) is asked


def test_an_update_is_named_only_where_a_wave_is_open() -> None:
    assert list(steps_open(None)) == []
    assert list(steps_open(state_of("15.2.1748.49"))) == []
    (step,) = steps_open(OPEN)
    assert step.text.startswith("Update to 15.2.1748.46 or later")
    (step,) = steps_open(state_of("15.0.1497.2"))
    assert step.text.startswith("Replace Exchange 2013 with a supported version")
