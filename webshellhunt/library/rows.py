"""Rows of the library, read once from ``library.rows``."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from webshellhunt.core.rows import Row
from webshellhunt.core.values import Ref
from webshellhunt.library.functions import KNOWN
from webshellhunt.library.primitives import PRIMITIVES


_LINE = re.compile(r"(?P<name>[\w.*-]*?)\((?P<params>[^)]*)\)\s*(?:->\s*(?P<result>[^|]*))?(?:\|(?P<clauses>.*))?$")


def parse(text: str) -> dict[tuple[str, str], Row]:
    rows: dict[tuple[str, str], Row] = {}
    for line in text.splitlines():
        line = line.split("#")[0].strip()
        if not line:
            continue
        match = _LINE.match(line)
        if match is None:
            raise ValueError(line)
        owner, _, member = match["name"].rpartition(".")
        params = [each.strip().rstrip("?") for each in match["params"].split(",") if each.strip()]

        def index(name: str) -> int:
            return -1 if name == "self" else params.index(name)

        words = (match["result"] or "any").split()
        row = Row(match["name"], params, words[0], [])
        if words[0] in ("object", "source"):
            row.kind, words = words[1], words[1:]
        row.of = [index(each) for each in words[1:]]
        clause = ""
        for word in (match["clauses"] or "").split():
            if word in ("known", "guard", "do"):
                clause = word + "!"
            elif word in ("fails", "ends"):
                setattr(row, word, True)
            elif word == "run-text":
                row.is_text = True
            elif clause.endswith("!"):
                clause = clause[:-1]
                if clause == "known":
                    row.known = KNOWN[word]
                elif clause == "do":
                    row.do, row.do_name = PRIMITIVES[word], word
                elif clause == "guard":
                    row.guard = word

            elif clause == "guard":
                row.guard_arg = index(word)
            else:
                row.do_args.append(index(word))
        row.names = tuple(match["name"].strip(".").split("."))
        rows[owner, member] = row
    return rows


ROWS = parse(Path(__file__).with_name("vbscript.rows").read_text())
INTRINSICS: dict[str, Any] = {
    name: Ref(name) for name in ("request", "response", "server", "session", "application", "err")
}
CONSTANTS: dict[str, Any] = {
    "vbcr": "\r", "vblf": "\n", "vbcrlf": "\r\n", "vbnewline": "\r\n", "vbtab": "\t", "vbnullstring": "",
    "vbnullchar": "\0", "vbtextcompare": 1, "vbbinarycompare": 0, "vbstring": 8, "vbarray": 8192, "adtypebinary": 1,
    "adtypetext": 2, "adsavecreateoverwrite": 2, "vbobject": 9,
}  # fmt: skip
PROGRAMS: dict[str, str] = {
    "wscript.shell": "wscript.shell", "wscript.shell.1": "wscript.shell",
    "72c24dd5-d70a-438b-8a42-98424b88afb8": "wscript.shell", "f935dc22-1cf0-11d0-adb9-00c04fd58a0b": "wscript.shell",
    "shell.application": "shell.application", "shell.application.1": "shell.application",
    "13709620-c279-11ce-a49e-444553540000": "shell.application", "scripting.filesystemobject": "fso",
    "0d43fe01-f093-11cf-8940-00a0c9054228": "fso", "adodb.stream": "adodb.stream",
    "00000566-0000-0010-8000-00aa006d2ea4": "adodb.stream", "scriptcontrol": "scriptcontrol",
    "msscriptcontrol.scriptcontrol": "scriptcontrol", "adodb.connection": "adodb.connection",
    "adodb.recordset": "adodb.recordset", "scripting.dictionary": "dictionary", "msxml2.xmlhttp": "xmlhttp",
    "microsoft.xmlhttp": "xmlhttp", "msxml2.serverxmlhttp": "xmlhttp", "vbscript.regexp": "regexp",
    "msxml2.domdocument": "xmldom", "microsoft.xmldom": "xmldom",
}  # fmt: skip
