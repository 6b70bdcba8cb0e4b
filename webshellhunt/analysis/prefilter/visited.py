"""Names of which one stands in any code that gets something of a visitor, unless its page has controls."""

from __future__ import annotations

VISITED = frozenset(
    {
        "request", "eval", "httpcontext", "httpcontextbase", "httpcontextwrapper", "httplistenercontext", "httprequest",
        "httprequestbase", "httplistenerrequest", "webmethod", "webmethodattribute", "operationcontract",
        "operationcontractattribute", "ajaxmethod", "scriptmethod",
    }
)  # fmt: skip
