r"""A file has a name and place that intruders used.

What it finds:
    A file whose place is among the published indicators, or an executable file in ``aspnet_client`` with a published
    name.

Why it matters:
    Operators reuse names; an emptied or changed web shell keeps its name.

Looks like:
    ``aspnet_client\supp0rt.aspx`` and similar names.

Benign look-alikes:
    Short names such as ``a.aspx`` may be anything: the name is a hint, never a proof.

Blind spots:
    Random names, different for each victim.

References:
    The finding names the source of its indicator.
"""

from __future__ import annotations

from collections.abc import Iterator

from webshellhunt.detectors.contract import claim, define_rule, detector
from webshellhunt.knowledge.indicators import load_indicators
from webshellhunt.model.findings import Evidence, Finding, Span
from webshellhunt.model.places import Role
from webshellhunt.model.rules import Confidence, Severity
from webshellhunt.views.sample import Sample

RULE = define_rule(
    "WSH6004",
    "known-name",
    Severity.MEDIUM,
    Confidence.MEDIUM,
    page=__doc__,
    techniques=("T1505.003", "T1036.005"),
    is_of_place=True,
)


@detector(RULE, on=Sample)
def find(sample: Sample) -> Iterator[Finding]:
    """Report a place or a name that is an indicator."""
    artifact = sample.artifact
    indicators = load_indicators()
    found = indicators.by_path(artifact.path)
    if found is None and artifact.role == Role.ASPNET_CLIENT:
        found = indicators.filenames.get(artifact.name.lower())
    if found is not None:
        evidence = Evidence(artifact.path, "raw", Span(0, 0), 1, 1, "")
        facts = {"campaign": found.campaign, "source": found.source}
        yield claim(RULE, f"intruders used this name in this place ({found.campaign})", evidence, facts=facts)
