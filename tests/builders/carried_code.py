"""Small pieces of server code for carriers: whole only in memory, and harmless even so."""

from __future__ import annotations

from tests.builders.inert import live

SCRIPT = live('<·script language="JScript" run·at="ser·ver">function Page_Load(){ var a = "b"; }</·script>').encode(
    "ascii"
)
BLOCK = live('<·% Response.Write("hello") %·>').encode("ascii")
DIRECTIVE = live('<·%@ Page Language="C#" %·>').encode("ascii")
