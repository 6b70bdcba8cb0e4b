r"""Exchange ships no such page in the sign-in directories.

What it finds:
    An executable file in ``owa\auth`` or ``ecp\auth`` whose name is in none of Microsoft's file lists. A name that
    imitates a shipped one weighs more, as does a shipped name in another directory. The name of a sign-in page in a
    folder for static files (themes, scripts, fonts, ``aspnet_client``) is suspicious by itself.

Why it matters:
    These directories answer without signing in. Most web shells of 2021 and 2022 lie there, with names that pass a
    quick look.

Looks like:
    ``logout.aspx`` or ``OutlookEN.aspx`` next to ``logoff.aspx`` and ``OutlookCN.aspx``; ``logon.aspx`` among themes.

Benign look-alikes:
    Pages of products for theming and multi-factor authentication, pages of builds newer than our lists, and an
    administrator's copy of the whole folder. 0 of 14,580 benign files of the corpus.

Blind spots:
    A shipped page with changed content: the baseline checks that.
"""

from webshellhunt.detectors.contract import Findings, claim, define_rule, detector, runs_on_server
from webshellhunt.knowledge.exchange_names import EXPECTED, STATIC_FOLDERS, is_shipped_at, nearest
from webshellhunt.model.findings import Evidence, Span
from webshellhunt.model.places import EXCHANGE_ROLES, Role
from webshellhunt.model.rules import Confidence, Severity
from webshellhunt.model.settings import PageKind
from webshellhunt.model.standing import StandingKind
from webshellhunt.views.sample import Sample

RULE = define_rule(__name__, "WSH6002", "low", "medium", "T1505.003", "T1036.005", is_of_place=True)
_ALL = frozenset().union(*EXPECTED.values()) - {"error.aspx"}
_PLACES = EXCHANGE_ROLES | {Role.ASPNET_CLIENT}
_WITHOUT_PAGES = frozenset({Role.ASPNET_CLIENT, Role.OAB})


@detector(RULE, on=Sample, prefilter=runs_on_server)
def find(sample: Sample) -> Findings:
    """Report an unexpected, imitating or misplaced name."""
    artifact = sample.artifact
    if artifact.role not in _PLACES or not sample.is_page or sample.nature.kind == PageKind.APPLICATION:
        return
    name, role = artifact.name.lower(), artifact.role
    expected = EXPECTED.get(role)
    evidence = Evidence(artifact.path, "raw", Span(0, 0), 1, 1, "")
    listed = sample.standing.kind is StandingKind.UNLISTED  # then unlisted-page reports the same with high confidence
    if expected is not None and name not in expected:
        good = nearest(name, role)
        if good is not None:
            words = f"the name imitates {good}, which Exchange ships here"
            yield claim(RULE, words, evidence, severity=Severity.MEDIUM)
        elif not listed:
            yield claim(RULE, "Exchange ships no page of this name here", evidence)
    elif name in _ALL and not listed and not is_shipped_at(artifact.path):
        words = "Exchange ships a page of this name in another directory only"
        folders = artifact.path.lower().replace("\\", "/").split("/")[:-1]
        is_certain = role in _WITHOUT_PAGES or not STATIC_FOLDERS.isdisjoint(folders)
        confidence = Confidence.HIGH if is_certain else None
        yield claim(RULE, words, evidence, severity=Severity.MEDIUM, confidence=confidence)
