r"""A file has a name and place that intruders used.

What it finds:
    A file whose place is among the published indicators, or a page with a published name in a directory of Exchange or
    in ``aspnet_client``. A page there is suspicious by itself, unless Exchange ships one of this name at this place.
    A page with the name of a public web shell (``aspxspy.aspx``), in any directory, is unexplained.

Why it matters:
    Operators reuse names; an emptied or changed web shell keeps its name. Only setup writes to these directories, so
    no honest page has this name there.

Looks like:
    ``owa\auth\OutlookEN.aspx``, ``ecp\auth\RedirSuiteServerProxy.aspx``, ``aspnet_client\supp0rt.aspx``.

Benign look-alikes:
    Pages of products for theming and multi-factor authentication under a short name such as ``help.aspx``. Elsewhere
    the same names are ordinary and not reported. 0 of 14,580 benign files of the corpus, and none of the pages that
    Exchange ships in 131 builds.

Blind spots:
    Random names, different for each victim.

References:
    The finding names the source of its indicator.
"""

from webshellhunt.detectors.contract import Findings, claim, define_rule, detector
from webshellhunt.knowledge.indicators import load_indicators
from webshellhunt.model.findings import Evidence, Span
from webshellhunt.model.places import EXCHANGE_ROLES, Role
from webshellhunt.model.rules import Confidence
from webshellhunt.views.sample import Sample

RULE = define_rule(__name__, "WSH6004", "medium", "medium", "T1505.003", "T1036.005", is_of_place=True)
_OF_SETUP = EXCHANGE_ROLES | {Role.ASPNET_CLIENT}


def _may_be_named(sample: Sample) -> bool:
    return sample.nature.executable or load_indicators().may_be_at(sample.artifact.path)


@detector(RULE, on=Sample, prefilter=_may_be_named)
def find(sample: Sample) -> Findings:
    """Report a place or a name that is an indicator."""
    artifact = sample.artifact
    executable = sample.nature.executable
    known = load_indicators().shell_at(artifact.path, artifact.role, executable=executable)
    if known is not None:
        found, place = known
        message = f"intruders used this name {place} ({found.campaign})"
        is_certain = artifact.role in _OF_SETUP and executable and sample.is_page
        message += ", and Exchange ships no such page here" if is_certain else ""
        evidence = Evidence(artifact.path, "raw", Span(0, 0), 1, 1, "")
        facts = {"campaign": found.campaign, "source": found.source}
        yield claim(RULE, message, evidence, confidence=Confidence.HIGH if is_certain else None, facts=facts)
