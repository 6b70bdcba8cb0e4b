r"""A setting starts a program, or has a library answer requests, that no known product uses.

What it finds:
    A program that ``aspNetCore``, ``httpPlatform``, FastCGI, a script processor, a compression scheme or an action at
    the failure of a pool starts or loads, and an entry in the list of allowed programs: if the program is an
    interpreter, lies in an odd folder or among the files of Windows, or is not stock in an application of Exchange.

Why it matters:
    The server starts the program again after each end, with the account of the pool. Requests then go to it, not to a
    page, so that no file in the site has to change.

Looks like:
    ``<aspNetCore processPath="cmd.exe" arguments="/c start C:\Users\Public\a.exe" />``.

Benign look-alikes:
    ``dotnet``, a program of the site itself, and engines such as PHP in a folder of their own are usual outside of
    Exchange and are left out.

Blind spots:
    A program of the site itself, whose content other rules check. Known programs with changed content.

References:
    https://learn.microsoft.com/en-us/aspnet/core/host-and-deploy/iis/web-config
"""

from webshellhunt.detectors.contract import Detector, define_rule
from webshellhunt.detectors.setting_claims import setting_finder
from webshellhunt.host.iis.xml_tree import Element

RULE = define_rule(__name__, "WSH4024", "medium", "high", "T1505.004", "T1059")
find: Detector = Detector(RULE, Element, setting_finder(RULE))
