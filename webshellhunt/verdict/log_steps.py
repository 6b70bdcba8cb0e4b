"""Steps after reading logs: the clients, the data that left, and, if logs were read alone, the pages."""

from collections.abc import Iterator, Sequence

from webshellhunt.model.report import Step
from webshellhunt.model.verdict import Disposition, Verdict
from webshellhunt.verdict.intruders import Intruders
from webshellhunt.views.figures import list_in_words

_MOST_ITEMS = 20
_CLAIMED = (
    " {which} claimed by the header X-Forwarded-For alone, which a visitor can forge: compare it with the log "
    "of the proxy first."
)


def steps_intruders(intruders: Intruders) -> Iterator[Step]:
    """Yield the steps about the clients and the data that they took."""
    if intruders.clients:
        yield Step(
            "Block these clients, and search for them in the logs of firewalls, proxies and other servers: they used "
            "the back doors or the exploits." + _doubt(intruders.clients, intruders),
            intruders.clients[:_MOST_ITEMS],
        )
    if intruders.suspects:
        yield Step(
            "Find out who uses these addresses, and block those that nobody knows: they used the suspicious pages."
            + _doubt(intruders.suspects, intruders),
            intruders.suspects[:_MOST_ITEMS],
        )
    if intruders.proxies:
        yield Step(
            "Read the logs of these proxies, and don't block the proxies: clients behind them used the back doors, and "
            "the logs of this server do not name them.",
            intruders.proxies[:_MOST_ITEMS],
        )
    if intruders.taken:
        yield Step(
            "Find out the content of these files: a client of an accused page or of an exploit downloaded them.",
            intruders.taken[:_MOST_ITEMS],
        )


def _doubt(clients: Sequence[str], intruders: Intruders) -> str:
    """Return the sentences about clients that only a header names, and those that may be proxies; empty if none is."""
    known = sum(each in intruders.claimed for each in clients)
    some = "One address is" if known == 1 else f"{known:,} addresses are"
    which = some if known < len(clients) else "This address is" if known == 1 else "Each address is"
    possible = [each for each in clients if each in intruders.possible_proxies]
    proxies = (
        f" First make sure that {list_in_words(possible, 'client')} is no proxy of other clients." if possible else ""
    )
    return (_CLAIMED.format(which=which) if known else "") + proxies


def steps_logs(pages: Sequence[Verdict], traces: Sequence[Verdict], intruders: Intruders) -> Iterator[Step]:
    """Yield the steps if logs were read alone: ``pages`` are the pages that left some of the accused ``traces``."""
    convicted = any(each.disposition is Disposition.MALICIOUS for each in traces)
    yield Step(
        "Preserve these logs, and image the server before anybody changes it: nothing else shows when and how the "
        "attack happened."
    )
    if convicted:
        yield Step("Isolate the server from the internet: back doors of the attacker may still work.")
    yield from steps_unseen(pages)
    yield Step("Now hunt the pages: the logs do not show what is on the server today.", ("webshellhunt hunt LOCATION",))
    yield from steps_intruders(intruders)
    if convicted or pages:
        yield rotation_step()


def steps_unseen(pages: Sequence[Verdict]) -> Iterator[Step]:
    """Yield the step about pages that only their traces prove, and that may still be on the server."""
    if pages:
        yield Step(
            "Look for these files on the server now, then in backups and shadow copies: a page that is still there "
            "gives access to anyone who requests it.",
            tuple(dict.fromkeys(each.subject.path for each in pages))[:_MOST_ITEMS],
        )


def rotation_step() -> Step:
    """Return the step about secrets where a page may have read them, and the server is not in the evidence."""
    return Step(
        "Rotate the machine keys, and change the passwords and keys of service and administrator accounts: the "
        "attacker may have read them."
    )


def steps_leads(leads: Sequence[Verdict]) -> Iterator[Step]:
    """Yield the step about leads, which prove nothing."""
    if leads:
        yield Step(
            "Check these leads with an administrator of the server: each may have an ordinary reason.",
            tuple(dict.fromkeys(each.subject.path for each in leads))[:_MOST_ITEMS],
        )
