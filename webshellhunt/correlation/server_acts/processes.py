"""Processes, files, connections and threads of the worker processes of the server, by Sysmon and the Security log."""

from __future__ import annotations

from collections.abc import Iterator

from webshellhunt.binaries.compiled_pages import application_folder, read_name
from webshellhunt.correlation.server_acts.system import logged, who_did
from webshellhunt.knowledge.exchange_names import is_shipped_at
from webshellhunt.knowledge.odd_folders import odd_place
from webshellhunt.knowledge.suspicious_commands import find_suspicious_command
from webshellhunt.knowledge.tunnels import find_tunnel
from webshellhunt.knowledge.web_folders import is_in_setup_folder, is_in_web_folder, is_page_name, local_path
from webshellhunt.lazy_pattern import lazy_pattern
from webshellhunt.logs.client_addresses import is_public
from webshellhunt.model.traffic import Record
from webshellhunt.views.logged_acts import Gravity, Idea, LoggedAct

_EXPORTERS = frozenset({"msexchangemailboxreplication.exe", "umworkerprocess.exe", "umservice.exe"})
_WORKERS = _EXPORTERS | {"w3wp.exe"}
_USUAL_PORTS = frozenset({25, 80, 443, 444, 587})
_SHELLS = frozenset({"cmd.exe", "powershell.exe", "pwsh.exe", "wscript.exe", "cscript.exe", "mshta.exe"})
_TOOLS = frozenset(
    {
        "whoami.exe", "net.exe", "net1.exe", "nltest.exe", "quser.exe", "qwinsta.exe", "systeminfo.exe", "tasklist.exe",
        "ipconfig.exe", "netstat.exe", "certutil.exe", "bitsadmin.exe", "rundll32.exe", "regsvr32.exe", "reg.exe",
        "schtasks.exe", "sc.exe", "wmic.exe", "vssadmin.exe", "ntdsutil.exe", "procdump.exe", "procdump64.exe",
        "dsquery.exe", "appcmd.exe", "makecab.exe", "icacls.exe", "attrib.exe", "curl.exe",
    }
)  # fmt: skip
_SETUP = frozenset({"exsetup.exe", "exsetupui.exe", "msiexec.exe", "setup.exe", "trustedinstaller.exe", "tiworker.exe"})
_POOL = lazy_pattern(r"-ap\s{1,4}\"?([^\"]{1,100}?)\"?(?:\s{1,4}-|\Z)")


def iter_started(record: Record) -> Iterator[LoggedAct]:
    """Yield an interpreter or a tool of administration that a worker process started (Sysmon 1, Security 4688)."""
    image = record.text("data.image") or record.text("data.newprocessname") or ""
    parent = record.text("data.parentimage") or record.text("data.parentprocessname") or ""
    command = record.text("data.commandline") or image
    yield from _iter_tunnels(record, image, parent, command)
    if _name(parent) not in _WORKERS or _name(image) not in _SHELLS | _TOOLS:
        return
    pool = _POOL.search(record.text("data.parentcommandline") or "")
    owner = pool[1] if pool is not None else ""
    of_exchange = owner.lower().startswith("msexchange") or _name(parent) != "w3wp.exe"
    suspicious = find_suspicious_command(command)
    gravity, reason = Gravity.GRAVE, "a page, or who runs code in the server, started it"
    if of_exchange:
        gravity, reason = Gravity.PROOF, "no page of Exchange starts commands"
    elif suspicious is not None:
        gravity, reason = Gravity.PROOF, f"its command has {suspicious[0]}"
    who = record.text("data.user") or who_did(record)
    by = f"{_file(parent)}{f' of {owner}' if owner else ''}"
    yield logged(record, Idea.INTERPRETER_STARTED, gravity, who, f"{by} started {command[:300]}", reason)


def _iter_tunnels(record: Record, image: str, parent: str, command: str) -> Iterator[LoggedAct]:
    """Yield a program that leads connections through the server, whoever started it."""
    tunnel = find_tunnel(image, command)
    if tunnel is None:
        return
    gravity = Gravity.PROOF if _name(parent) in _WORKERS else Gravity.GRAVE if tunnel.sure else Gravity.LEAD
    shown = f"{_file(parent) or 'a program'} started {image}: {command[:300]}"
    who = record.text("data.user") or who_did(record)
    yield logged(record, Idea.TUNNEL_STARTED, gravity, who, shown, f"it has {tunnel.words}")


