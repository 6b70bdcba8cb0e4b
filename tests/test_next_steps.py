"""What to do fits what was found, and each step says why."""

from __future__ import annotations

from dataclasses import replace

from tests.test_assessment import DOOR, OPEN, SUSPECT
from tests.test_judge import C, S, finding
from tests.test_planting import FEB, state_of
from webshellhunt.model.places import Role
from webshellhunt.model.report import Coverage, Held
from webshellhunt.model.verdict import Planting, Presence
from webshellhunt.next_steps import steps_found, steps_open

ALL = Coverage(logs=Held.HELD)


def test_every_step_says_why() -> None:
    for step in steps_found([DOOR], [], ALL, OPEN):
        assert ":" in step or "stay when the files go" in step


def test_files_and_configuration_are_named_apart() -> None:
    mapped = replace(
        DOOR, findings=(replace(finding(S.HIGH, C.HIGH), facts={"declared_in": r"C:\site\web.config, line 13"}),)
    )
    settings = replace(SUSPECT, subject=replace(SUSPECT.subject, path=r"C:\root.cfg", role=Role.IIS_CONFIG))
    gone = replace(DOOR, subject=replace(DOOR.subject, path="gone.aspx", presence=Presence.DELETED))
    text = "\n".join(steps_found([mapped, gone], [settings, SUSPECT], ALL, None))
    assert "Remove x.aspx: it runs for whoever calls it." in text
    assert r"Take back what was added to C:\root.cfg; C:\site\web.config: " in text
    assert "gone.aspx" not in text


def test_a_long_list_is_cut() -> None:
    doors = [replace(DOOR, subject=replace(DOOR.subject, path=f"{n}.aspx")) for n in range(25)]
    assert any("9.aspx and 15 more: each runs" in step for step in steps_found(doors, [], ALL, None))


def test_logs_are_asked_for_only_where_they_are_missing() -> None:
    assert not any(step.startswith("Collect") for step in steps_found([DOOR], [], ALL, None))
    assert any(step.startswith("Collect the logs") for step in steps_found([DOOR], [], Coverage(), None))


def test_mail_access_is_looked_at_since_the_first_planting() -> None:
    planted = replace(DOOR, planting=Planting(FEB, "created", "planted"))
    assert any("mail access since 2021-02-28:" in step for step in steps_found([DOOR, planted], [], ALL, None))


def test_an_update_is_named_only_where_a_wave_is_open() -> None:
    assert list(steps_open(None)) == []
    assert list(steps_open(state_of("15.2.1748.49"))) == []
    (step,) = steps_open(OPEN)
    assert step.startswith("Update to 15.2.1748.46 or later")
    (step,) = steps_open(state_of("15.0.1497.2"))
    assert step.startswith("Replace Exchange 2013 by a supported version")
