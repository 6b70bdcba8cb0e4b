r"""Exchange ships no such page in the sign-in directories.

What it finds:
    An executable file in ``owa\auth`` or ``ecp\auth`` whose name is in none of Microsoft's file lists. A name that
    imitates a shipped one weighs more, as does a shipped name in another directory.

Why it matters:
    These directories answer without signing in. Most web shells of 2021 and 2022 lie there, with names that pass a
    quick look.

Looks like:
    ``logout.aspx`` or ``OutlookEN.aspx`` next to ``logoff.aspx`` and ``OutlookCN.aspx``.

Benign look-alikes:
    Pages of products for theming and multi-factor authentication, and pages of builds newer than our lists.

Blind spots:
    A shipped page with changed content: the baseline checks that.

References:
    https://attack.mitre.org/techniques/T1036/005/
"""

from __future__ import annotations

from collections.abc import Iterator

from webshellhunt.detectors.contract import claim, define_rule, detector, runs_on_server
from webshellhunt.knowledge.exchange_names import EXPECTED, nearest
from webshellhunt.model.findings import Evidence, Finding, Span
from webshellhunt.model.places import Role
from webshellhunt.model.rules import Confidence, Severity
from webshellhunt.model.settings import PageKind
from webshellhunt.model.standing import StandingKind
from webshellhunt.views.sample import Sample

RULE = define_rule(
    "WSH6002",
    "unexpected-sign-in-page",
    Severity.LOW,
    Confidence.MEDIUM,
    page=__doc__,
    techniques=("T1505.003", "T1036.005"),
    is_of_place=True,
)
_ALL = frozenset().union(*EXPECTED.values()) - {"error.aspx"}
_OF_OTHERS = (Role.ASPNET_CLIENT, Role.OAB, Role.HTTP_PROXY)


@detector(RULE, on=Sample, prefilter=runs_on_server)
def find(sample: Sample) -> Iterator[Finding]:
    """Report an unexpected, imitating or misplaced name."""
    artifact = sample.artifact
    if not sample.is_page or sample.nature.kind == PageKind.APPLICATION:
        return
    name, role = artifact.name.lower(), artifact.role
    expected = EXPECTED.get(role)
    if expected is None and role not in _OF_OTHERS:
        return
    evidence = Evidence(artifact.path, "raw", Span(0, 0), 1, 1, "")
    listed = sample.standing.kind is StandingKind.UNLISTED  # then unlisted-page reports the same with high confidence
    if expected is not None and name not in expected:
        good = nearest(name, role)
        if good is not None:
            yield claim(
                RULE, f"the name imitates {good}, which Exchange ships here", evidence, severity=Severity.MEDIUM
            )
        elif not listed:
            yield claim(RULE, "Exchange ships no page of this name here", evidence)
    elif role in _OF_OTHERS and name in _ALL and not listed:
        yield claim(
            RULE, "Exchange ships a page of this name in another directory only", evidence, severity=Severity.MEDIUM
        )
