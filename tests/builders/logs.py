"""Logs of a server, row by row, as the products write them.

::

    text_log(LogKind.IIS, row("2021-03-03 04:05:06", "/owa/auth/x.aspx", method="POST", status=200), ...)

A row names its values by common names (those of `model/traffic.py`, such as ``client``) or by the names of columns; all
others have a usual value. A row that is text already is written as it is.
"""

from __future__ import annotations

import gzip
import re
from collections.abc import Container, Mapping
from functools import lru_cache
from typing import Final, NamedTuple

from webshellhunt.model.traffic import LogKind

Row = Mapping[str, object] | str

AGENT: Final = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/88.0.4324.150"

IIS_FIELDS: Final = (
    "date time s-ip cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip cs(User-Agent) cs(Referer) "
    "sc-status sc-substatus sc-win32-status time-taken"
)
IIS_FIELDS_WITH_BYTES: Final = IIS_FIELDS.replace(" time-taken", " sc-bytes cs-bytes time-taken")
IIS_FIELDS_ALL: Final = (
    "date time s-sitename s-computername s-ip cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip cs-version "
    "cs(User-Agent) cs(Cookie) cs(Referer) cs-host sc-status sc-substatus sc-win32-status sc-bytes cs-bytes time-taken"
)
IIS_FIELDS_FORWARDED: Final = IIS_FIELDS + " X-Forwarded-For"
FTP_FIELDS: Final = (
    "date time c-ip cs-username s-ip s-port cs-method cs-uri-stem sc-status sc-win32-status sc-substatus "
    "x-session x-fullpath"
)
HTTP_ERR_FIELDS: Final = (
    "date time c-ip c-port s-ip s-port cs-version cs-method cs-uri streamid sc-status s-siteid s-reason s-queuename"
)
HTTP_PROXY_FIELDS: Final = (
    "DateTime,RequestId,MajorVersion,MinorVersion,BuildVersion,RevisionVersion,ClientRequestId,Protocol,UrlHost,"
    "UrlStem,ProtocolAction,AuthenticationType,IsAuthenticated,AuthenticatedUser,Organization,AnchorMailbox,UserAgent,"
    "ClientIpAddress,ServerHostName,HttpStatus,BackEndStatus,ErrorCode,Method,ProxyAction,TargetServer,"
    "TargetServerVersion,RoutingType,RoutingHint,BackEndCookie,ServerLocatorHost,ServerLocatorLatency,RequestBytes,"
    "ResponseBytes,TargetOutstandingRequests,AuthModulePerfContext,HttpPipelineLatency,CalculateTargetBackEndLatency,"
    "GlsLatencyBreakup,TotalGlsLatency,AccountForestLatencyBreakup,TotalAccountForestLatency,"
    "ResourceForestLatencyBreakup,TotalResourceForestLatency,ADLatency,SharedCacheLatencyBreakup,"
    "TotalSharedCacheLatency,ActivityContextLifeTime,ModuleToHandlerSwitchingLatency,ClientReqStreamLatency,"
    "BackendReqInitLatency,BackendReqStreamLatency,BackendProcessingLatency,BackendRespInitLatency,"
    "BackendRespStreamLatency,ClientRespStreamLatency,KerberosAuthHeaderLatency,HandlerCompletionLatency,"
    "RequestHandlerLatency,HandlerToModuleSwitchingLatency,ProxyTime,CoreLatency,RoutingLatency,HttpProxyOverhead,"
    "TotalRequestTime,RouteRefresherLatency,UrlQuery,BackEndGenericInfo,GenericInfo,GenericErrors,EdgeTraceId,"
    "DatabaseGuid,UserADObjectGuid,PartitionEndpointLookupLatency,RoutingStatus"
)
ECP_FIELDS: Final = "TimeStamp,ServerName,EventId,EventData"
OAB_GENERATOR_FIELDS: Final = "timestamp,recordType,traceId,oabGuid,addressListGuid,message"
CMDLET_HTTP_FIELDS: Final = (
    "DateTime,StartTime,RequestId,MajorVersion,MinorVersion,BuildVersion,RevisionVersion,ClientRequestId,UrlHost,"
    "UrlStem,AuthenticationType,IsAuthenticated,AuthenticatedUser,Organization,ManagedOrganization,ClientIpAddress,"
    "ServerHostName,FrontEndServer,HttpStatus,SubStatus,ErrorCode,Action,CommandId,CommandName,SessionId,ShellId,"
    "FailFast,ContributeToFailFast,RequestBytes,ClientInfo,CPU,Memory,ActivityContextLifeTime,TotalTime,UrlQuery,"
    "GenericLatency,GenericInfo,GenericErrors"
)
CMDLET_FIELDS: Final = (
    "DateTime,StartTime,RequestId,ClientRequestId,MajorVersion,MinorVersion,BuildVersion,RevisionVersion,"
    "ServerHostName,ProcessId,ProcessName,ThreadId,CultureInfo,Organization,AuthenticatedUser,ExecutingUserSid,"
    "EffectiveOrganization,UserServicePlan,IsAdmin,ClientApplication,Cmdlet,Parameters,CmdletUniqueId"
)
EWS_FIELDS: Final = (
    "DateTime,RequestId,MajorVersion,MinorVersion,BuildVersion,RevisionVersion,Ring,ClientRequestId,AuthenticationType,"
    "IsAuthenticated,AuthenticatedUser,Organization,UserAgent,VersionInfo,ClientIpAddress,ServerHostName,"
    "FrontEndServer,SoapAction,HttpStatus,RequestSize,ResponseSize,ErrorCode,ImpersonatedUser,ProxyAsUser,ActAsUser,"
    "Cookie,CorrelationGuid,PrimaryOrProxyServer,TaskType,TotalRequestTime,GenericInfo,GenericErrors"
)
MESSAGE_TRACKING_FIELDS: Final = (
    "date-time,client-ip,client-hostname,server-ip,server-hostname,source-context,connector-id,source,event-id,"
    "internal-message-id,message-id,network-message-id,recipient-address,recipient-status,total-bytes,recipient-count,"
    "related-recipient-address,reference,message-subject,sender-address,return-path,message-info,directionality,"
    "tenant-id,original-client-ip,original-server-ip,custom-data,transport-traffic-type,log-id,schema-version"
)