def iter_connected(record: Record) -> Iterator[LoggedAct]:
    """Yield a connection to a public address that a worker process began (Sysmon 3)."""
    image, address = record.text("data.image") or "", record.text("data.destinationip") or ""
    began = (record.text("data.initiated") or "true").lower() == "true"
    if not began or _name(image) not in _WORKERS or not is_public(address):
        return
    port = record.number("data.destinationport")
    name = record.text("data.destinationhostname") or ""
    at = f"{address}{f' ({name})' if name else ''}, port {port if port is not None else 'unknown'}"
    gravity = Gravity.LEAD if port in _USUAL_PORTS else Gravity.ODD
    reason = "a server answers; it connects to few machines by itself"
    who = record.text("data.user") or ""
    yield logged(record, Idea.WORKER_CONNECTED, gravity, who, f"{_file(image)} connected to {at}", reason)


def iter_threads(record: Record) -> Iterator[LoggedAct]:
    """Yield a thread that a worker process made in another program, or a program in an odd place in it (Sysmon 8)."""
    source, target = record.text("data.sourceimage") or "", record.text("data.targetimage") or ""
    place = odd_place(source)
    if _name(source) in _WORKERS and _name(target) not in _WORKERS:
        gravity = Gravity.PROOF if _name(target) == "lsass.exe" else Gravity.GRAVE
        reason = "a worker process runs pages, and has nothing to do in other programs"
    elif _name(target) in _WORKERS and place is not None:
        gravity, reason = Gravity.GRAVE if place.sure else Gravity.ODD, f"the program is in {place.words}"
    else:
        return
    shown = f"{source if place is not None else _file(source)} made a thread in {_file(target)}"
    who = record.text("data.sourceuser") or ""
    yield logged(record, Idea.THREAD_MADE, gravity, who, shown, reason)


def iter_written(record: Record) -> Iterator[LoggedAct]:
    """Yield a page that a program wrote where only setup does, or a worker process anywhere; and compiled pages."""
    image, path = record.text("data.image") or "", record.text("data.targetfilename") or ""
    path = local_path(path, record.text("computer") or "")
    writer = _name(image)
    if application_folder(path) is not None:
        yield from _iter_compiled(record, path, writer)
    elif is_page_name(path):
        reason, gravity = _written(writer, path)
        if reason:
            yield logged(
                record, Idea.PAGE_WRITTEN, gravity, image, f"{_file(image) or 'a program'} wrote {path}", reason, path
            )


def _iter_compiled(record: Record, path: str, writer: str) -> Iterator[LoggedAct]:
    """Yield the first request of a page, after which ASP.NET keeps a ``.compiled`` file."""
    name = path.replace("/", "\\").rpartition("\\")[2]
    known = read_name(name.lower()) if name.lower().endswith(".compiled") else None
    if known is not None and writer == "w3wp.exe":
        shown = f"ASP.NET compiled {known.page}: {path}"
        yield logged(record, Idea.CONTEXT, Gravity.NOTE, writer, shown, "the page was requested", known.page)


def _written(writer: str, path: str) -> tuple[str, Gravity]:
    """Return why a page that a program wrote counts, and how much."""
    if writer in _EXPORTERS:
        return "this service of Exchange writes no pages", Gravity.PROOF
    if is_in_setup_folder(path):
        if writer in _SETUP:
            return "", Gravity.NOTE
        if is_shipped_at(path):
            odd = writer in ("w3wp.exe", "system")
            return ("only setup writes this page of Exchange", Gravity.GRAVE) if odd else ("", Gravity.NOTE)
        if writer == "w3wp.exe":
            return "only setup writes pages here, a worker process never does", Gravity.PROOF
        if writer == "system":
            return "only setup writes pages here; it came over a share", Gravity.PROOF
        return "only setup writes pages here", Gravity.ODD
    if writer == "w3wp.exe":
        gravity = Gravity.GRAVE if is_in_web_folder(path) else Gravity.ODD
        return "a worker process wrote a page that the server runs", gravity
    if writer in _SHELLS | _TOOLS and is_in_web_folder(path):
        return "an interpreter or a tool of administration wrote a page that the server runs", Gravity.LEAD
    return "", Gravity.NOTE


def _file(path: str) -> str:
    return path.replace("/", "\\").rpartition("\\")[2].strip("\"' ")


def _name(path: str) -> str:
    return _file(path).lower()
