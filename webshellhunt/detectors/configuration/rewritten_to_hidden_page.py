"""Requests are rewritten to a page in a folder that serves no pages.

What it finds:
    A rewrite rule, an error page or a URL mapping whose target is a page in ``aspnet_client``, in a folder that the
    server hides (``App_Data``, ``bin``), or under a reserved name.

Why it matters:
    The log shows an ordinary address (a picture, the sign-in page). No request names the web shell that answers it.

Looks like:
    ``<action type="Rewrite" url="/aspnet_client/system_web/x.aspx" />``.

Benign look-alikes:
    Front controllers (``index.php``, ``view.asp?id=…``) in ordinary folders; redirects, which only send the visitor to
    another address.

Blind spots:
    A target in an ordinary folder; rules of a custom module.

References:
    https://learn.microsoft.com/en-us/iis/extensions/url-rewrite-module/url-rewrite-module-configuration-reference
"""

from webshellhunt.detectors.contract import Findings, claim, define_rule, detector, element_evidence
from webshellhunt.host.iis.named_sections import iter_sections
from webshellhunt.host.iis.xml_tree import Element
from webshellhunt.lazy_pattern import lazy_pattern
from webshellhunt.views.sample import Sample

RULE = define_rule(__name__, "WSH4013", "medium", "high", "T1505.003", "T1564")
_PAGE = lazy_pattern(r"(?i)\.(?:as[hmp]x|aspx|asp|asa|cer|soap|svc|cshtml)(?:[?#/]|$)")
_PLACE = lazy_pattern(
    r"(?i)(?:^|[/\\])(aspnet_client|app_data|app_code|app_browsers|app_globalresources|bin|con|prn|aux|nul|com\d|lpt\d)[/\\]"
)
_LONGEST = 2_048
_SECTIONS = {
    "system.webserver/rewrite": "url",
    "system.webserver/httperrors": "path",
    "system.web/urlmappings": "mappedUrl",
}


@detector(RULE, on=Element)
def find(config: Element, sample: Sample) -> Findings:
    """Report each rule that rewrites requests to a hidden page."""
    for section in iter_sections(config, *_SECTIONS):
        for element in section.element.iter():
            if element.get("type").lower() == "redirect" or element.get("responseMode").lower() == "redirect":
                continue
            target = element.get(_SECTIONS[section.name])[:_LONGEST]
            place = _PLACE.search(target)
            if place is not None and _PAGE.search(target, place.end()):
                message = f"requests are answered by {target}, in a folder that serves no pages ({place[1]})"
                yield claim(RULE, message, element_evidence(element, sample), facts={"target": target})
