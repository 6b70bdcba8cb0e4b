"""A folder that an adversary made: links, rings, pipes, sockets, devices, odd names, bombs, lies, cycles, many."""

# ruff: noqa: E501, PTH102, PTH118, PTH123, SIM117 - names are bytes that ``Path`` would change; one line a case

from __future__ import annotations

import contextlib
import gzip
import os
import socket
import stat
import struct
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.builders.containers import tarred, zipped
from tests.builders.hostile_zips import LOCAL, MEMBER, named_twice, overlapping, with_field
from tests.builders.inert import live

SHELL = live('<\x25@ Page Language="C#" \x25><\x25 System.Diagn·ostics.Pro·cess.Start(Req·uest["k"]); \x25>').encode()
SECRET = b"outside-of-the-evidence"
"""In files that links lead to: never read."""
LEVELS = 1_000
_ODD = (
    b"a\nb.aspx", b"\x1b[31mred.aspx", b"tab\t.aspx", b"\xff\xfe.aspx", b"\xed\xa0\x80.aspx", b"CON.aspx", b"aux", b"COM1.asp",
    b"nul.aspx.", b"space .aspx ", b"...aspx", b"back\\slash.aspx", b"x.aspx:stream", b"\xe2\x80\xaexpsa.txt", b"-rf.aspx",
    b"%s%n%x.aspx", b"${jndi:x}.aspx", b"<script>.aspx", b"'; drop.aspx", b"|cmd.aspx", b"=1+1.aspx", b"n" * 250 + b".aspx",
    "é".encode() + b".aspx", "e\u0301.aspx".encode(), b"\x7f\x80\x81.asp", b"web.config ", b"WEB.CONFIG",
)  # fmt: skip
_BOMB = 3_000_000


def build(top: Path, *, files: int) -> None:
    """Build the folder ``evidence`` below ``top``, beside the folder ``outside`` that its links lead to."""
    outside, site = top / "outside", top / "evidence" / "inetpub" / "wwwroot"
    outside.mkdir()
    (outside / "secret.aspx").write_bytes(SECRET + SHELL)
    site.mkdir(parents=True)
    (site / "shell.aspx").write_bytes(SHELL)
    _links(site / "links", outside)
    _specials(site / "specials")
    _names(os.fsencode(site / "names"))
    _bombs(site / "bombs")
    _lies(site / "lies")
    _xml(site / "xml")
    _cycles(site / "cycles")
    many = site / "many"
    many.mkdir()
    for number in range(files):
        (many / f"{number}.aspx").write_bytes(b"<p>%d</p>" % number)
    _levels(site / "deep")


def _links(folder: Path, outside: Path) -> None:
    folder.mkdir()
    (folder / "inside.aspx").symlink_to(folder.parent / "shell.aspx")
    (folder / "out.aspx").symlink_to(outside / "secret.aspx")
    (folder / "relative.aspx").symlink_to("../../../../outside/secret.aspx")
    (folder / "out").symlink_to(outside)
    (folder / "root").symlink_to("/")
    (folder / "gone.aspx").symlink_to("nothing")
    (folder / "self.aspx").symlink_to("self.aspx")
    (folder / "a").symlink_to("b")
    (folder / "b").symlink_to("a")
    (folder / "up").symlink_to("..")
    (folder / "memory.aspx").symlink_to("/proc/self/mem")
    for number in range(60):
        (folder / f"chain{number}.aspx").symlink_to(f"chain{number + 1}.aspx")
    (folder / "chain60.aspx").symlink_to(outside / "secret.aspx")
    os.link(folder.parent / "shell.aspx", folder / "hard.aspx")


