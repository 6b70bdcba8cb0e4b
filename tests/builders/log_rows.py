"""The logs of one Exchange server, in the files in which IIS and Exchange write them."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from datetime import datetime
from random import Random
from typing import Final, NamedTuple

from tests.builders import logs
from webshellhunt.model.traffic import LogKind

IIS_FOLDER: Final = "C/inetpub/logs/LogFiles"
ERROR_FOLDER: Final = "C/Windows/System32/LogFiles/HTTPERR"
LOGGING: Final = "C/Program Files/Microsoft/Exchange Server/V15/Logging"
SERVER: Final = "EXCH01"
HOST: Final = "mail.example.com"
ADDRESS: Final = "192.0.2.10"
"""The address of the server."""


class Request(NamedTuple):
    """One request as IIS logs it; empty texts are not logged."""

    when: datetime
    method: str
    path: str
    client: str
    status: int = 200
    query: str = ""
    site: int = 1
    port: int = 443
    user: str = ""
    agent: str = logs.AGENT
    referer: str = ""
    substatus: int = 0
    win32: int = 0
    taken_ms: int = 31
    sent: int = 1_200
    received: int = 600


class ServerLogs:
    """The logs of a server, filled in any order and written in the order of time.

    Args:
        with_bytes: The IIS logs have the columns ``sc-bytes`` and ``cs-bytes``.
        seed: Decides the identifiers in the rows.
    """

    def __init__(self, *, with_bytes: bool = False, seed: int = 2021) -> None:
        self._iis = logs.IIS_FIELDS_WITH_BYTES if with_bytes else logs.IIS_FIELDS
        self._chance = Random(seed)
        self._rows: dict[str, list[tuple[datetime, str]]] = {}
        self._headers: dict[str, bytes] = {}
        self._restarts: dict[str, list[datetime]] = {}

    def request(self, request: Request) -> None:
        """Add a row to the IIS log of its site and day."""
        path = f"{IIS_FOLDER}/W3SVC{request.site}/u_ex{request.when:%y%m%d}.log"
        values = {
            "when": f"{request.when:%Y-%m-%d %H:%M:%S}", "s-ip": ADDRESS, "method": request.method,
            "path": request.path, "query": request.query or self._query(request), "s-port": request.port,
            "user": request.user, "client": request.client, "agent": request.agent, "referer": request.referer,
            "status": request.status, "substatus": request.substatus, "sc-win32-status": request.win32,
            "sent_bytes": request.sent, "received_bytes": request.received, "taken_ms": request.taken_ms,
        }  # fmt: skip
        self._add(path, LogKind.IIS, request.when, values, self._iis)

    def requests(self, requests: Iterable[Request]) -> None:
        """Add rows to the IIS logs."""
        for each in requests:
            self.request(each)

    def proxy(self, protocol: str, request: Request, *, anchor: str = "", hint: str = "", query: str = "") -> None:
        """Add the row of a request to the log of a protocol of the front end's proxy."""
        moment = self._moment(request.when)
        values = {
            "when": moment, "RequestId": self.identifier(), "Protocol": protocol, "UrlHost": HOST,
            "path": request.path, "AuthenticationType": "FBA", "IsAuthenticated": str(bool(request.user)).lower(),
            "user": request.user, "AnchorMailbox": anchor, "agent": request.agent.replace(",", " "),
            "client": request.client, "status": request.status, "back_end_status": request.status,
            "method": request.method, "ProxyAction": "Proxy", "TargetServer": "exch01.example.com",
            "TargetServerVersion": "15.02.0792.000", "RoutingType": "IntraForest", "RoutingHint": hint,
            "received_bytes": request.received, "sent_bytes": request.sent, "taken_ms": request.taken_ms,
            "query": query, "RoutingStatus": "CafeV1",
            "GenericInfo": f"BeginRequest={moment};CorrelationID=<empty>;ProxyState-Run=None;EndRequest={moment};",
        }  # fmt: skip
        path = f"{LOGGING}/HttpProxy/{protocol}/HttpProxy_{request.when:%Y%m%d%H}-1.LOG"
        self._add(path, LogKind.HTTP_PROXY, request.when, values)

    def ecp_server(self, when: datetime, command: str, *, address: str = "/ecp/", error: str = "") -> None:
        """Add the row of a command to the log of the control panel."""
        data = (
            f"S:TIME=41;S:SID={self.identifier()};S:CMD={command};S:REQID=;S:URL={address};S:REFERRER=;S:EX={error};"
            f"S:ACTID={self.identifier()};S:RS=0;S:BLD=15.2.792.3;S:TNAME=<null>"
        )
        values = {"when": self._moment(when), "EventId": "ECP.Request", "data": data}
        self._add(f"{LOGGING}/ECP/Server/ECPServer{when:%Y%m%d}-1.LOG", LogKind.ECP_SERVER, when, values)

    def cmdlet(self, when: datetime, user: str, cmdlet: str, parameters: str) -> None:
        """Add the row of a cmdlet to the log of remote PowerShell."""
        moment = self._moment(when)
        values = {
            "when": moment, "StartTime": moment, "RequestId": self.identifier(), "user": user, "Cmdlet": cmdlet,
            "Parameters": parameters, "ProcessName": "w3wp#MSExchangePowerShellAppPool",
        }  # fmt: skip
        path = f"{LOGGING}/CmdletInfra/Powershell-Proxy/Cmdlet/Rps_Cmdlet_{when:%Y%m%d%H}-1.LOG"
        self._add(path, LogKind.CMDLET, when, values, logs.CMDLET_FIELDS)

    def refused(self, when: datetime, client: str, reason: str, address: str, status: int) -> None:
        """Add a row to the log of the errors of HTTP.sys."""
        values = {
            "when": f"{when:%Y-%m-%d %H:%M:%S}", "client": client, "c-port": self._chance.randrange(1024, 65536),
            "s-ip": ADDRESS, "path": address, "status": status, "s-siteid": 1, "s-reason": reason,
            "s-queuename": "MSExchangeOWAAppPool",
        }  # fmt: skip
        self._add(f"{ERROR_FOLDER}/httperr1.log", LogKind.HTTP_ERR, when, values)

    def restart(self, when: datetime, site: int = 1) -> None:
        """Repeat the header in the log of a site, as IIS does after a restart."""
        self._restarts.setdefault(f"{IIS_FOLDER}/W3SVC{site}/u_ex{when:%y%m%d}.log", []).append(when)

    def identifier(self) -> str:
        """Return an identifier such as ``5d3a0a62-0f13-4a4e-9c4b-9d0e7b1f2a51``."""
        return str(uuid.UUID(int=self._chance.getrandbits(128), version=4))

    def files(self) -> dict[str, bytes]:
        """Return the logs by path inside the source."""
        return {path: self._file(path) for path in sorted(self._rows)}

    def _moment(self, when: datetime) -> str:
        return f"{when:%Y-%m-%dT%H:%M:%S}.{self._chance.randrange(1000):03}Z"

    def _query(self, request: Request) -> str:
        """Return the query that the front end of Exchange logs for a request without one."""
        proxied = request.site == 1 and request.path.lower().startswith(("/owa", "/ecp"))
        return f"&CorrelationID=<empty>;&cafeReqId={self.identifier()};" if proxied else ""

    def _add(
        self, path: str, kind: LogKind, when: datetime, values: Mapping[str, object], fields: str | None = None
    ) -> None:
        if path not in self._headers:
            self._headers[path] = logs.head(kind, fields)
        row = logs.lines(kind, {name: value for name, value in values.items() if value != ""}, fields=fields)
        self._rows.setdefault(path, []).append((when, row.decode()))

    def _file(self, path: str) -> bytes:
        rows = sorted(self._rows[path], key=lambda each: each[0])
        restarts = sorted(self._restarts.get(path, []), reverse=True)
        head = self._headers[path].decode()
        written = [head]
        for when, row in rows:
            while restarts and restarts[-1] <= when:
                written.append(head)
                restarts.pop()
            written.append(row)
        return "".join(written).encode()
