"""Small servers for tests of discovery: paths with empty content, and the configuration that leads to them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

EXCHANGE = "Program Files/Microsoft/Exchange Server/V15"
FRONT = f"{EXCHANGE}/FrontEnd/HttpProxy"
HOST_CONFIG = "Windows/System32/inetsrv/config/applicationHost.config"
FRAMEWORK = "Windows/Microsoft.NET/Framework64/v4.0.30319"


def application_host(*directories: tuple[str, str], extra: str = "") -> bytes:
    """Return an applicationHost.config with one site.

    Args:
        directories: Pairs of virtual path and physical path.
        extra: Further XML inside ``<configuration>``.
    """
    applications = "".join(
        f'<application path="{path}"><virtualDirectory path="/" physicalPath="{physical}" /></application>\n'
        for path, physical in directories
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<configuration><system.applicationHost><sites>\n'
        f'<site name="Default Web Site" id="1">\n{applications}</site></sites></system.applicationHost>\n'
        f"{extra}</configuration>"
    ).encode()


def empty_files(paths: Sequence[str], top: str = "") -> dict[str, bytes]:
    """Return files without content below a folder."""
    return {f"{top}/{path}".strip("/"): b"" for path in paths}


def exchange_server(top: str = "", *, whole: bool = False, **more: bytes) -> Mapping[str, bytes]:
    """Return an Exchange server's drive with one file in each kind of place."""
    files = empty_files(
        [
            f"{FRONT}/owa/auth/logon.aspx",
            f"{FRONT}/owa/web.config",
            f"{FRONT}/ecp/auth/TimeoutLogout.aspx",
            f"{FRONT}/OAB/global.asax",
            f"{EXCHANGE}/ClientAccess/Owa/auth/error.aspx",
            f"{EXCHANGE}/Bin/ExSetup.exe",
            f"{EXCHANGE}/Logging/HttpProxy/Owa/a.log",
            "inetpub/wwwroot/iisstart.htm",
            "inetpub/wwwroot/aspnet_client/system_web/x.aspx",
            "inetpub/history/CFGHISTORY_0000000001/applicationHost.config",
            "inetpub/logs/LogFiles/W3SVC1/u_ex210303.log",
            f"{FRAMEWORK}/Temporary ASP.NET Files/owa/8f1b/a0/x.aspx.cdcab7d2.compiled",
            "ProgramData/COM1/shell.aspx",
            "ProgramData/Vendor/big.dat",
            "Users/bob/Desktop/notes.txt",
            "Windows/Temp/x.bat",
            "Windows/explorer.exe",
        ],
        top,
    )
    files |= empty_files(["Windows/System32/ntdll.dll"] if whole else [], top)
    config = application_host(
        ("/", "%SystemDrive%\\inetpub\\wwwroot"), ("/owa", "C:\\" + f"{FRONT}/owa".replace("/", "\\"))
    )
    files |= {f"{top}/{HOST_CONFIG}".strip("/"): config}
    for path in list(files):
        if path.endswith("/web.config") or "history" in path:
            files[path] = b"<configuration />"
    return {**files, **more}
