"""A module or handler has a name of the framework but comes from another assembly.

What it finds:
    A module, handler, provider or another type that a section loads, if its name begins with ``System.`` or
    ``Microsoft.`` while its assembly has another name, or has such a name and a foreign signature.

Why it matters:
    The name makes it look like a part of Windows. A module sees every request, including passwords.

Looks like:
    ``type="System.Web.Extensions.Resource.Designer, Designer, Version=0.0.0.0"`` (the registration of Owowa).

Benign look-alikes:
    Types without an assembly, and unsigned assemblies of Microsoft (ASP.NET's own packages of later years), are not
    reported.

Blind spots:
    Assemblies that have a borrowed name themselves and no signature at all.

References:
    https://securelist.com/owowa-credential-stealer-and-remote-access/105219/
"""

from webshellhunt.detectors.contract import Detector, define_rule
from webshellhunt.detectors.setting_claims import borrowed_type_finder
from webshellhunt.host.iis.xml_tree import Element

RULE = define_rule(__name__, "WSH4009", "high", "medium", "T1505.004", "T1036.005")
find: Detector = Detector(RULE, Element, borrowed_type_finder(RULE))
