r"""A setting puts code into each process of an application pool or a program.

What it finds:
    An application domain manager, a profiler, a startup hook, a hosting startup assembly, a loader or a configuration
    of .NET that is not Exchange's, in the environment of an application pool, in ``applicationHost.config``, in the
    configuration of a program (``w3wp.exe.config``, ``Aspnet.config``, ``EdgeTransport.exe.config``) or of a site.

Why it matters:
    The code runs before any page, at each start of the process, and needs neither a module nor a page. It sees all
    requests. No patch of Exchange removes it.

Looks like:
    ``<appDomainManagerAssembly value="Cache, Version=1.0.0.0" />`` in ``Aspnet.config``, or
    ``<add name="COR_PROFILER_PATH" value="C:\Windows\System32\cache.dll" />`` below an application pool.

Benign look-alikes:
    Agents that monitor applications set a profiler: those that are widely known are left out. One in Program Files is
    a question, and so is a startup hook that has the name of a product and no path. Hardly any product has an
    application domain manager, and Exchange has none.

Blind spots:
    The same variables in the registry, as the environment of a service or of the machine: the rules about services
    check those. A known profiler whose library was replaced.

References:
    https://learn.microsoft.com/en-us/dotnet/framework/unmanaged-api/profiling/setting-up-a-profiling-environment
    https://learn.microsoft.com/en-us/dotnet/api/system.appdomainmanager
"""

from webshellhunt.detectors.contract import Detector, define_rule
from webshellhunt.detectors.setting_claims import setting_finder
from webshellhunt.host.iis.xml_tree import Element

RULE = define_rule(__name__, "WSH4023", "medium", "high", "T1505.004")
find: Detector = Detector(RULE, Element, setting_finder(RULE))
