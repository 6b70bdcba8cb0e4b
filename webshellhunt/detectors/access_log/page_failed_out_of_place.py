"""A page failed with an error below an application of Exchange that ships no such page.

What it finds:
    Events 1309 and 1310 of ASP.NET whose address is a page below OWA, ECP, OAB, EWS or ``aspnet_client``, with a name
    that Exchange never shipped there.

Why it matters:
    The event says that the page ran, when, and for whom, also when the page is gone.

Looks like:
    Event 1309, request path ``/owa/auth/x.aspx``, from an address outside.

Benign look-alikes:
    Errors in pages of Exchange itself, which are common, are no finding; nor are pages of other applications of the
    server.

Blind spots:
    Pages that never fail; requests for a page that does not exist have another event or none.

References:
    https://learn.microsoft.com/en-us/previous-versions/aspnet/bb398933(v=vs.100)
"""

from webshellhunt.detectors.contract import Detector, define_rule
from webshellhunt.detectors.logged_claims import acts_detector
from webshellhunt.views.logged_acts import Idea

RULE = define_rule(__name__, "WSH7209", "medium", "medium")

find: Detector = acts_detector(RULE, Idea.PAGE_FAILED, "a page that Exchange does not ship ran and failed")