def _specials(folder: Path) -> None:
    folder.mkdir()
    os.mkfifo(folder / "pipe.aspx")
    os.mkfifo(folder / "web.config")
    before = Path.cwd()
    os.chdir(folder)  # the path of a socket is short
    try:
        with socket.socket(socket.AF_UNIX) as server:
            server.bind("socket.aspx")
    finally:
        os.chdir(before)
    for name, minor in (("zero.aspx", 5), ("null.aspx", 3), ("full.asp", 7)):
        with contextlib.suppress(OSError):  # needs rights
            os.mknod(folder / name, 0o600 | stat.S_IFCHR, os.makedev(1, minor))


def _names(folder: bytes) -> None:
    os.mkdir(folder)
    for name in _ODD:
        with contextlib.suppress(OSError):  # not every file system takes every name
            with open(folder + b"/" + name, "wb") as stream:
                stream.write(b"<p>odd</p>")


def _bombs(folder: Path) -> None:
    folder.mkdir()
    zeros = bytes(_BOMB)
    with zipfile.ZipFile(folder / "bomb.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        for number in range(4):
            archive.writestr(f"{number}.aspx", zeros)
    inner = zipped({"0.aspx": bytes(1_000_000)})
    for depth in range(12):
        inner = (
            zipped({f"{depth}.zip": inner, f"{depth}x.zip": inner}) if depth < 6 else zipped({f"{depth}.zip": inner})
        )
    (folder / "nested.zip").write_bytes(inner)
    (folder / "bomb.log.gz").write_bytes(gzip.compress(zeros))
    (folder / "bomb.tar.gz").write_bytes(gzip.compress(tarred({"a.aspx": zeros})))
    for name in ("sparse.aspx", "u_ex210303.log", "sparse.dd"):
        with (folder / name).open("wb") as stream:
            stream.truncate(1 << 21)
    (folder / "nests.aspx").write_bytes(b"<\x25 x = " + b"(" * 5_000 + b" \x25>")
    (folder / "line.asp").write_bytes(b'<\x25 x = "' + b"a" * 100_000 + b'" \x25>')
    (folder / "loop.asp").write_bytes(b"<\x25 Do\nx = x & x & 1\nLoop \x25>")
    (folder / "page.php").write_bytes(b"<?php class A { ?> " + b"{[(" * 500)


def _lies(folder: Path) -> None:
    folder.mkdir()
    honest = zipped({"a.aspx": b"hello" * 50, "b.aspx": b"x"})
    files = {
        "size.zip": with_field(honest, MEMBER, 24, b"\xff\xff\xff\x7f"),
        "packed.zip": with_field(honest, MEMBER, 20, b"\xff\xff\xff\x7f"),
        "place.zip": with_field(honest, MEMBER, 42, b"\xf0\xff\xff\xff"),
        "local.zip": with_field(honest, LOCAL, 26, b"\xff\xff"),
        "overlap.zip": overlapping(),
        "twice.zip": named_twice("x.aspx", b"first", b"second"),
        "up.zip": zipped({"../../../../outside/new.aspx": b"x", "/etc/new.aspx": b"y", "C:\\new.aspx": b"z"}),
        "x.tar": tarred({"a.aspx": b"x"}).replace(b"00000000001\0", b"77777777777\0", 1),
        "x.dll": b"MZ" + bytes(58) + struct.pack("<I", 64) + b"PE\0\0" + b"\x64\x86\xff\xff" + b"\xff" * 400,
        "SOFTWARE": b"regf" + bytes(32) + b"\xff" * 8 + bytes(4_000) + b"hbin" + b"\xff" * 4_000,
        "x.evtx": b"ElfFile\0" + b"\xff" * 4_088 + b"ElfChnk\0" + b"\xff" * 70_000,
        "$MFT": (b"FILE0\0\x03\0" + b"\xff" * 1_016) * 70,
        "x.pst": b"!BDN" + b"\xff" * 600,
        "x.dd": bytes(446) + struct.pack("<B3xB3xII", 0x80, 7, 64, 0xFFFFFFFF) + bytes(48) + b"\x55\xaa" + bytes(70_000),
        "x.vhdx": b"vhdxfile" + b"\xff" * 70_000,
        "x.E01": b"EVF\t\r\n\xff\0\x01\x01\0" + b"\xff" * 5_000,
        "x.gz": gzip.compress(b"x" * 999)[:-8] + b"\xff" * 8,
    }  # fmt: skip
    for name, data in files.items():
        (folder / name).write_bytes(data)


def _xml(folder: Path) -> None:
    laughs = "".join(f"<!ENTITY a{at} '{f'&a{at - 1};' * 10}'>" for at in range(1, 12))
    bombs = {
        "laughs": f"<!DOCTYPE x [<!ENTITY a0 'ha'>{laughs}]><configuration>&a11;</configuration>",
        "external": f"<!DOCTYPE x [<!ENTITY a SYSTEM 'file:///etc/passwd'>]><configuration>&a;{SHELL.decode()}</configuration>",
        "deep": "<configuration>" + "<a>" * 2_000,
        "wide": "<configuration>" + "<add name='x'/>" * 2_000 + "</configuration>",
        "attributes": "<configuration " + " ".join(f"a{at}='x'" for at in range(500)) + "/>",
        "itself": "<configuration><system.web configSource='web.config'/><appSettings file='../../../outside/secret.aspx'/>"
        "</configuration>",
    }
    for name, text in bombs.items():
        (folder / name).mkdir(parents=True)
        (folder / name / "web.config").write_text(text)
        (folder / name / "page.aspx").write_bytes(b"<p>x</p>")


def _cycles(folder: Path) -> None:
    folder.mkdir()
    for name, other in (("a.asp", "b.inc"), ("b.inc", "c.inc"), ("c.inc", "a.asp")):
        (folder / name).write_text(f'<!--#include file="{other}"-->\n' * 3)
    (folder / "m.master").write_text(live('<\x25@ Master MasterPageFile="m.master" \x25>'))
    (folder / "p.aspx").write_text(
        live(
            '<\x25@ Page MasterPageFile="m.master" CodeFile="p.aspx" Inherits="P" \x25><\x25@ Register Src="c.ascx" \x25>'
        )
    )
    (folder / "c.ascx").write_text(live('<\x25@ Control CodeFile="c.ascx" \x25><\x25@ Register Src="c.ascx" \x25>'))
    (folder / "out.asp").write_text('<!--#include file="../../../../outside/secret.aspx"-->')
    (folder / "pipe.asp").write_text('<!--#include file="../specials/pipe.aspx"-->')


def _levels(folder: Path) -> None:
    folder.mkdir()
    here = os.open(folder, os.O_RDONLY)
    for _ in range(LEVELS):
        os.mkdir("d", dir_fd=here)
        below = os.open("d", os.O_RDONLY, dir_fd=here)
        os.close(here)
        here = below
    os.close(os.open("deep.aspx", os.O_CREAT | os.O_WRONLY, dir_fd=here))
    os.close(here)


@contextmanager
def hostile_tree(top: Path, *, files: int) -> Iterator[Path]:
    """Build the folder, and take its deep part away at the end, which no usual function removes."""
    build(top, files=files)
    try:
        yield top / "evidence"
    finally:
        deep = top / "evidence" / "inetpub" / "wwwroot" / "deep"
        while (deep / "d" / "d").exists():
            (deep / "d" / "d").rename(deep / "next")
            (deep / "d").rmdir()
            (deep / "next").rename(deep / "d")


def fingerprint(folder: Path) -> dict[str, tuple[int, int, int]]:
    """Return mode, size and time of each entry of the shallow part of a folder."""
    found = {}
    for place, folders, names in os.walk(folder):
        folders[:] = [each for each in folders if each != "deep"]
        for name in (*folders, *names):
            status = os.lstat(os.path.join(place, name))
            found[os.path.join(place, name)] = (status.st_mode, status.st_size, status.st_mtime_ns)
    return found
