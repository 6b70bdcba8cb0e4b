"""Compiled code: libraries with methods that the server calls, built here, and honest libraries of the same kinds."""

from __future__ import annotations

from collections.abc import Callable

from tests.builders.assemblies import dotnet_library
from tests.persistence.plants import FRONT_END, SITE, Change, added, honest, plant

BIN, OWA_BIN = f"{SITE}/bin", f"{FRONT_END}/owa/bin"
START = '[assembly: System.Web.PreApplicationStartMethod(typeof(P.Boot), "Go")]'
_STARTED = "System.Diagno·stics.Proc·ess.St·art({what});"


def library(path: str, source: str) -> Change:
    """Return the change that adds a library of a source in C#."""
    name = path.rpartition("/")[2].removesuffix(".dll")
    return added(path, _made(source, name))


def _made(source: str, name: str) -> Callable[[], bytes]:
    return lambda: dotnet_library("using System; using System.IO; using System.Web; using System.Text;" + source, name)


def boot(body: str, more: str = "") -> str:
    """Return a library whose start method has a body."""
    head, _, rest = START, None, "namespace P { public class Boot { public static void Go() { "
    return f"{head} {rest}{body} }} {more} }} }}"


def module(body: str, more: str = "") -> str:
    """Return a module whose ``Init`` has a body; ``a`` is the application."""
    return (
        "namespace P { public class M : IHttpModule { public void Dispose() { } "
        f"public void Init(HttpApplication a) {{ {body} }} {more} }} }}"
    )


def starts(what: str) -> str:
    return _STARTED.replace("{what}", what)


PLANTS = [
    plant(9, "start method starts cmd", "WSH5006", library(f"{BIN}/a.dll", boot(starts('"cmd.exe", "/c x"')))),
    plant(9, "start method in owa starts a program", "WSH5006", library(f"{OWA_BIN}/a.dll", boot(starts('"x.exe"')))),
    plant(
        9,
        "start method starts a program by its properties",
        "WSH5006",
        library(
            f"{BIN}/a.dll",
            boot(
                "var i = new System.Diagno·stics.Proc·essStartInfo(); i.File·Name = N; i.Argu·ments = A; "
                + starts("i"),
                'const string A = "/c x"; static string N = "cm" + Tail(); static string Tail() { return "d.exe"; }',
            ),
        ),
    ),
    plant(
        9,
        "start method loads a file of Temp",
        "WSH5007",
        library(f"{BIN}/a.dll", boot('System.Reflec·tion.Assem·bly.Lo·adFrom(@"C:\\Windows\\Temp\\a.dll");')),
    ),
    plant(6, "module starts a program in Init", "WSH5006", library(f"{BIN}/m.dll", module(starts('"x.exe"')))),
    honest(
        9,
        "start method registers a module",
        library(f"{BIN}/a.dll", boot("HttpApplication.RegisterModule(typeof(M));", "class M {}")),
    ),
]
