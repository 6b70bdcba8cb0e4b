r"""A virtual directory leads to a folder that no site uses.

What it finds:
    A ``virtualDirectory`` of ``applicationHost.config`` whose folder lies in ProgramData, in a folder for temporary
    files or one that all users share, in ``PerfLogs``, under a name that Windows reserves for devices, or on a share of
    another machine.

Why it matters:
    An account that may write there can serve pages under an address of the mail server, and a clean-up of the web
    folders does not reach them. Windows Explorer cannot even open a folder called ``COM1``.

Looks like:
    ``<virtualDirectory path="/support" physicalPath="C:\ProgramData\COM1" />`` (ProxyShell, August 2021).

Benign look-alikes:
    Products with a small site of their own in ProgramData, reported with less confidence; shares of a web farm with
    common content, reported as a question only.

Blind spots:
    Folders of an odd name in an ordinary place; a junction from an ordinary folder to an odd one.

References:
    https://www.mandiant.com/resources/blog/pst-want-shell-proxyshell-exploiting-microsoft-exchange-servers
"""

from webshellhunt.detectors.contract import Findings, claim, define_rule, detector, element_evidence
from webshellhunt.host.iis.named_sections import iter_sections
from webshellhunt.host.iis.stock_configuration import iter_virtual_directories
from webshellhunt.host.iis.xml_tree import Element
from webshellhunt.knowledge.odd_folders import SHARE, odd_place
from webshellhunt.model.rules import Confidence, Remedy, Severity
from webshellhunt.views.sample import Sample

RULE = define_rule(__name__, "WSH4007", "high", "high", "T1505.003", "T1564", remedy=Remedy.VIRTUAL_DIRECTORY)


@detector(RULE, on=Element)
def find(config: Element, sample: Sample) -> Findings:
    """Report each virtual directory that leads to an odd folder."""
    for section in iter_sections(config, "system.applicationhost/sites"):
        for site, address, directory in iter_virtual_directories(section.element):
            path = directory.get("physicalPath")
            place = odd_place(path)
            if place is None:
                continue
            yield claim(
                RULE,
                f"{address} of {site} leads to {path}: {place.words}",
                element_evidence(directory, sample),
                severity=Severity.MEDIUM if place.words == SHARE else RULE.severity,
                confidence=Confidence.HIGH if place.sure else Confidence.MEDIUM,
                facts={"address": address, "site": site, "leads_to": path},
            )
