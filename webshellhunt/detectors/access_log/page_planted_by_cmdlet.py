r"""A cmdlet of Exchange planted a page, or put a script where a dump makes it one.

What it finds:
    In the log *MSExchange Management*, the cmdlet logs and the ECP server log: a virtual directory whose address
    contains a server tag; a mailbox export or a certificate request whose file has the name of a page; a certificate
    whose subject is a script. If the page was written shortly afterwards, compiled, and commands followed, all is one
    story.

Why it matters:
    These are the two ways in which ProxyLogon and ProxyShell wrote their pages. The log of cmdlets survives when the
    text logs are gone and the page is deleted.

Looks like:
    ``Set-OabVirtualDirectory -ExternalUrl "http://f/<a script>"``, then ``Remove-`` and ``New-OabVirtualDirectory``;
    ``New-MailboxExportRequest -FilePath "\\127.0.0.1\c$\inetpub\wwwroot\aspnet_client\x.aspx"``.

Benign look-alikes:
    Exports to ``.pst`` files, requests to ``.req`` and ``.txt`` files, and ordinary addresses are none of this. A
    cmdlet that failed is an attempt: suspicious at most. A script that was set is no page until the object is written
    to a file.

Blind spots:
    A page that was renamed after the export; a log that was cleared or has rolled; a script in an address that is
    written so that no tag is recognised.

References:
    https://www.volexity.com/blog/2021/03/02/active-exploitation-of-microsoft-exchange-zero-day-vulnerabilities/
    https://www.zerodayinitiative.com/blog/2021/8/17/from-pwn2own-2021-a-new-attack-surface-on-microsoft-exchange-proxyshell
"""

from webshellhunt.detectors.contract import Findings, define_rule, detector
from webshellhunt.detectors.logged_claims import claim_acts
from webshellhunt.views.logged_acts import Idea, LoggedActs

RULE = define_rule(__name__, "WSH7201", "critical", "high", "T1505.003", "T1190")


@detector(RULE, on=LoggedActs)
def find(acts: LoggedActs) -> Findings:
    """Report the acts of this idea."""
    if acts.idea is not Idea.PAGE_PLANTED:
        return
    done = [act for act in acts.acts if not act.failed]
    if not done:
        yield from claim_acts(RULE, acts, "a cmdlet of Exchange tried to plant a page or a script, and failed")
    elif any(act.path for act in done):
        yield from claim_acts(RULE, acts, "a cmdlet of Exchange planted a page")
    else:
        place = "an address" if "virtualdirectory" in acts.gravest.shown.lower() else "a certificate"
        yield from claim_acts(RULE, acts, f"a cmdlet of Exchange set a script in {place}", facts={"script_in": place})
