"""The control panel failed at an address that only a forged header makes.

What it finds:
    Event 4 of *MSExchange Control Panel*: an error at an address with a second host and the port 444 of the back end
    inside it.

Why it matters:
    So does the front end build an address from the header that ProxyLogon forges (CVE-2021-26855). The event says
    that the back end got the request, with the rights of the server, even if this one failed. The Application log
    often reaches back further than the text logs.

Looks like:
    ``https://mail:444/ecp/about.aspx?a=]:444/ecp/x.js``, within seconds of a cmdlet that plants a page.

Benign look-alikes:
    Scanners for the vulnerability make the same event on a server that has it; patched servers refuse the header
    before. Ordinary errors of the control panel have one host.

Blind spots:
    Requests that did not fail, which leave no event.

References:
    https://www.volexity.com/blog/2021/03/02/active-exploitation-of-microsoft-exchange-zero-day-vulnerabilities/
"""

from webshellhunt.detectors.contract import Detector, define_rule
from webshellhunt.detectors.logged_claims import acts_detector
from webshellhunt.views.logged_acts import Idea

RULE = define_rule(__name__, "WSH7217", "high", "medium", "T1190")

find: Detector = acts_detector(RULE, Idea.ADDRESS_FORGED, "the back end got a request with a forged address")