class _Format(NamedTuple):
    """How a product writes a log: its columns, comments, and whether the columns stand in the first row as well."""

    fields: str
    software: str
    version: str
    log_type: str = ""
    names_first: bool = False


_IIS = "Microsoft Internet Information Services 10.0"
_EXCHANGE = "Microsoft Exchange Server"
_FORMATS: Final = {
    LogKind.IIS: _Format(IIS_FIELDS, _IIS, "1.0"),
    LogKind.FTP: _Format(FTP_FIELDS, _IIS, "1.0"),
    LogKind.HTTP_ERR: _Format(HTTP_ERR_FIELDS, "Microsoft HTTP API 2.0", "1.0"),
    LogKind.HTTP_PROXY: _Format(HTTP_PROXY_FIELDS, _EXCHANGE, "15.01.2176.002", "HttpProxy Logs", names_first=True),
    LogKind.ECP_ACTIVITY: _Format(ECP_FIELDS, _EXCHANGE, "15.0.0.0", "ECP Activity Context Log"),
    LogKind.ECP_SERVER: _Format(ECP_FIELDS, _EXCHANGE, "15.0.0.0", "ECP Server Log"),
    LogKind.OAB_GENERATOR: _Format(OAB_GENERATOR_FIELDS, _EXCHANGE, "15.01.2176.002", "OAB Generator Log"),
    LogKind.CMDLET: _Format(CMDLET_HTTP_FIELDS, _EXCHANGE, "15.01.2176.002", "Rps Http Logs", names_first=True),
    LogKind.EWS: _Format(EWS_FIELDS, _EXCHANGE, "15.01.2176.002", "EWS Logs", names_first=True),
    LogKind.MESSAGE_TRACKING: _Format(MESSAGE_TRACKING_FIELDS, _EXCHANGE, "15.01.2176.002", "Message Tracking Log"),
}
_COLUMNS: Final[Mapping[str, tuple[str, ...]]] = {
    "when": ("DateTime", "date-time", "TimeStamp", "timestamp"),
    "method": ("cs-method", "Method"),
    "path": ("cs-uri-stem", "UrlStem", "cs-uri"),
    "query": ("cs-uri-query", "UrlQuery"),
    "client": ("c-ip", "ClientIpAddress", "client-ip"),
    "agent": ("cs(User-Agent)", "UserAgent", "ClientInfo"),
    "referer": ("cs(Referer)",),
    "user": ("cs-username", "AuthenticatedUser"),
    "host": ("cs-host", "UrlHost"),
    "status": ("sc-status", "HttpStatus"),
    "substatus": ("sc-substatus", "SubStatus"),
    "back_end_status": ("BackEndStatus",),
    "sent_bytes": ("sc-bytes", "ResponseBytes", "ResponseSize"),
    "received_bytes": ("cs-bytes", "RequestBytes", "RequestSize"),
    "taken_ms": ("time-taken", "TotalRequestTime", "TotalTime"),
    "data": ("EventData", "message", "Parameters"),
}
_QUOTED: Final = re.compile(r'[,"\n\r]')
_USUAL: Final[Mapping[str, object]] = {
    "s-ip": "10.0.0.5",
    "s-port": 443,
    "c-ip": "192.0.2.10",
    "c-port": 50123,
    "cs-version": "HTTP/1.1",
    "cs-method": "GET",
    "cs(User-Agent)": AGENT,
    "sc-status": 200,
    "sc-substatus": 0,
    "sc-win32-status": 0,
    "sc-bytes": 1500,
    "cs-bytes": 400,
    "time-taken": 15,
    "s-sitename": "W3SVC1",
    "s-computername": "EXCH01",
    "s-reason": "URL",
    "RequestId": "5e58f5e5-1ddc-48d3-82c6-0199bc121640",
    "MajorVersion": 15,
    "MinorVersion": 1,
    "BuildVersion": 2176,
    "RevisionVersion": 2,
    "UrlHost": "mail.example.com",
    "UserAgent": AGENT.replace(",", " "),
    "ClientIpAddress": "192.0.2.10",
    "ServerHostName": "EXCH01",
    "ServerName": "EXCH01",
    "HttpStatus": 200,
    "Method": "GET",
    "TotalRequestTime": 13,
    "ResponseBytes": 327,
    "RequestBytes": 336,
    "client-ip": "10.0.0.7",
}


