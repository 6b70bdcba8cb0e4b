"""A type that is neither Microsoft's nor Exchange's is registered in the request pipeline of Exchange.

What it finds:
    A module, handler, build provider, provider of ASP.NET, trace listener, extension of WCF or another type that a
    section loads, whose type does not have a name of Microsoft's: in a configuration of an Exchange directory, in a
    ``<location>`` of an Exchange application, or in one of the whole server or machine (``applicationHost.config``,
    ``administration.config``, ``machine.config``, the framework's ``web.config``). A name of Microsoft's counts, too,
    if no setup has its assembly. The type of a known product with a token is left out; without one it is a question.

Why it matters:
    A module sees every request, including the passwords sent to the sign-in page, and can answer it. Its assembly may
    lie in ``bin`` or in the global assembly cache, where a search for pages does not look.

Looks like:
    ``<modules><add name="Health" type="Health.Check, Health" /></modules>`` in the ``web.config`` of ``owa``.

Benign look-alikes:
    Products for multi-factor authentication, load balancing and archiving register modules in Exchange. The known ones
    with a token are left out; another type whose assembly has one is a question only: which product installed it?

Blind spots:
    Types of assemblies that setup has (WSH4009 compares both names); a name of a product together with a token, which
    is a text until the file is at hand; sites other than those of Exchange, which register modules of their own.
"""

from webshellhunt.detectors.contract import Detector, define_rule
from webshellhunt.detectors.setting_claims import setting_finder
from webshellhunt.host.iis.xml_tree import Element

RULE = define_rule(__name__, "WSH4010", "medium", "high", "T1505.004")
find: Detector = Detector(RULE, Element, setting_finder(RULE))
