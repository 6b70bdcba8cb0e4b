"""Settings as tests of the rules about them need them: in a configuration at a place, asked for one rule."""

from __future__ import annotations

from webshellhunt.model.findings import Finding
from webshellhunt.pipeline import examine

SITE = "inetpub/wwwroot/shop/web.config"
OWA = "Program Files/Microsoft/Exchange Server/V15/FrontEnd/HttpProxy/owa/web.config"
SERVER = "Windows/System32/inetsrv/config/applicationHost.config"


def told(body: str, rule: str, path: str = SITE) -> list[Finding]:
    """Return what one rule says of a configuration with some elements."""
    data = f"<configuration>{body}</configuration>".encode()
    return [found for found in examine(data, path=path).findings if found.rule.id == rule]
