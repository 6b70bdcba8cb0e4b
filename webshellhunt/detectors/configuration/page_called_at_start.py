r"""The server requests a page at each start of an application of Exchange, or one of a hidden folder.

What it finds:
    A page of ``applicationInitialization`` in an application of Exchange, which has none, or anywhere in a folder that
    serves no pages (``aspnet_client``, ``App_Data``).

Why it matters:
    The page runs after each restart without a visitor, so that what it loads into memory comes back by itself.

Looks like:
    ``<add initializationPage="/aspnet_client/system_web/x.aspx" />``.

Benign look-alikes:
    Sites warm up their own pages in this way: not reported outside of Exchange.

Blind spots:
    A changed stock page that is called. Types that are preloaded: WSH4010 reports these.

References:
    https://learn.microsoft.com/en-us/iis/configuration/system.webserver/applicationinitialization/
"""

from webshellhunt.detectors.contract import Detector, define_rule
from webshellhunt.detectors.setting_claims import setting_finder
from webshellhunt.host.iis.xml_tree import Element

RULE = define_rule(__name__, "WSH4030", "medium", "high", "T1505.003")
find: Detector = Detector(RULE, Element, setting_finder(RULE))
