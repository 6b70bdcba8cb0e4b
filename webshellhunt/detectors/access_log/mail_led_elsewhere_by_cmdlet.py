"""A cmdlet led mail to another address.

What it finds:
    Forwarding of a mailbox, rules of mailboxes and of the server that forward, redirect or copy, and journaling, by
    event and cmdlet logs; all of one log are one lead.

Why it matters:
    A rule sends the mail on for years, without any page on the server.

Looks like:
    ``Set-Mailbox -ForwardingSmtpAddress "smtp:x@…"``; ``New-TransportRule -BlindCopyTo …``.

Benign look-alikes:
    Leavers, shared duties, archives and ticket systems: common and honest. The message names the addresses, so that
    an outside one stands out to who knows the organization.

Blind spots:
    Which domains are the organization's own is not known here; rules that Outlook made are not cmdlets.
"""

from webshellhunt.detectors.contract import Detector, define_rule
from webshellhunt.detectors.logged_claims import acts_detector
from webshellhunt.views.logged_acts import Idea

RULE = define_rule(__name__, "WSH7203", "medium", "low", "T1114.003")

find: Detector = acts_detector(RULE, Idea.MAIL_LED_ELSEWHERE, "mail was led to other addresses")
