"""Events about pages: errors of ASP.NET, view states that failed the check, serialised objects that were refused."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple
from urllib.parse import urlsplit

from webshellhunt.correlation.server_acts.system import logged
from webshellhunt.knowledge.exchange_names import EXCHANGE_APPLICATIONS, is_expected_page
from webshellhunt.knowledge.web_folders import is_page_name
from webshellhunt.lazy_pattern import lazy_pattern
from webshellhunt.model.traffic import Record
from webshellhunt.views.logged_acts import Gravity, Idea, LoggedAct

_MOST_VALUES = 48
_LONGEST = 16 * 1024
_ADDRESS = lazy_pattern(r"https?://[^\s'\"<>]{3,2048}")
_FORGED = lazy_pattern(
    r"https?://[^\s'\"<>]{0,300}\](?:@[\w.-]{1,100})?:444/[^\s'\"<>]{0,300}?(?=[\s'\"<>(]|\Z)", re.IGNORECASE
)
_CLIENT = lazy_pattern(r"(?:\d{1,3}\.){3}\d{1,3}|[0-9a-fA-F]{0,4}(?::[0-9a-fA-F]{0,4}){2,7}(?:%\w{1,20})?")
_LINE_CLIENT = lazy_pattern(rf":[ \t]*({_CLIENT.pattern})[ \t]*$")
_VIEW_STATE_CODES = frozenset({"4009", "4010"})
_CODE = lazy_pattern(r"\b40(?:09|10)\b")
_CASTS = ("msexchange unified messaging", "msexchange common", "msexchange control panel")


class FailedRequest(NamedTuple):
    """The request of an event of ASP.NET: its address, its path and its client, as far as they are logged."""

    url: str
    path: str
    client: str


def read_request(record: Record) -> FailedRequest:
    """Return the request of an event; the address, the path and the client follow each other in its values."""
    values = [record.text(f"data.{number}") or "" for number in range(_MOST_VALUES)]
    at = next((n for n, value in enumerate(values) if _ADDRESS.fullmatch(value.strip()[:2_048])), None)
    if at is not None:
        path, client = (value.strip() for value in (*values[at + 1 :], "", "")[:2])
        return FailedRequest(values[at].strip(), path, client if _CLIENT.fullmatch(client) else "")
    message = (record.text("data.message") or "")[:_LONGEST]
    found = _ADDRESS.search(message)
    url = found[0] if found is not None else ""
    lines = (line.strip() for line in message.splitlines()[:200])
    client = next((ends[1] for line in lines if (ends := _LINE_CLIENT.search(line[-80:])) is not None), "")
    return FailedRequest(url, _path(url), client)


def iter_failed_page(record: Record) -> Iterator[LoggedAct]:
    """Yield an error in a page below an application of Exchange that ships no such page (1309, 1310)."""
    url, path, client = read_request(record)
    path = path or _path(url)
    if not is_page_name(path) or len(path) > 400:
        return
    application = path.lower().strip("/").partition("/")[0]
    if application not in EXCHANGE_APPLICATIONS | {"aspnet_client"} or is_expected_page(path):
        return
    reason = "the page failed while it ran, and Exchange ships no such page"
    yield logged(record, Idea.PAGE_FAILED, Gravity.ODD, client, f"error in {path}", reason, path)


def iter_forged_address(record: Record) -> Iterator[LoggedAct]:
    """Yield an error of the control panel at an address that only a forged header makes (event 4)."""
    values = (value[:_LONGEST] for name, value in record.fields.items() if name.startswith("data."))
    found = next((found for value in values if (found := _FORGED.search(value)) is not None), None)
    if found is not None:
        reason = "a header with an address inside made the front end send the request there, as by CVE-2021-26855"
        shown = f"the back end got a request for {found[0]}"
        yield logged(record, Idea.ADDRESS_FORGED, Gravity.GRAVE, "", shown, reason)


def iter_refused_view_state(record: Record) -> Iterator[LoggedAct]:
    """Yield a view state that failed the check (1316)."""
    code = record.text("data.0") or ""
    message = record.text("data.message") or ""
    if code not in _VIEW_STATE_CODES and _CODE.search(message[:400]) is None:
        return
    url, path, client = read_request(record)
    shown = f"view state of {path or _path(url) or 'a page'} refused"
    yield logged(record, Idea.VIEW_STATE_REFUSED, Gravity.NOTE, client, shown, "its check failed")


def iter_refused_object(record: Record, provider: str) -> Iterator[LoggedAct]:
    """Yield a serialised object of another type than expected, in services that intruders sent such objects."""
    if not provider.startswith(_CASTS):
        return
    text = "\n".join(value for name, value in record.fields.items() if name.startswith("data."))[: 8 * _LONGEST]
    lowered = text.lower()
    if provider.startswith("msexchange unified messaging"):
        if "system.invalidcastexception" in lowered:
            reason = "Unified Messaging refused a serialised object, as after CVE-2021-26857"
            yield logged(record, Idea.OBJECT_REFUSED, Gravity.GRAVE, "", _excerpt(text, lowered), reason)
    elif "binaryformatter.deserialize" in lowered:
        reason = "an object that a user sent was deserialised and failed, as after CVE-2021-42321"
        yield logged(record, Idea.OBJECT_REFUSED, Gravity.GRAVE, "", _excerpt(text, lowered), reason)


def _excerpt(text: str, lowered: str) -> str:
    """Return the line with the error."""
    at = max(lowered.find("invalidcastexception"), lowered.find("binaryformatter.deserialize"), 0)
    start = text.rfind("\n", 0, at) + 1
    return text[start : start + 300].partition("\n")[0].strip()


def _path(url: str) -> str:
    try:
        return urlsplit(url).path
    except ValueError:
        return ""
