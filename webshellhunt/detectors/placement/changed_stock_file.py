r"""A file of Exchange has content that Exchange never shipped.

What it finds:
    A page, script or library at a path of a baseline, with content that no build of the baseline has there, on a host
    that the baseline covers: its installed build is exactly one of the baseline's.

Why it matters:
    A stock page with a few more lines is requested by everyone and reviewed by nobody. Intruders overwrote
    ``RedirSuiteServiceProxy.aspx`` and put a password harvester into the sign-in page.

Looks like:
    ``owa\auth\logon.aspx`` with content that is in none of 131 builds.

Benign look-alikes:
    Sign-in pages that an administrator or a product for multi-factor authentication customised; interim updates that do
    not change the build number. ``web.config`` is customised on every server and never reported.
    ``webshellhunt baseline compare`` shows the differences.

Blind spots:
    Hosts of a build that no baseline covers (the shipped one ends with 15.2.858.5) or of an unknown build, unless
    ``--baseline`` names one. An unchanged page that loads a foreign file.
"""

from webshellhunt.detectors.contract import Findings, claim, define_rule, detector, differs_from_baseline
from webshellhunt.model.findings import Evidence, FactValue, Span
from webshellhunt.model.rules import Confidence, Remedy, Severity
from webshellhunt.model.standing import StandingKind
from webshellhunt.views.sample import Sample

RULE = define_rule(__name__, "WSH6007", "medium", "high", "T1505.003", "T1554", remedy=Remedy.STOCK_FILE)
_RUN_BY_OTHERS = frozenset({"js", "htm", "html", "dll", "exe", "ps1", "psm1"})


@detector(RULE, on=Sample, prefilter=differs_from_baseline)
def find(sample: Sample) -> Findings:
    """Report a changed page; a changed script or library weighs less."""
    standing, artifact = sample.standing, sample.artifact
    if standing.kind is not StandingKind.CHANGED:
        return
    evidence = Evidence(artifact.path, "raw", Span(0, len(sample.data)), 1, 1, "")
    facts: dict[str, FactValue] = {"baseline": standing.baseline, "expected_sha256": standing.expected}
    if sample.is_page:
        yield claim(RULE, "a page of Exchange with content that no listed build has here", evidence, facts=facts)
    elif artifact.name.rpartition(".")[2].lower() in _RUN_BY_OTHERS:
        words = "a file of Exchange with content that no listed build has here"
        yield claim(RULE, words, evidence, severity=Severity.LOW, confidence=Confidence.MEDIUM, facts=facts)
