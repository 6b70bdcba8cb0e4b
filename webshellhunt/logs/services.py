"""Services: the service of Exchange that an address belongs to, and the kind of a client by its agent.

Source:
    https://learn.microsoft.com/en-us/exchange/clients/mapi-over-http/mapi-over-http
    https://learn.microsoft.com/en-us/powershell/module/exchange/new-migrationendpoint (MRSProxy.svc)
    https://learn.microsoft.com/en-us/powershell/module/exchange/update-offlineaddressbook
"""

from __future__ import annotations

import re
from enum import StrEnum
from typing import Final


class Service(StrEnum):
    """A service of Exchange by its address; ``other`` for everything else."""

    SYNC = "sync"
    EWS = "ews"
    ADDRESS_BOOK = "address_book"
    POWERSHELL = "powershell"
    OTHER = "other"


_ADDRESSES: Final = re.compile(
    rb"(?i)/(?:(ews/mrsproxy\.svc|mapi/|rpc/|rpcwithcert/|microsoft-server-activesync)|(ews/)|(oab/)|(powershell))"
)
_SERVICES: Final = (Service.OTHER, Service.SYNC, Service.EWS, Service.ADDRESS_BOOK, Service.POWERSHELL)
_SCRIPTS: Final = re.compile(
    r"(?i)python|curl|wget|go-http-client|java/|apache-httpclient|okhttp|libwww|perl|ruby|aiohttp|httpx|axios|node-fetch"
    r"|windowspowershell|powershell/|winhttp|scrapy|rest-?client|postman|insomnia|exchangelib"
)
_MAIL_PROGRAMS: Final = re.compile(
    r"(?i)outlook|microsoft[+ ]office|ms[+ ]?office|exchangewebservices|mac[+ ]?os|mail/|evolution|thunderbird|davmail"
    r"|skype|lync|ucclient|teams|exchangeservicesclient|bits/"
)


def service_of(path: bytes) -> Service:
    """Return the service that an address belongs to; upper and lower case are the same."""
    found = _ADDRESSES.match(path)
    return Service.OTHER if found is None else _SERVICES[found.lastindex or 0]


def is_script(agent: str | None) -> bool:
    """Return True if an agent is the library or the command of a script, or if there is none."""
    return agent is None or _SCRIPTS.search(agent) is not None


def is_mail_program(agent: str | None) -> bool:
    """Return True if an agent is a program that copies mailboxes or address books for its user."""
    return agent is not None and _MAIL_PROGRAMS.search(agent) is not None and not is_script(agent)
