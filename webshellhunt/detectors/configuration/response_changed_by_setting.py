r"""A setting changes what visitors get: it adds markup, loosens a policy, or sends them elsewhere.

What it finds:
    An outbound rule of URL Rewrite, or a text of a map, that writes markup or a foreign address into responses; a
    content security policy in Exchange that lets scripts of other hosts run; a header that leads elsewhere; and a
    redirection of an application of Exchange to another host. Microsoft's own mitigations are recognised by name and
    content and left out.

Why it matters:
    The sign-in page of OWA then has a script of the intruder, and no file of Exchange is changed.

Looks like:
    ``<action type="Rewrite" value="&lt;script src=//cdn.example/a.js&gt;&lt;/script&gt;&lt;/head&gt;" />``.

Benign look-alikes:
    Sites add scripts for statistics by such rules: outside of Exchange, markup without a foreign host, and that of
    widely used services, is left out. Security headers that only tighten are left out.

Blind spots:
    Markup that a module writes. A rule whose text is in a map under another name.

References:
    https://learn.microsoft.com/en-us/iis/extensions/url-rewrite-module/creating-outbound-rules-for-url-rewrite-module
"""

from webshellhunt.detectors.contract import Detector, define_rule
from webshellhunt.detectors.setting_claims import setting_finder
from webshellhunt.host.iis.xml_tree import Element

RULE = define_rule(__name__, "WSH4025", "medium", "high", "T1505.004", "T1056.003")
find: Detector = Detector(RULE, Element, setting_finder(RULE))
