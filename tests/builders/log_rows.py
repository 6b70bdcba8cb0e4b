"""Rows of the logs of an Exchange server, in the files and with the headers that IIS and Exchange write."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import datetime
from random import Random
from typing import Final, NamedTuple

IIS_FOLDER: Final = "C/inetpub/logs/LogFiles"
ERROR_FOLDER: Final = "C/Windows/System32/LogFiles/HTTPERR"
LOGGING: Final = "C/Program Files/Microsoft/Exchange Server/V15/Logging"
SERVER: Final = "EXCH01"
HOST: Final = "mail.example.com"
BROWSER: Final = "Mozilla/5.0+(Windows+NT+10.0;+Win64;+x64)+AppleWebKit/537.36+(KHTML,+like+Gecko)+Chrome/88.0.4324.182"

_IIS = (
    "date time s-ip cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip cs(User-Agent) cs(Referer) sc-status "
    "sc-substatus sc-win32-status"
)
_HTTP_ERR = "date time c-ip c-port s-ip s-port cs-version cs-method cs-uri sc-status s-siteid s-reason s-queuename"
_PROXY = (
    "DateTime,RequestId,MajorVersion,MinorVersion,BuildVersion,RevisionVersion,ClientRequestId,Protocol,"
    "UrlHost,UrlStem,ProtocolAction,AuthenticationType,IsAuthenticated,AuthenticatedUser,Organization,"
    "AnchorMailbox,UserAgent,ClientIpAddress,ServerHostName,HttpStatus,BackEndStatus,ErrorCode,Method,"
    "ProxyAction,TargetServer,TargetServerVersion,RoutingType,RoutingHint,BackEndCookie,ServerLocatorHost,"
    "ServerLocatorLatency,RequestBytes,ResponseBytes,TargetOutstandingRequests,AuthModulePerfContext,"
    "HttpPipelineLatency,CalculateTargetBackEndLatency,GlsLatencyBreakup,TotalGlsLatency,"
    "AccountForestLatencyBreakup,TotalAccountForestLatency,ResourceForestLatencyBreakup,"
    "TotalResourceForestLatency,ADLatency,SharedCacheLatencyBreakup,TotalSharedCacheLatency,"
    "ActivityContextLifeTime,ModuleToHandlerSwitchingLatency,ClientReqStreamLatency,BackendReqInitLatency,"
    "BackendReqStreamLatency,BackendProcessingLatency,BackendRespInitLatency,BackendRespStreamLatency,"
    "ClientRespStreamLatency,KerberosAuthHeaderLatency,HandlerCompletionLatency,RequestHandlerLatency,"
    "HandlerToModuleSwitchingLatency,ProxyTime,CoreLatency,RoutingLatency,HttpProxyOverhead,TotalRequestTime,"
    "RouteRefresherLatency,UrlQuery,BackEndGenericInfo,GenericInfo,GenericErrors,EdgeTraceId,DatabaseGuid,"
    "UserADObjectGuid,PartitionEndpointLookupLatency,RoutingStatus"
)
_CMDLET = ("DateTime", "StartTime", "RequestId", "ServerHostName", "ProcessName", "AuthenticatedUser", "Cmdlet",
           "Parameters", "ExecutionResult", "GenericErrors")  # fmt: skip
_ECP = ("TimeStamp", "ServerName", "EventId", "EventData")


class Request(NamedTuple):
    """One request as IIS logs it; ``agent`` and ``referer`` are as logged, with ``+`` for spaces."""

    when: datetime
    method: str
    path: str
    client: str
    status: int = 200
    query: str = "-"
    site: int = 1
    port: int = 443
    user: str = "-"
    agent: str = BROWSER
    referer: str = "-"
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
        self._with_bytes = with_bytes
        self._chance = Random(seed)
        self._rows: dict[str, list[tuple[datetime, str]]] = {}
        self._headers: dict[str, tuple[str, str]] = {}
        self._restarts: dict[str, list[datetime]] = {}

    def request(self, request: Request) -> None:
        """Add a row to the IIS log of its site and day."""
        day = f"{request.when:%y%m%d}"
        fields = f"{_IIS} sc-bytes cs-bytes time-taken" if self._with_bytes else f"{_IIS} time-taken"
        query = self._query(request) if request.query == "-" else request.query
        values: list[object] = [
            f"{request.when:%Y-%m-%d %H:%M:%S}", "192.0.2.10", request.method, request.path, query, request.port,
            request.user, request.client, request.agent, request.referer, request.status, request.substatus,
            request.win32,
        ]  # fmt: skip
        values += [request.sent, request.received] if self._with_bytes else []
        path = f"{IIS_FOLDER}/W3SVC{request.site}/u_ex{day}.log"
        self._add(
            path,
            ("Internet Information Services 10.0", fields),
            request.when,
            " ".join(map(str, (*values, request.taken_ms))),
        )

    def requests(self, requests: Iterable[Request]) -> None:
        """Add rows to the IIS logs."""
        for each in requests:
            self.request(each)

    def proxy(self, protocol: str, request: Request, *, anchor: str = "", hint: str = "", query: str = "") -> None:
        """Add the row of a request to the log of a protocol of the front end's proxy."""
        moment = f"{request.when:%Y-%m-%dT%H:%M:%S}.{self._chance.randrange(1000):03}Z"
        user = "" if request.user == "-" else request.user
        known = {
            "DateTime": moment, "RequestId": self.identifier(), "MajorVersion": 15, "MinorVersion": 2,
            "BuildVersion": 792, "RevisionVersion": 3, "Protocol": protocol, "UrlHost": HOST, "UrlStem": request.path,
            "AuthenticationType": "FBA", "IsAuthenticated": "true" if user else "false", "AuthenticatedUser": user,
            "AnchorMailbox": anchor, "UserAgent": request.agent.replace("+", " ").replace(",", " "),
            "ClientIpAddress": request.client, "ServerHostName": SERVER, "HttpStatus": request.status,
            "BackEndStatus": request.status, "Method": request.method, "ProxyAction": "Proxy",
            "TargetServer": f"{SERVER.lower()}.example.com", "TargetServerVersion": "15.02.0792.000",
            "RoutingType": "IntraForest", "RoutingHint": hint, "RequestBytes": request.received,
            "ResponseBytes": request.sent, "TotalRequestTime": request.taken_ms, "UrlQuery": query,
            "GenericInfo": f"BeginRequest={moment};CorrelationID=<empty>;ProxyState-Run=None;EndRequest={moment};",
            "RoutingStatus": "CafeV1",
        }  # fmt: skip
        path = f"{LOGGING}/HttpProxy/{protocol}/HttpProxy_{request.when:%Y%m%d%H}-1.LOG"
        row = ",".join(_quoted(str(known.get(name, ""))) for name in _PROXY.split(","))
        self._add(path, ("HttpProxy Logs", _PROXY), request.when, row)

    def ecp_server(self, when: datetime, command: str, *, address: str = "/ecp/", error: str = "") -> None:
        """Add the row of a command to the log of the control panel."""
        data = (
            f"S:TIME=41;S:SID={self.identifier()};S:CMD={command};S:REQID=;S:URL={address};S:REFERRER=;S:EX={error};"
            f"S:ACTID={self.identifier()};S:RS=0;S:BLD=15.2.792.3;S:TNAME=<null>"
        )
        values = (f"{when:%Y-%m-%dT%H:%M:%S}.{self._chance.randrange(1000):03}Z", SERVER, "ECP.Request", data)
        path = f"{LOGGING}/ECP/Server/ECPServer{when:%Y%m%d}-1.LOG"
        self._add(path, ("ECP Server Log", ",".join(_ECP)), when, ",".join(map(_quoted, values)))

    def cmdlet(self, when: datetime, user: str, cmdlet: str, parameters: str) -> None:
        """Add the row of a cmdlet to the log of remote PowerShell."""
        moment = f"{when:%Y-%m-%dT%H:%M:%S}.000Z"
        values = (moment, moment, self.identifier(), SERVER, "w3wp#MSExchangePowerShellAppPool", user, cmdlet,
                  parameters, "Success", "")  # fmt: skip
        path = f"{LOGGING}/CmdletInfra/Powershell-Proxy/Cmdlet/Rps_Cmdlet_{when:%Y%m%d%H}-1.LOG"
        self._add(path, ("Rps Cmdlet Logs", ",".join(_CMDLET)), when, ",".join(map(_quoted, values)))

    def refused(self, when: datetime, client: str, reason: str, address: str = "-", status: str = "-") -> None:
        """Add a row to the log of the errors of HTTP.sys."""
        version, method = ("-", "-") if address == "-" else ("HTTP/1.1", "GET")
        port = self._chance.randrange(1024, 65536)
        row = (
            f"{when:%Y-%m-%d %H:%M:%S} {client} {port} 192.0.2.10 443 {version} {method} {address} {status} 1 {reason} "
            "MSExchangeOWAAppPool"
        )
        path = f"{ERROR_FOLDER}/httperr1.log"
        self._add(path, ("Microsoft HTTP API 2.0", _HTTP_ERR), when, row)

    def restart(self, when: datetime, site: int = 1) -> None:
        """Repeat the header in the log of a site, as IIS does after a restart."""
        self._restarts.setdefault(f"{IIS_FOLDER}/W3SVC{site}/u_ex{when:%y%m%d}.log", []).append(when)

    def identifier(self) -> str:
        """Return an identifier such as ``5d3a0a62-0f13-4a4e-9c4b-9d0e7b1f2a51``."""
        return str(uuid.UUID(int=self._chance.getrandbits(128), version=4))

    def files(self) -> dict[str, bytes]:
        """Return the logs by path inside the source."""
        return {path: self._file(path) for path in sorted(self._rows)}

    def _query(self, request: Request) -> str:
        """Return the query that the front end of Exchange logs for a request without one."""
        proxied = request.site == 1 and request.port == 443 and request.path.lower().startswith(("/owa", "/ecp"))
        return f"&CorrelationID=<empty>;&cafeReqId={self.identifier()};" if proxied else "-"

    def _add(self, path: str, header: tuple[str, str], when: datetime, row: str) -> None:
        self._headers.setdefault(path, header)
        self._rows.setdefault(path, []).append((when, row))

    def _file(self, path: str) -> bytes:
        rows = sorted(self._rows[path], key=lambda each: each[0])
        restarts = sorted(self._restarts.get(path, []), reverse=True)
        written = [self._header(path, rows[0][0])]
        for when, row in rows:
            while restarts and restarts[-1] <= when:
                written.append(self._header(path, restarts.pop()))
            written.append(f"{row}\r\n")
        return "".join(written).encode()

    def _header(self, path: str, when: datetime) -> str:
        kind, fields = self._headers[path]
        if path.startswith(LOGGING):
            kind, version, moment = (
                "Microsoft Exchange Server",
                f"15.02.0792.003\r\n#Log-type: {kind}",
                "%Y-%m-%dT%H:%M:%S.000Z",
            )
        else:
            kind, version, moment = kind.replace("Internet", "Microsoft Internet"), "1.0", "%Y-%m-%d %H:%M:%S"
        return f"#Software: {kind}\r\n#Version: {version}\r\n#Date: {when.strftime(moment)}\r\n#Fields: {fields}\r\n"


def _quoted(value: str) -> str:
    return '"' + value.replace('"', '""') + '"' if any(each in value for each in ',"\n') else value
