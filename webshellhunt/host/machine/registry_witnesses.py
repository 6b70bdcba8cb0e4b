r"""Registry witnesses: the builds of Exchange in a registry, with the time of their installation.

Source: ``ExchangeServer\v15\Setup`` and the uninstall keys name the cumulative update; ``Microsoft\Updates`` the
security updates on it, by article (CSS-Exchange, Get-ExchangeUpdates).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, datetime
from itertools import islice

from webshellhunt.errors import UnreadableError
from webshellhunt.lazy_pattern import lazy_pattern
from webshellhunt.model.patches import Witness, WitnessKind

Values = Callable[[str], str | int | None]
"""Returns a value of a key by its name."""

Children = Callable[[str], Iterator[tuple[str, Values]]]
"""Yields the subkeys of a path in the SOFTWARE hive, each with its values."""

MOST_KEYS = 2_048
_MOST_WITNESSES = 256
_EXCHANGE = "Microsoft\\ExchangeServer"
_UPDATES = "Microsoft\\Updates"
_UNINSTALL = "Microsoft\\Windows\\CurrentVersion\\Uninstall"
_PARTS = ("MsiProductMajor", "MsiProductMinor", "MsiBuildMajor", "MsiBuildMinor")
_ARTICLE = lazy_pattern(r"KB\d{6,8}", re.ASCII | re.IGNORECASE)


def find_registry_witnesses(children: Children) -> tuple[Witness, ...]:
    """Return the witnesses of builds in a registry; damaged parts are left out."""
    found: list[Witness] = []
    for iterate in (_iter_setups, _iter_updates, _iter_uninstalls):
        with suppress(UnreadableError):
            found.extend(islice(iterate(children), _MOST_WITNESSES))
    return tuple(found)


def _iter_setups(children: Children) -> Iterator[Witness]:
    for version, _ in islice(children(_EXCHANGE), MOST_KEYS):
        for name, values in islice(children(f"{_EXCHANGE}\\{version}"), MOST_KEYS):
            parts = [values(part) for part in _PARTS] if name.lower() == "setup" else []
            if parts and all(isinstance(part, int) for part in parts):
                key = f"ExchangeServer\\{version}\\{name}"
                yield Witness(WitnessKind.REGISTRY, key, ".".join(map(str, parts)))


def _iter_updates(children: Children) -> Iterator[Witness]:
    for product, _ in islice(children(_UPDATES), MOST_KEYS):
        if product.lower().startswith("exchange 20") or product.lower().startswith("exchange server"):
            yield from _iter_articles(children, f"{_UPDATES}\\{product}", deeper=True)


def _iter_articles(children: Children, path: str, *, deeper: bool) -> Iterator[Witness]:
    """Yield the updates below the key of a product or below the keys of its service packs."""
    for name, _ in islice(children(path), MOST_KEYS):
        article = _ARTICLE.search(name)
        if article is not None:
            yield Witness(WitnessKind.UPDATE_KEY, f"{path}\\{name}", update=article[0].upper())
        elif deeper:
            yield from _iter_articles(children, f"{path}\\{name}", deeper=False)


def _iter_uninstalls(children: Children) -> Iterator[Witness]:
    for name, values in islice(children(_UNINSTALL), MOST_KEYS):
        title = values("DisplayName")
        if isinstance(title, str) and title.lower().startswith("microsoft exchange server"):
            version, day = values("DisplayVersion"), values("InstallDate")
            if isinstance(version, str):
                yield Witness(WitnessKind.UNINSTALL_KEY, f"{_UNINSTALL}\\{name}", version, _read_day(day))


def _read_day(text: str | int | None) -> datetime | None:
    if not isinstance(text, str) or len(text) != 8:
        return None
    try:
        return datetime.strptime(text, "%Y%m%d").replace(tzinfo=UTC)
    except ValueError:
        return None
