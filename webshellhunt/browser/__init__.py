"""What a visitor's browser makes of a page: its sign-in forms, its scripts, and what these do with a password."""

from __future__ import annotations

from webshellhunt.browser.browsed import Browsed, ReadScript, browse
from webshellhunt.browser.destinations import Destination
from webshellhunt.browser.leaks import Leak, Way
from webshellhunt.browser.prospects import may_ask_password, may_take_password

__all__ = ["Browsed", "Destination", "Leak", "ReadScript", "Way", "browse", "may_ask_password", "may_take_password"]
