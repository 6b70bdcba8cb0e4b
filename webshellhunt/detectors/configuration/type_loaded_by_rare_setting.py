r"""A rarely used setting loads a type of no known product.

What it finds:
    A type in a section of a configuration that ordinary sites leave alone: a processor of compiled pages, a build
    provider for folders, a filter of the page parser, a compiler, a module for outgoing requests, a provider that
    decrypts or builds the configuration, a class for cryptography, a service without a file. Types with names of
    Microsoft's are left out here (WSH4009 compares these with their assemblies).

Why it matters:
    The server loads the type without a module, a handler or a page. Nobody looks at these sections.

Looks like:
    ``<compilation assemblyPostProcessorType="Web.Cache, Web" />`` in a ``web.config``.

Benign look-alikes:
    Profilers and tools for coverage set a processor of assemblies, content management systems a filter of the page
    parser. One with a strong name is a question only.

Blind spots:
    Types with names of Microsoft's in assemblies with names of Microsoft's. Sections that ordinary sites use, outside
    of Exchange (WSH4010 checks those in Exchange and for the whole server).

References:
    https://learn.microsoft.com/en-us/dotnet/api/system.web.configuration.compilationsection.assemblypostprocessortype
"""

from webshellhunt.detectors.contract import Detector, define_rule
from webshellhunt.detectors.setting_claims import setting_finder
from webshellhunt.host.iis.xml_tree import Element

RULE = define_rule(__name__, "WSH4022", "medium", "high", "T1505.004")
find: Detector = Detector(RULE, Element, setting_finder(RULE))
