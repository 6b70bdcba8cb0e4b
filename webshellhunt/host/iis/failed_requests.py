r"""Failed request tracing: the request that a trace of IIS is about, with its headers and its body.

A trace (``FailedReqLogFiles\W3SVC<id>\fr<number>.xml``) is the only log of IIS that keeps bodies of requests.

Source:
    https://learn.microsoft.com/iis/troubleshoot/using-failed-request-tracing/troubleshooting-failed-requests-using-tracing-in-iis
"""

from __future__ import annotations

from itertools import islice
from typing import Final, NamedTuple
from urllib.parse import urlsplit

from webshellhunt.host.iis.xml_tree import Element, salvage_xml

LARGEST_BYTES: Final = 4 * 1024 * 1024
_MOST_EVENTS: Final = 20_000
_LONGEST_BODY: Final = 256 * 1024
_ENTITY, _HEADERS = "general_request_entity", "general_request_headers"


class TracedRequest(NamedTuple):
    """A request: method, path, query, status, and pool; ``headers`` and ``body`` as far as the trace has them."""

    method: str
    path: str
    query: str
    status: int
    pool: str
    headers: str
    body: str

    def header(self, name: str) -> str:
        """Return the value of a header; empty if there is none."""
        lines = (line.partition(":") for line in self.headers.splitlines())
        return next((value.strip() for each, _, value in lines if each.strip().lower() == name), "")


def is_failed_request(start: bytes) -> bool:
    """Return True if a file that starts so is a trace of a request."""
    return b"<failedRequest" in start or "<failedRequest".encode("utf-16-le") in start


def read_failed_request(data: bytes, path: str) -> TracedRequest | None:
    """Return the request of a trace, or of the readable part of a damaged one; ``None`` for another file."""
    root, _ = salvage_xml(data, path, limit_bytes=LARGEST_BYTES)
    if root is None or root.tag.lower() != "failedrequest":
        return None
    try:
        url = urlsplit(root.get("url"))
    except ValueError:
        return None
    texts: dict[str, list[str]] = {_ENTITY: [], _HEADERS: []}
    for event in islice(root.find_all("event"), _MOST_EVENTS):
        opcode = event.find("renderinginfo/opcode")
        kind = "" if opcode is None else opcode.text.lower()
        if kind in texts:
            texts[kind] += _values(event)
    status = root.get("statusCode").partition(".")[0]
    return TracedRequest(
        root.get("verb"),
        url.path,
        url.query,
        int(status) if status.isascii() and status.isdigit() and len(status) < 4 else 0,
        root.get("appPoolId"),
        "\n".join(texts[_HEADERS])[:_LONGEST_BODY],
        "".join(texts[_ENTITY])[:_LONGEST_BODY],
    )


def _values(event: Element) -> list[str]:
    wanted = ("buffer", "headers")
    return [each.text for each in event.find_all("eventdata/data") if each.get("Name").lower() in wanted]
