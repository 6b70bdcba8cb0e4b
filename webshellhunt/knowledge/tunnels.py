"""Tunnels: programs that lead connections through the server, by their names and their command lines.

Intruders rename them, so that the arguments count more than the name. A program that administrators use as well, such
as ``ssh``, counts only where its arguments forward a port back to the server, or make it a proxy.

References:
    https://attack.mitre.org/techniques/T1572/
    https://attack.mitre.org/techniques/T1090/
"""

import re
from typing import Final, NamedTuple

from webshellhunt.lazy_pattern import lazy_pattern

_LONGEST: Final = 16 * 1024


class Tunnel(NamedTuple):
    """A program for tunnels in words; ``sure`` if administrators hardly use it on a server."""

    words: str
    sure: bool = True


_NAMES: Final = {
    name: Tunnel(f"the name of {tool}", sure)
    for tool, sure, names in (
        ("frp, which opens the server to its operator", True, "frpc.exe frps.exe frp.exe"),
        ("chisel, which opens the server to its operator", True, "chisel.exe chisel_windows_amd64.exe"),
        ("Ligolo, which opens the network to its operator", True, "ligolo.exe ligolo-ng.exe ligolo_windows_amd64.exe"),
        ("EarthWorm, a proxy of intruders", True, "ew.exe ew_for_win.exe ew_for_win_32.exe"),
        ("nps, which opens the network to its operator", True, "npc.exe nps.exe"),
        ("a proxy of intruders", True, "iox.exe lcx.exe htran.exe stowaway.exe venom.exe revsocks.exe rsocx.exe"),
        ("ngrok, which publishes a port of the server", False, "ngrok.exe"),
        ("cloudflared, which publishes a port of the server", False, "cloudflared.exe"),
        ("gost, a proxy", False, "gost.exe"),
    )
    for name in names.split()
}
_PORT: Final = r"(?:[\w.*\[\]:-]{1,100}:)?\d{1,5}"
_ARGUMENTS: Final = tuple(
    (lazy_pattern(pattern, re.IGNORECASE), Tunnel(words, sure))
    for pattern, words, sure in (
        (rf"\s-R\s*[\"']?{_PORT}(?:[:/][\w.\[\]:-]{{1,100}}[:/]\d{{1,5}})?(?=[\s\"']|\Z)",
         "a port of another machine that leads to this one (-R)", True),
        (r"\bclient\s[^\r\n]{0,300}?\bR:(?:socks|[\w.:-]{1,100})", "a reverse tunnel of chisel (R:)", True),
        (r"(?:^|[\s\"'\\/])[\w.-]{1,60}\s+-c\s+[\"']?[^\s\"']{0,200}\bfrpc?[\w.-]{0,20}\.(?:ini|toml|ya?ml|json)\b",
         "a configuration of frp", True),
        (r"\s-(?:connect|bind)\s+[\"']?[\w.\[\]:-]{3,100}:\d{1,5}[\"']?[^\r\n]{0,200}?\s-(?:ignore-cert|accept-fingerprint)\b",
         "the arguments of a Ligolo agent", True),
        (r"\s-s\s+(?:rssocks|ssocksd|rcsocks|lcx_(?:slave|tran|listen))\b", "the arguments of EarthWorm", True),
        (r"\s-server=[\w.-]{3,100}:\d{1,5}\s+-vkey=", "the arguments of nps", True),
        (r"\binterface\s+portproxy\s+add\b", "a port that Windows leads elsewhere (portproxy)", True),
        (r"\s-D\s*(?:[\w.\[\]:-]{1,100}:)?\d{2,5}\s[^\r\n]{0,300}@", "a proxy through another machine (-D)", False),
        (r"\bcode(?:-insiders|-tunnel)?(?:\.exe)?[\"']?\s+tunnel\b", "a tunnel of Visual Studio Code", True),
        (r"\bngrok(?:\.exe)?[\"']?\s+(?:tcp|http|tls|start)\b", "a port that ngrok publishes", False),
        (r"\bcloudflared?(?:\.exe)?[\"']?\s+(?:[^\r\n]{0,99}?\s)?tunnel\b", "a port that cloudflared publishes", False),
    )
)  # fmt: skip
_REMOTE_PORT: Final = lazy_pattern(r"(?i)\b(?:ssh|plink|putty|klink)\b|@")


def find_tunnel(image: str, command: str) -> Tunnel | None:
    """Return the tunnel that a process makes, by the path of its program and its command line; ``None`` for none."""
    text = command[:_LONGEST]
    for pattern, tunnel in _ARGUMENTS:
        if pattern.search(text) is not None and ("(-R)" not in tunnel.words or _REMOTE_PORT.search(text) is not None):
            return tunnel
    return _NAMES.get(re.split(r"[\\/]", image.strip("\"' "))[-1].lower())
