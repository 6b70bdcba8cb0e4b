"""Assemblies and libraries as real compilers make them, from sources that are whole in memory only."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from functools import lru_cache
from pathlib import Path

import pytest

from tests.builders.inert import live

CSHARP, NATIVE = "mcs", "x86_64-w64-mingw32-gcc"
_REFERENCES = "System.Web,System.Web.ApplicationServices,System.Data,System.Configuration"
_PAGE = """
using System;
using System.Web;
using System.Web.UI;
namespace ASP { public class auth_x_aspx : Page { {body} } }
"""


def page_assembly(body: str, name: str = "App_Web_x.aspx.f5dba9b9.q3xk0v_d", reference: bytes | None = None) -> bytes:
    """Return the assembly of a page whose class holds a body in C#, middle dots left out; it may use another one."""
    return dotnet_library(_PAGE.replace("{body}", body), name, reference)


@lru_cache(maxsize=32)
def dotnet_library(source: str, name: str, reference: bytes | None = None, key: bytes | None = None) -> bytes:
    """Compile a source in C#, middle dots left out, or skip the test; a key signs it."""
    if shutil.which(CSHARP) is None:
        pytest.skip("no C# compiler here (mono-mcs, libmono-system-web4.0-cil)")
    with tempfile.TemporaryDirectory(prefix="webshellhunt-") as folder:
        target = Path(folder) / f"{name}.dll"
        text, other = Path(folder) / "source.cs", Path(folder) / "other.dll"
        text.write_text(live(source), encoding="utf-8")
        command = [CSHARP, "-target:library", "-nowarn:219,414,618,67,4014,108,114", f"-r:{_REFERENCES}"]
        command += [f"-out:{target}", str(text)]
        if reference is not None:
            other.write_bytes(reference)
            command.append(f"-r:{other}")
        if key is not None:
            (Path(folder) / "key.snk").write_bytes(key)
            command.append(f"-keyfile:{folder}/key.snk")
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return target.read_bytes()


@lru_cache(maxsize=32)
def native_library(source: str) -> bytes:
    """Compile a library in C for Windows, middle dots left out, or skip the test."""
    if shutil.which(NATIVE) is None:
        pytest.skip("no compiler for Windows here (gcc-mingw-w64-x86-64)")
    with tempfile.TemporaryDirectory(prefix="webshellhunt-") as folder:
        (Path(folder) / "m.c").write_text(live(source), encoding="utf-8")
        command = [NATIVE, "-shared", "-s", "m.c", "-o", "m.dll", "-lws2_32"]
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return (Path(folder) / "m.dll").read_bytes()


def exporting(*names: str, body: str = "return 0;", include: str = "") -> bytes:
    """Return a library that exports functions of these names, the first with a body."""
    functions = [f"__declspec(dllexport) int {names[0]}(void) {{ {body} }}"]
    functions += [f"__declspec(dllexport) int {name}(void) {{ return 0; }}" for name in names[1:]]
    return native_library("\n".join([include, *functions]))
