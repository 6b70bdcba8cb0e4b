"""The next steps by the subjects that they name."""

from __future__ import annotations

from dataclasses import replace

from tests.pivot.cases import demo_report
from tests.reports.cases import report, verdict
from webshellhunt.model.report import Step
from webshellhunt.reports.events.steps_of_subjects import MOST_ITEMS, step_line, steps_by_path, steps_of


def test_a_subject_has_the_steps_that_name_it() -> None:
    made = report()
    steps = (
        Step("First."),
        Step("Remove.", ("C:\\X.aspx", "C:\\web.config, line 3: <a>")),
        Step("Check.", ("c:\\x.aspx",)),
    )
    found = steps_by_path(replace(made, assessment=made.assessment._replace(next_steps=steps)))
    assert steps_of(verdict("C:\\x.aspx"), found) == ("Remove.", "Check.")
    assert steps_of(verdict("C:\\web.config"), found) == ("Remove.",)
    assert steps_of(verdict("C:\\other.aspx"), found) == ()


def test_each_shell_of_the_demo_has_a_step() -> None:
    made = demo_report()
    steps = steps_by_path(made)
    assert all(steps_of(each, steps) for each in made.verdicts if each.disposition.label == "malicious")


def test_a_step_with_many_items_names_the_first() -> None:
    assert step_line(Step("Remove.", ("a", "b"))) == "Remove. a; b"
    line = step_line(Step("Remove.", tuple(map(str, range(MOST_ITEMS + 1_500)))))
    assert line.endswith(f"; {MOST_ITEMS - 1}; and 1,500 more")
