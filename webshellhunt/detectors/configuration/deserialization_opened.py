r"""A setting lets visitors send objects or server code that is executed.

What it finds:
    A remoting channel that deserializes any type (``typeFilterLevel="Full"``), data sets with any type, and paths of
    SharePoint whose pages may have server code (``PageParserPath``).

Why it matters:
    Any request can then run code, without a web shell, as long as the setting stays.

Looks like:
    ``<PageParserPath VirtualPath="/*" CompilationMode="Always" AllowServerSideScript="true" />``.

Benign look-alikes:
    Applications with .NET remoting of their own: outside of Exchange and SharePoint the setting is a question.

Blind spots:
    Formatters that code sets. Known machine keys, which WSH4004 and WSH4005 report.

References:
    https://learn.microsoft.com/en-us/previous-versions/dotnet/netframework-4.0/61b3588e(v=vs.100)
"""

from webshellhunt.detectors.contract import Detector, define_rule
from webshellhunt.detectors.setting_claims import setting_finder
from webshellhunt.host.iis.xml_tree import Element

RULE = define_rule(__name__, "WSH4029", "medium", "high", "T1190", "T1505.003")
find: Detector = Detector(RULE, Element, setting_finder(RULE))
