"""Denied claims: a signature claims a flow where the code of a whole page has none."""

from __future__ import annotations

import pytest

from tests.builders.inert import live
from webshellhunt.model.limits import Job
from webshellhunt.model.rules import Confidence
from webshellhunt.model.verdict import Disposition, Verdict
from webshellhunt.pipeline import examine

SITE = r"C:\inetpub\wwwroot\site\page"
DEAD = '<·% If False Then\r\nExec·ute Req·uest("k")\r\nEnd If %·>'
PAGE = '<·%@ Page Language="VB" %·>\n<script language="VB" runat="ser·ver">\n@\n</script>'


def _examined(text: str, extension: str = ".asp", *, encoding: str = "utf-8", job: Job | None = None) -> Verdict:
    return examine(live(text).encode(encoding), path=SITE + extension, job=job)


def _claims(verdict: Verdict) -> list[tuple[str, Confidence]]:
    return [(f.rule.id, f.confidence) for f in verdict.findings if f.rule.id.startswith("WSH9")]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
@pytest.mark.parametrize(
    ("text", "extension", "rule"),
    [
        (DEAD, ".asp", "WSH9306"),
        ('<·% Session("a") = "b = 1"\r\nExec·ute Session("a") %·>', ".asp", "WSH9310"),
        (DEAD.replace("If", 'a = "b" & "c"\r\nIf', 1), ".asp", "WSH9306"),
        (
            PAGE.replace("@", 'Sub Page_Load()\nPro·cess.Start("C:\\a.exe")\nResponse.Write(Req·uest("k"))\nEnd Sub'),
            ".aspx",
            "WSH9116",
        ),
    ],
)
def test_a_claim_that_the_code_denies_has_low_confidence(text: str, extension: str, rule: str, encoding: str) -> None:
    verdict = _examined(text, extension, encoding=encoding)
    assert (rule, Confidence.LOW) in _claims(verdict)
    assert verdict.disposition < Disposition.MALICIOUS
    (facts,) = (f.facts for f in verdict.findings if f.rule.id == rule)
    assert facts["denied"] == "the analysis of the code saw no such flow"


@pytest.mark.parametrize(
    ("text", "extension", "rule"),
    [
        ('<·% Exec·ute Session("a") %·>', ".asp", "WSH9310"),
        (f'{DEAD}<·!--#include file="b.inc"-->', ".asp", "WSH9306"),
        (DEAD, ".inc", "WSH9306"),
    ],
)
def test_a_claim_about_code_that_is_not_known_whole_keeps_its_confidence(text: str, extension: str, rule: str) -> None:
    assert (rule, Confidence.HIGH) in _claims(_examined(text, extension))


def test_signatures_alone_are_not_denied() -> None:
    assert _claims(_examined(DEAD, job=Job(detectors=False))) == [("WSH9306", Confidence.HIGH)]


def test_a_rule_with_very_many_matches_is_not_denied() -> None:
    many = '\r\nExec·ute Req·uest("k")' * 80
    assert ("WSH9306", Confidence.HIGH) in _claims(_examined(f"<·% If False Then{many}\r\nEnd If %·>"))
