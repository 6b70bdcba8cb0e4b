"""Claims about tasks: the combinations that the table of plants does not have."""

from __future__ import annotations

import pytest

from webshellhunt.host.machine.scheduled_tasks import Action, Task
from webshellhunt.knowledge.task_claims import TaskClaim, judge_task

KNOWN = "{CA767AA8-9157-4604-B64B-40747123D5F2}"


def judged(name: str, command: str = "", arguments: str = "", class_id: str = "", account: str = "") -> list[TaskClaim]:
    return list(judge_task(Task(name, (Action(command, arguments, class_id),), account=account)))


@pytest.mark.parametrize(
    ("name", "class_id", "sure"),
    [
        (r"\Microsoft\Windows\New\Task", KNOWN, False),
        (r"\Microsoft\Office\Task", "{0}", False),
        (r"\Microsoft\Windows\Registry\RegIdleBackup", "{C1F85EF8-BCC2-4606-BB39-70C523715EB3}", False),
        (r"\Vendor", "{0}", True),
    ],
)
def test_classes_of_other_tasks(name: str, class_id: str, sure: bool) -> None:
    (claim,) = judged(name, class_id=class_id)
    assert (claim.sure, claim.is_disguise) == (sure, True)


def test_a_newer_version_of_a_stock_task_is_no_claim() -> None:
    assert judged(r"\Microsoft\Windows\Defrag\ScheduledDefrag", r"%windir%\system32\defrag.exe", "-c -new") == []
    assert judged(r"\Microsoft\Windows\Device Information\Device", r"%windir%\system32\sdbinst.exe") == []


def test_an_unknown_program_of_windows_in_a_stock_task_is_a_disguise() -> None:
    (claim,) = judged(r"\Microsoft\Windows\Defrag\ScheduledDefrag", r"%windir%\system32\optimise.exe")
    assert (claim.sure, claim.is_disguise) == (True, True)


def test_no_argument_is_repeated() -> None:
    (claim,) = judged(r"\Microsoft\Windows\SrvCheck", "powershell.exe", "-Password s3cret -File C:\\Scripts\\a.ps1")
    assert "s3cret" not in claim.words


def test_the_profile_of_a_user_is_a_question_unless_the_system_runs_it() -> None:
    program = r"C:\Users\exadmin\tools\a.exe"
    assert [each.sure for each in judged(r"\A", program)] == [False]
    assert [each.sure for each in judged(r"\A", program, account="SYSTEM")] == [True]
