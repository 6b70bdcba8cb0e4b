r"""A rule leads requests to this machine itself, to a literal address, or only those of crawlers elsewhere.

What it finds:
    A rule of URL Rewrite whose target is a port of the machine itself or a public number, in an application of Exchange
    or for the whole server; in Exchange also another host or page; anywhere a rule that is only for crawlers or
    for visitors from search engines; and a member of a farm that is the machine itself or a public number.

Why it matters:
    A listener of the intruder answers at an address of the server, behind its certificate and its firewall (proxy mode
    of BadIIS). Crawlers get other pages than people do, so that the owner sees nothing.

Looks like:
    ``<action type="Rewrite" url="http://127.0.0.1:8443/{R:1}" />`` for ``owa/service/.*``.

Benign look-alikes:
    Application servers behind IIS on the same machine are usual outside of Exchange and left out, as are farms with
    names, rules that only refuse requests, and services that render pages for crawlers.

Blind spots:
    Rules of modules other than URL Rewrite. A target that a map or a provider makes.

References:
    https://learn.microsoft.com/en-us/iis/extensions/url-rewrite-module/url-rewrite-module-configuration-reference
"""

from webshellhunt.detectors.contract import Detector, define_rule
from webshellhunt.detectors.setting_claims import setting_finder
from webshellhunt.host.iis.xml_tree import Element

RULE = define_rule(__name__, "WSH4026", "medium", "high", "T1090", "T1505.004")
find: Detector = Detector(RULE, Element, setting_finder(RULE))
