"""A cmdlet exported a certificate, or changed the one that signs tokens.

What it finds:
    ``Export-ExchangeCertificate``, and ``Set-AuthConfig`` in any form.

Why it matters:
    With the private key of the authentication certificate, tokens for the organization in the cloud can be forged;
    they outlive every patch of the server.

Looks like:
    ``Export-ExchangeCertificate -Thumbprint … -BinaryEncoded "True"``.

Benign look-alikes:
    The yearly renewal of certificates, and the change of the authentication certificate that Microsoft advises:
    leads.

Blind spots:
    Keys that were read from the certificate store with other tools.

References:
    https://msrc.microsoft.com/update-guide/vulnerability/CVE-2025-53786
"""

from webshellhunt.detectors.contract import Detector, define_rule
from webshellhunt.detectors.logged_claims import acts_detector
from webshellhunt.views.logged_acts import Idea

RULE = define_rule(__name__, "WSH7207", "medium", "low", "T1552.004")

find: Detector = acts_detector(RULE, Idea.KEYS_HANDLED, "keys of the organization were handled")
