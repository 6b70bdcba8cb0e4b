r"""Server-side code lies in a directory of Exchange and is missing from the list of shipped files.

What it finds:
    A page in a directory of a baseline, with a name that the baseline does not have there, on a host that the baseline
    covers. It weighs more under a name that Exchange ships in another directory.

Why it matters:
    Only setup writes to these directories. Any other executable file was put there afterwards.

Looks like:
    ``ecp\auth\errorFE.aspx``, or any ``.ashx`` besides the two that the whole product has.

Benign look-alikes:
    Pages of products for theming and multi-factor authentication; pages of interim updates.

Blind spots:
    Hosts of a build that no baseline covers (the shipped one ends with 15.2.858.5) or of an unknown build, unless
    ``--baseline`` names one. Directories that no baseline contains.
"""

from webshellhunt.detectors.contract import Findings, claim, define_rule, detector, differs_from_baseline
from webshellhunt.model.findings import Evidence, FactValue, Span
from webshellhunt.model.rules import Severity
from webshellhunt.model.standing import StandingKind
from webshellhunt.views.sample import Sample

RULE = define_rule(__name__, "WSH6008", "medium", "high", "T1505.003", "T1036.005", is_of_place=True)


@detector(RULE, on=Sample, prefilter=differs_from_baseline)
def find(sample: Sample) -> Findings:
    """Report an unlisted page."""
    standing = sample.standing
    if standing.kind is not StandingKind.UNLISTED or not sample.is_page:
        return
    evidence = Evidence(sample.artifact.path, "raw", Span(0, 0), 1, 1, "")
    facts: dict[str, FactValue] = {"baseline": standing.baseline, "shipped_in": standing.elsewhere or None}
    if standing.elsewhere:
        words = f"Exchange ships a page of this name in {', '.join(standing.elsewhere)}, and none here"
        yield claim(RULE, words, evidence, severity=Severity.HIGH, facts=facts)
    else:
        yield claim(RULE, "no listed build ships a page of this name here", evidence, facts=facts)
