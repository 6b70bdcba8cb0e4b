r"""A file that Exchange ships has a content that it never shipped.

What it finds:
    A page, script or library at a path of a list of shipped files, with a content that no build of the list has there,
    on a host that the list covers: one of exactly the build that is installed.

Why it matters:
    A stock page with a few lines more is asked for by everybody and looked at by nobody. Intruders overwrote
    ``RedirSuiteServiceProxy.aspx`` and put a harvester of passwords into the sign-in page.

Looks like:
    ``owa\auth\logon.aspx`` that is not one of the known ones of 131 builds.

Benign look-alikes:
    Sign-in pages that an administrator or a product for multi-factor authentication has customised; interim updates
    that leave the build as it is. ``web.config`` is customised on every server and never reported.
    ``webshellhunt baseline compare`` shows what differs.

Blind spots:
    Hosts of a build that no list covers (the shipped list ends with 15.2.858.5), or whose build isn't known, unless
    ``--baseline`` gives a list of one. A page that is as shipped and loads something that is not.

References:
    https://attack.mitre.org/techniques/T1554/
"""

from __future__ import annotations

from collections.abc import Iterator

from webshellhunt.detectors.contract import claim, define_rule, detector, differs_from_baseline
from webshellhunt.model.baseline import StandingKind
from webshellhunt.model.findings import Evidence, FactValue, Finding, Span
from webshellhunt.model.rules import Confidence, Severity
from webshellhunt.views.sample import Sample

RULE = define_rule(
    "WSH6007",
    "changed-stock-file",
    Severity.MEDIUM,
    Confidence.HIGH,
    page=__doc__,
    techniques=("T1505.003", "T1554"),
)
_RUN_BY_OTHERS = frozenset({"js", "htm", "html", "dll", "exe", "ps1", "psm1"})


@detector(RULE, on=Sample, prefilter=differs_from_baseline)
def find(sample: Sample) -> Iterator[Finding]:
    """Report a changed page; a changed script or library weighs less."""
    standing, artifact = sample.standing, sample.artifact
    if standing.kind is not StandingKind.CHANGED:
        return
    evidence = Evidence(artifact.path, "raw", Span(0, len(sample.data)), 1, 1, "")
    facts: dict[str, FactValue] = {"baseline": standing.baseline, "expected_sha256": standing.expected}
    if sample.is_page:
        yield claim(RULE, "a shipped page, with a content that no listed build has here", evidence, facts=facts)
    elif artifact.name.rpartition(".")[2].lower() in _RUN_BY_OTHERS:
        words = "a shipped file, with a content that no listed build has here"
        yield claim(RULE, words, evidence, severity=Severity.LOW, confidence=Confidence.MEDIUM, facts=facts)
