r"""A page of Exchange loads a script or a frame from another host, or sends its form there.

What it finds:
    In the directories of Exchange, an element ``script``, ``iframe``, ``embed`` or ``object`` whose content comes from
    another host, or a ``form`` with the address of another host.

Why it matters:
    Such a script sees each password that is typed, and changes whenever its owner likes. Nothing of it is on the
    server but one line, which stays after an update.

Looks like:
    ``<script src="https://cdn.example.net/a.js"></script>`` in ``owa\auth\logon.aspx``.

Benign look-alikes:
    Exchange loads all of its scripts from itself. Administrators add a captcha or a second factor by hand: the hosts of
    widely used ones are left out.

Blind spots:
    An address that a script puts together (WSH1009 follows these); a script behind a host that is left out; pages in
    UTF-16.

References:
    https://www.ptsecurity.com/research/pt-esc-threat-intelligence/positive-technologies-detects-a-series-of-attacks-via-microsoft-exchange-server
"""

from itertools import islice

from webshellhunt.detectors.contract import Findings, claim, define_rule, detector
from webshellhunt.lazy_pattern import lazy_pattern
from webshellhunt.model.places import EXCHANGE_ROLES
from webshellhunt.views.sample import Sample

RULE = define_rule(__name__, "WSH2014", "medium", "high", "T1056.003")
_ELEMENT = lazy_pattern(
    r"(?i)<(script|iframe|embed|object|form)\b[^<>]{0,400}?\s(?:src|data|action)\s*=\s*[\"']?\s*(?:https?:)?//"
    r"([a-z0-9.-]{4,253})"
)
_USUAL = (
    "google.com", "gstatic.com", "recaptcha.net", "hcaptcha.com", "cloudflare.com", "duosecurity.com", "okta.com",
    "microsoft.com", "office.com", "microsoftonline.com", "live.com",
)  # fmt: skip
"""Domains of captchas, of second factors and of Microsoft."""
_LARGEST = 4 * 1024 * 1024
_MOST = 20


def _may_load(sample: Sample) -> bool:
    """Return True for a page in a directory of Exchange."""
    return sample.artifact.role in EXCHANGE_ROLES and (sample.nature.executable or sample.is_browsed)


@detector(RULE, on=Sample, prefilter=_may_load)
def find(sample: Sample) -> Findings:
    """Report the first element of each host."""
    if not _may_load(sample) or not sample.layers:
        return
    page = sample.layers[0]
    seen: set[str] = set()
    for found in islice(_ELEMENT.finditer(page.text, 0, _LARGEST), _MOST):
        element, host = found[1].lower(), found[2].lower()
        if host in seen or any(host == each or host.endswith(f".{each}") for each in _USUAL):
            continue
        seen.add(host)
        does = "sends its form to" if element == "form" else f"loads a {element} from"
        yield claim(
            RULE,
            f"this page of Exchange {does} {host}; Exchange loads all from itself",
            page.evidence(found.start(), found.end()),
            facts={"host": host},
        )
