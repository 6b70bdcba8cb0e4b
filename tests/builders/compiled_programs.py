"""Programs of the table of C# as a compiler makes them: one class of a page each, many in one library."""

from __future__ import annotations

import re
import shutil
import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.builders.assemblies import CSHARP
from tests.builders.inert import live
from webshellhunt.analysis.compiled import compiled_code, labels_of
from webshellhunt.binaries.dotnet import read_assembly

_USING = "".join(
    f"using {each};"
    for each in (
        "System", "System.IO", "System.Web", "System.Web.UI", "System.Web.UI.WebControls", "System.Text", "System.Linq",
        "System.Text.RegularExpressions", "System.Collections", "System.Collections.Generic", "System.Configuration",
        "System.Collections.Specialized", "System.Web.Security", "System.Web.SessionState", "System.Web.Caching",
    )
)  # fmt: skip
_REFERENCES = (
    "System.Web,System.Web.ApplicationServices,System.Data,System.Configuration,System.Core,System.Xml,Microsoft.CSharp,"
    "System.DirectoryServices,System.Numerics"
)
_MOST_TRIES = 40
_RUNS = frozenset({"process", "load", "evaluate", "deserialise"})
_CALLED = re.compile(r"Page_|On[A-Z]|Render|ProcessRequest|CreateChild|\.c?ctor|InitializeCulture")
"""Methods of a page that the server calls by their names."""


def class_of(number: int, place: str, code: str) -> str:
    """Return the class of a program in a namespace of its own, ``""`` for one that can be on a page alone."""
    name = f"Page{number}"
    if place == "script":
        body = f"public class {name} : Page {{\n{code}\n}}"
    elif place == "inline":
        body = f"public class {name} : Page {{ void Page_Load(object sender, EventArgs e) {{\n{code}\n}} }}"
    elif place in ("class", "handler") and re.search(r"(?m)^\s*using ", code) is None:
        body = code
    else:
        return ""
    return f"namespace T{number} {{ {body} }}\n"


def library_of(classes: Mapping[int, str]) -> tuple[list[int], bytes]:
    """Compile classes, or skip the test; return the numbers of those that the compiler takes, and the library."""
    if shutil.which(CSHARP) is None:
        pytest.skip("no C# compiler here (mono-mcs, libmono-system-web4.0-cil)")
    left = dict(classes)
    with tempfile.TemporaryDirectory(prefix="webshellhunt-") as folder:
        source, target = Path(folder) / "s.cs", Path(folder) / "o.dll"
        command = [CSHARP, "-target:library", "-warn:0", f"-r:{_REFERENCES}", f"-out:{target}", str(source)]
        for _ in range(_MOST_TRIES):
            lines: list[int] = [0]
            for number, text in left.items():
                lines += [number] * text.count("\n")
            source.write_text(live(_USING + "\n" + "".join(left.values())), encoding="utf-8")
            done = subprocess.run(command, capture_output=True, text=True, check=False)
            if done.returncode == 0:
                return list(left), target.read_bytes()
            found = re.findall(r"s\.cs\((\d+),\d+\): error", done.stderr + done.stdout)
            refused = {lines[min(int(line), len(lines)) - 1] for line in found} & left.keys()
            assert refused, done.stderr
            left = {number: text for number, text in left.items() if number not in refused}
    return [], b""


def passing(library: bytes) -> set[int]:
    """Return the numbers of the classes in which a visitor's text is run, loaded or written."""
    found: set[int] = set()
    for act in compiled_code(read_assembly(library)).acts:
        number = re.match(r"T(\d+)\.", act.entry.owner)
        is_called = _CALLED.match(act.entry.name) is not None or "handler that it adds" in act.entry.words
        labels = act.labels if act.kind in _RUNS else labels_of(*act.values[1:]) if act.kind == "write" else ()
        if number is not None and is_called and act.entry.when != "read" and "request" in labels:
            found.add(int(number[1]))
    return found
