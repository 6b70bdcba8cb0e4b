"""Request logging is switched off.

What it finds:
    ``httpLogging`` with ``dontLog``, or with ``selectiveLogging`` of errors alone, and a site's ``logFile`` that is
    disabled or whose directory is one that installers do not use. Confidence is high for a single path and for a
    directory of Exchange.

Why it matters:
    Without the log nobody can find out who used a web shell, from which address and since when. A mail server has no
    use for a single path without a log.

Looks like:
    ``<location path="Default Web Site/aspnet_client"><system.webServer><httpLogging dontLog="true" />``.

Benign look-alikes:
    A page for the probes of a load balancer, which would fill the log; servers that log to another system. Settings of
    a developer's IIS Express (``.vs``) are no finding.

Blind spots:
    Logs that were deleted or truncated; logging that was stopped in memory.
"""

from webshellhunt.detectors.contract import Findings, claim, define_rule, detector, element_evidence
from webshellhunt.host.iis.named_sections import iter_sections
from webshellhunt.host.iis.sections import LOGGING
from webshellhunt.host.iis.xml_tree import Element
from webshellhunt.knowledge.odd_folders import odd_place
from webshellhunt.model.places import EXCHANGE_ROLES, Role
from webshellhunt.model.rules import Confidence, Severity
from webshellhunt.views.sample import Sample

RULE = define_rule(__name__, "WSH4011", "medium", "high", "T1685.001")
_OF_DEVELOPER = ".vs/"
"""The folder of the settings of IIS Express, which a development environment makes; IIS reads no file there."""
_WATCHED = EXCHANGE_ROLES | {Role.ASPNET_CLIENT}


@detector(RULE, on=Element)
def find(config: Element, sample: Sample) -> Findings:
    """Report each setting that switches logging off or moves the log to an odd folder."""
    if _OF_DEVELOPER in sample.artifact.path.replace("\\", "/").lower():
        return
    yield from _unlogged(config, sample)
    for section in iter_sections(config, "system.applicationhost/sites"):
        for owner in (*section.element.find_all("siteDefaults"), *section.element.find_all("site")):
            for log in owner.find_all("logFile"):
                name = owner.get("name") or "all sites"
                place = odd_place(log.get("directory")) if log.get("directory") else None
                if log.get("enabled").lower() == "false":
                    message = f"{name}: requests are not logged"
                    yield claim(RULE, message, element_evidence(log, sample), confidence=Confidence.MEDIUM)
                elif place is not None:
                    message = f"{name}: requests are logged to {log.get('directory')}: {place.words}"
                    yield claim(RULE, message, element_evidence(log, sample), confidence=Confidence.MEDIUM)


def _unlogged(config: Element, sample: Sample) -> Findings:
    for section in iter_sections(config, LOGGING):
        errors_only = section.element.get("selectiveLogging").lower() == "logerror"
        if section.element.get("dontLog").lower() != "true" and not errors_only:
            continue
        path, locked = section.location, LOGGING in sample.artifact.settings.locked_sections
        where = path or "this directory and below"
        message = f"{'successful ' * errors_only}requests to {where} are not logged"
        if locked:
            message = f"it switches off the log of requests to {where}; a parent configuration locks this section, so "
            message += "this has no effect"
        sure = sample.artifact.role in _WATCHED or ("/" in path and sample.artifact.role is Role.IIS_CONFIG)
        yield claim(
            RULE,
            message,
            element_evidence(section.element, sample),
            severity=Severity.LOW if locked else RULE.severity,
            confidence=Confidence.HIGH if sure else Confidence.MEDIUM,
            facts={"location": path or None},
        )
