r"""A setting keeps the server from leaving traces, or leads them elsewhere.

What it finds:
    The history of the configuration switched off or moved, a log of requests that a class of its own writes, a log
    without the address of a request, the events of .NET switched off, and a configuration that is read from a share or
    an odd folder.

Why it matters:
    What the intruder does afterwards is not in the logs, and the configuration that administrators look at is not the
    one that the server reads.

Looks like:
    ``<configHistory enabled="false" />``, or ``<configurationRedirection enabled="true" path="\\10.0.0.9\c$" />``.

Benign look-alikes:
    Farms share their configuration; a share by name is a question. Some administrators leave names of users and
    addresses of clients out of logs, for privacy: not reported.

Blind spots:
    Logging that is switched off is for WSH4011. Settings in the registry.

References:
    https://learn.microsoft.com/en-us/iis/configuration/system.applicationhost/confighistory
    https://learn.microsoft.com/en-us/iis/web-hosting/configuring-servers-in-the-windows-web-platform/shared-configuration_211
"""

from webshellhunt.detectors.contract import Detector, define_rule
from webshellhunt.detectors.setting_claims import setting_finder
from webshellhunt.host.iis.xml_tree import Element

RULE = define_rule(__name__, "WSH4028", "medium", "high", "T1685.001")
find: Detector = Detector(RULE, Element, setting_finder(RULE))
