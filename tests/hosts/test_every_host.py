"""What is said of each described server as a whole, and that each clean twin is silent."""

from __future__ import annotations

import json

import pytest

from tests.builders.hunted import HOST_NAMES
from tests.builders.hunted import hunted_host as hunted
from webshellhunt.model.report import AssessmentState, Report
from webshellhunt.model.verdict import Disposition
from webshellhunt.reports import render

OPEN = "The server is open to ProxyShell, ProxyToken, CVE-2021-42321 and 4 more waves."
NOTHING = (
    f"Nothing was found in the examined files. {OPEN} "
    "This is no proof of a clean server, and a patch does not remove a back door."
)
SILENT = [
    "exchange2019",
    "compiled-remnants-twin",
    "exchange2019-foreign-module-twin",
    "exchange2019-module-twin",
    "exchange2019-neighbours-twin",
    "exchange2019-published-key-twin",
    "exchange2019-staged-mail-twin",
]
SAID = [
    ("compiled-remnants", AssessmentState.SUSPICIOUS_ONLY, "3 suspicious files found; no back door confirmed."),
    (
        "exchange2019-compromised",
        AssessmentState.BACKDOORED_AND_VULNERABLE,
        "8 back doors found; 2 more files and 1 more registration are suspicious. Used by 203.0.113.77 and "
        "203.0.113.5, 2021-02-28 to 2021-08-17; entry by ProxyLogon (the logs prove it).",
    ),
    (
        "exchange2019-foreign-module",
        AssessmentState.SUSPICIOUS_ONLY,
        "2 suspicious registrations found; no back door confirmed.",
    ),
    (
        "exchange2019-module",
        AssessmentState.SUSPICIOUS_ONLY,
        "1 suspicious registration found; no back door confirmed.",
    ),
    ("exchange2019-neighbours", AssessmentState.SUSPICIOUS_ONLY, "4 suspicious files found; no back door confirmed."),
    (
        "exchange2019-published-key",
        AssessmentState.KEYS_OR_CREDENTIALS_EXPOSED,
        "No back door was found. Public machine keys are in use in 1 place.",
    ),
    ("exchange2019-staged-mail", AssessmentState.SUSPICIOUS_ONLY, "3 suspicious files found; no back door confirmed."),
]


@pytest.mark.parametrize("name", HOST_NAMES)
def test_the_report_of_each_host_comes_back_from_plain_data(name: str) -> None:
    made = hunted(name)
    again = Report.from_dict(json.loads(json.dumps(made.to_dict())))
    assert again == made
    assert render(again, "json", show_all=True) == render(made, "json", show_all=True)
    assert render(again, "text", show_all=True) == render(made, "text", show_all=True)


@pytest.mark.parametrize(("name", "state", "sentence"), SAID)
def test_the_sentence_of_each_host(name: str, state: AssessmentState, sentence: str) -> None:
    report = hunted(name)
    assert (report.assessment.state, report.assessment.sentence) == (state, f"{sentence} {OPEN}")


STEPS = [
    (
        "exchange2019-module",
        "Remove the native module HttpHealthModule from globalModules, unless your administrators confirm it: ",
        r'%windir%\System32\inetsrv\appcmd.exe uninstall module "HttpHealthModule"',
    ),
    (
        "exchange2019-neighbours",
        "Disable the transport agent Security Agent in the Exchange Management Shell, "
        "unless your administrators confirm it: ",
        'Disable-TransportAgent -Identity "Security Agent"',
    ),
    (
        "exchange2019-neighbours",
        "Disable the scheduled task \\Updater, unless your administrators confirm it: ",
        r'schtasks /Change /TN "\Updater" /Disable',
    ),
    (
        "exchange2019-neighbours",
        "Remove the line from the PowerShell profile, unless your administrators confirm it: ",
        r"C:\Windows\System32\WindowsPowerShell\v1.0\profile.ps1, line 2",
    ),
    (
        "exchange2019-published-key",
        "Replace the public machine keys with new random keys",
        r"C:\Program Files\Microsoft\Exchange Server\V15\FrontEnd\HttpProxy\ecp\web.config, line 5: "
        "validationKey and decryptionKey",
    ),
]


@pytest.mark.parametrize(("name", "words", "item"), STEPS)
def test_each_accused_setting_has_its_own_step(name: str, words: str, item: str) -> None:
    report = hunted(name)
    (step,) = [step for step in report.assessment.next_steps if step.text.startswith(words)]
    assert step.items[-1] == item


@pytest.mark.parametrize("name", HOST_NAMES)
def test_no_step_names_a_file_that_is_not_accused(name: str) -> None:
    report = hunted(name)
    accused = {v.subject.path for v in report.verdicts if v.disposition >= Disposition.SUSPICIOUS}
    accused |= {path.partition(" (")[0] for path in accused}
    quiet = {v.subject.path for v in report.verdicts} - accused
    items = [item for step in report.assessment.next_steps for item in step.items]
    assert [item for item in items for path in quiet if item.startswith(path)] == []


@pytest.mark.parametrize("name", SILENT)
def test_each_clean_twin_is_silent(name: str) -> None:
    report = hunted(name)
    assert report.assessment.sentence == NOTHING
    assert [v.subject.path for v in report.verdicts if v.disposition > Disposition.BENIGN] == []


def test_the_usual_third_parties_are_not_accused() -> None:
    report = hunted("exchange2019-third-parties")
    assert report.assessment.sentence == NOTHING
    told = [v.disposition for v in report.verdicts if v.disposition > Disposition.BENIGN]
    assert told == [Disposition.UNEXPLAINED] * 3
