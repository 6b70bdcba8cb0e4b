"""Visitors: who requests a page, by one table that is read from the top; the first row that applies decides.

=========================================================================================  ========
Page and requests                                                                          By
=========================================================================================  ========
a stock page, also a changed one, and an accused page that acts in browsers                visitors
few clients with few programs send data, and seldom follow a link                          operator
an accused page in a directory of setup, or one that was not there (404) before            clients
few private clients send one query in a regular rhythm; the page is not accused            monitor
an accused page with a name that each site has (``default.aspx``)                          visitors
many clients, most of whom followed a link; in a directory of setup, few of them send data visitors
many more clients with many programs, few of whom send data; the page is not accused       visitors
any other                                                                                  clients
=========================================================================================  ========

A referrer, an agent and the number of addresses are the choice of the visitor. So they excuse no page that its own
content accuses in a directory of setup. The clients of a page without visitors are those of the intruder.
"""

from collections.abc import Callable
from typing import Final, NamedTuple

from webshellhunt.knowledge.monitoring import is_monitored
from webshellhunt.knowledge.web_folders import COMMON_NAMES
from webshellhunt.model.places import SETUP_ROLES, Role
from webshellhunt.model.traffic import AskedBy, Use

_FEW: Final = 3
_MANY: Final = 5
_VERY_MANY: Final = 20


class _Asked(NamedTuple):
    """A page and its requests, as the rows of the table need them."""

    name: str
    is_of_setup: bool
    is_accused: bool
    is_stock: bool
    use: Use

    @property
    def is_operated(self) -> bool:
        """True if few clients with few agents send most requests with data, as an operator does."""
        use = self.use
        few = use.client_count <= _FEW and use.agent_count <= _FEW and use.answered > use.by_server
        return few and 0 < use.posted >= use.answered / 2 and use.referred * 2 < use.answered

    @property
    def is_new(self) -> bool:
        """True if the page was not there before its first answer; a page may also answer with 404 by itself."""
        return self.use.missed_utc is not None and not self.use.alternations

    @property
    def follow_links(self) -> bool:
        """True if most of many clients came from another page."""
        are_many = self.use.client_count >= _MANY and self.use.referred * 2 >= self.use.answered
        return are_many and (self.send_little or not self.is_of_setup)

    @property
    def are_very_many(self) -> bool:
        """True if a crowd requests the page, also where the log has no referrers."""
        are_many = self.use.client_count >= _VERY_MANY and self.use.agent_count >= _MANY
        return are_many and (not self.use.posted if self.is_of_setup else self.send_little)

    @property
    def send_little(self) -> bool:
        """True if at most half of the answered requests send data."""
        return self.use.posted * 2 <= self.use.answered


_TABLE: Final[tuple[tuple[AskedBy, Callable[[_Asked], bool]], ...]] = (
    (AskedBy.VISITORS, lambda asked: asked.is_stock),
    (AskedBy.OPERATOR, lambda asked: asked.is_operated),
    (AskedBy.CLIENTS, lambda asked: asked.is_accused and (asked.is_of_setup or asked.is_new)),
    (AskedBy.MONITOR, lambda asked: not asked.is_accused and is_monitored(asked.use)),
    (AskedBy.VISITORS, lambda asked: asked.is_accused and asked.name in COMMON_NAMES),
    (AskedBy.VISITORS, lambda asked: asked.follow_links),
    (AskedBy.VISITORS, lambda asked: not asked.is_accused and asked.are_very_many),
)


def asked_by(path: str, role: Role, use: Use, *, is_accused: bool = False, is_stock: bool = False) -> AskedBy:
    """Return who requests a page.

    ``path``: the path of the page on the server, or its address. ``is_accused``: whether its own content accuses it.
    ``is_stock``: whether setup ships it, or its code acts in the browsers of its visitors.
    """
    name = path.replace("/", "\\").rpartition("\\")[2].lower()
    asked = _Asked(name, role in SETUP_ROLES, is_accused, is_stock, use)
    return next((by for by, applies in _TABLE if applies(asked)), AskedBy.CLIENTS)
