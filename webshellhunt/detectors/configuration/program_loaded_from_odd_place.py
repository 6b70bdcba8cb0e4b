r"""The server loads native code from a folder that no installer uses.

What it finds:
    A native module, an ISAPI filter, a script processor or a FastCGI program in ProgramData, in a folder for temporary
    files or one that all users share, in ``PerfLogs`` or ``aspnet_client``, under a reserved name, or on a share. The
    same for a compression scheme, for a .NET assembly that ``codeBase`` locates there or at a web address, for a linked
    configuration or file of settings, and for the folders in which an application or Exchange looks for assemblies
    (``probing``, ``BinSearchFolders``).

Why it matters:
    The code runs in the worker process and sees each request before any page does; it can answer to a secret header at
    any address (IIS-Raid, RGDoor, BadIIS). With ``codeBase`` an unchanged stock entry loads another file than the
    product's.

Looks like:
    ``<globalModules><add name="Cache" image="C:\ProgramData\cache.dll" /></globalModules>``.

Benign look-alikes:
    Script engines that an administrator unpacked into ProgramData. Modules in ``inetsrv``, the framework's folder,
    Exchange's ``Bin`` and Program Files are usual, with any signature, and are not reported here.

Blind spots:
    A module in ``inetsrv`` or ``System32`` under a plausible name: WSH4020 reports it if no known product installs it
    there, and WSH4015 dates it. An assembly that ``codeBase`` or ``probing`` finds in a plausible folder. Stock modules
    that were patched in memory.

References:
    https://www.microsoft.com/en-us/security/blog/2022/07/26/malicious-iis-extensions-quietly-open-persistent-backdoors-into-servers/
"""

from webshellhunt.detectors.contract import Detector, define_rule
from webshellhunt.detectors.setting_claims import setting_finder
from webshellhunt.host.iis.xml_tree import Element

RULE = define_rule(__name__, "WSH4008", "high", "high", "T1505.004")
find: Detector = Detector(RULE, Element, setting_finder(RULE))