def row(when: object = "2021-03-03 04:05:06", path: object = None, **values: object) -> Mapping[str, object]:
    """Return a row at a time in UTC, such as ``2021-03-03 04:05:06``, for an address."""
    return {"when": when, **({} if path is None else {"path": path}), **values}


def text_log(
    kind: LogKind, *rows: Row, fields: str | None = None, end: str = "\r\n", names_first: bool | None = None
) -> bytes:
    """Return a log with its header.

    Args:
        kind: The kind, which decides the format.
        rows: Its rows.
        fields: Its columns, if not the usual ones, separated as the format separates values.
        end: The end of a line.
        names_first: True to write the columns into the first row too; without it, as the product does.
    """
    return head(kind, fields, end=end, names_first=names_first) + lines(kind, *rows, fields=fields, end=end)


def head(kind: LogKind, fields: str | None = None, *, end: str = "\r\n", names_first: bool | None = None) -> bytes:
    """Return the header of a log, which IIS repeats each time that it starts."""
    style = _FORMATS[kind]
    columns = fields or style.fields
    found = [columns] if (style.names_first if names_first is None else names_first) else []
    found += [f"#Software: {style.software}", f"#Version: {style.version}"]
    found += [f"#Log-type: {style.log_type}"] if style.log_type else []
    date = "2021-03-03T00:00:01.130Z" if style.log_type else "2021-03-03 00:00:01"
    found += [f"#Date: {date}", f"#Fields: {columns}"]
    return "".join(line + end for line in found).encode()


def lines(kind: LogKind, *rows: Row, fields: str | None = None, end: str = "\r\n") -> bytes:
    """Return rows without a header."""
    columns = fields or _FORMATS[kind].fields
    return "".join((each if isinstance(each, str) else line(columns, each)) + end for each in rows).encode()


def line(fields: str, values: Mapping[str, object]) -> str:
    """Return the line of a row; the columns are separated by commas as Exchange does, or by spaces."""
    separator, places, usual = _layout(fields)
    cells = list(usual)
    for column, value in _in_columns(places, values).items():
        for place in places.get(column, ()):
            cells[place] = _cell(value, commas=separator == ",")
    return separator.join(cells)


@lru_cache(maxsize=64)
def _layout(fields: str) -> tuple[str, dict[str, list[int]], tuple[str, ...]]:
    """Return the separator of columns, their places by their names, and their usual values."""
    separator = "," if "," in fields else " "
    columns = fields.split(separator)
    places: dict[str, list[int]] = {}
    for place, column in enumerate(columns):
        places.setdefault(column, []).append(place)
    return separator, places, tuple(_cell(_USUAL.get(column), commas=separator == ",") for column in columns)


def _in_columns(columns: Container[str], values: Mapping[str, object]) -> dict[str, object]:
    """Return values by the names of columns instead of common names.

    HTTPERR keeps the query in the address; Exchange keeps the question mark in the query.
    """
    written: dict[str, object] = {}
    for name, value in values.items():
        if name == "when" and "date" in columns:
            written["date"], written["time"] = str(value).replace("T", " ")[:19].split(" ")
            continue
        column = next((each for each in _COLUMNS.get(name, ()) if each in columns), name)
        if column in columns:
            written[column] = _moment(str(value)) if name == "when" else value
    if values.get("query") and "cs-uri" in columns:
        written["cs-uri"] = f"{written.get('cs-uri', '/')}?{values['query']}"
    if written.get("UrlQuery"):
        written["UrlQuery"] = f"?{written['UrlQuery']}"
    return written


def _moment(when: str) -> str:
    """Return a time as Exchange writes it."""
    text = when.replace(" ", "T").removesuffix("Z")
    return f"{text}Z" if "." in text else f"{text}.000Z"


def _cell(value: object, *, commas: bool) -> str:
    text = "" if value is None else str(value)
    if not commas:
        return text.replace(" ", "+") or "-"
    return '"' + text.replace('"', '""') + '"' if _QUOTED.search(text) else text


def gzipped(data: bytes) -> bytes:
    """Return a log compressed, always with the same bytes."""
    return gzip.compress(data, mtime=0)


def reader(data: bytes) -> Reader:
    """Return what reads a log in memory from an offset on."""
    return Reader(data)


class Reader:
    """Reads a log in memory from an offset on, and counts its calls."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self.calls = 0

    def __call__(self, offset: int, size: int) -> bytes:
        self.calls += 1
        return self._data[offset : offset + size]
