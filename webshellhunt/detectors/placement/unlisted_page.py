r"""Server-side code lies in a directory of Exchange whose list doesn't have it.

What it finds:
    A page in a directory that a list of shipped files holds, under a name that the list has not, on a host that the
    list covers. It weighs more under a name that Exchange ships in another directory.

Why it matters:
    Setup alone writes to these directories. Whatever else the server executes there was put there by somebody.

Looks like:
    ``ecp\auth\errorFE.aspx``, or any ``.ashx`` beside the two that the whole product has.

Benign look-alikes:
    Pages of theming and multi-factor products; pages of interim updates.

Blind spots:
    Hosts of a build that no list covers (the shipped list ends with 15.2.858.5), or whose build isn't known, unless
    ``--baseline`` gives a list of one. Directories that no list has.

References:
    https://attack.mitre.org/techniques/T1505/003/
"""

from __future__ import annotations

from collections.abc import Iterator

from webshellhunt.detectors.contract import claim, define_rule, detector, differs_from_baseline
from webshellhunt.model.baseline import StandingKind
from webshellhunt.model.findings import Evidence, FactValue, Finding, Span
from webshellhunt.model.rules import Confidence, Severity
from webshellhunt.views.sample import Sample

RULE = define_rule(
    "WSH6008", "unlisted-page", Severity.MEDIUM, Confidence.HIGH, page=__doc__, techniques=("T1505.003", "T1036.005")
)


@detector(RULE, on=Sample, prefilter=differs_from_baseline)
def find(sample: Sample) -> Iterator[Finding]:
    """Report an unlisted page."""
    standing = sample.standing
    if standing.kind is not StandingKind.UNLISTED or not sample.is_page:
        return
    evidence = Evidence(sample.artifact.path, "raw", Span(0, 0), 1, 1, "")
    facts: dict[str, FactValue] = {"baseline": standing.baseline, "shipped_in": standing.elsewhere or None}
    if standing.elsewhere:
        words = f"a page of this name is shipped in {', '.join(standing.elsewhere)}, and none here"
        yield claim(RULE, words, evidence, severity=Severity.HIGH, facts=facts)
    else:
        yield claim(RULE, "no listed build ships a page of this name here", evidence, facts=facts)
