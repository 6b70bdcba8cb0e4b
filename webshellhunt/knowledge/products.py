r"""Known honest products: the names that they register on a Windows server, their folders, publishers and sources.

``products.toml`` has one entry for each product. A name is one of a kind of registration (``service``, ``profiler``,
``transport_agent`` …), and ``*`` in it is any text without a backslash. A place is a folder in the notation of
``normal_place`` (``%programfiles%\zabbix agent``), with ``%programdata%`` besides; what lies below counts, too.

Names are the intruder's to choose, and so is a folder for one with the rights of an administrator: a product makes a
registration plausible, and acquits no file whose content is at hand.
"""

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Final, NamedTuple

from webshellhunt.host.iis.native_modules import normal_place
from webshellhunt.knowledge.tables import data_file
from webshellhunt.lazy_pattern import lazy_pattern

KINDS: Final = (
    "module",
    "native_module",
    "filter",
    "assembly",
    "type",
    "profiler",
    "service",
    "task",
    "transport_agent",
)
"""The kinds of registration of which the table has names."""

REMOTE_SUPPORT: Final = "remote support"
"""The category of products that intruders install, too: honest only where an administrator knows of them."""

_OF_TYPES: Final = frozenset({"type", "assembly"})
_LONGEST: Final = 1_024
_PROGRAM_DATA: Final = lazy_pattern(r"(?i)[\s\"]*%(?:programdata|allusersprofile)%(?=[\\/])")
_IN_PROGRAM_DATA: Final = "?:\\programdata"


class Product(NamedTuple):
    """One entry: ``names`` has the names by kind, ``places`` the folders, ``signers`` the publishers' common names."""

    name: str
    category: str
    places: tuple[str, ...]
    signers: tuple[str, ...]
    names: Mapping[str, tuple[str, ...]]
    needs_place: bool
    source: str


class _Index(NamedTuple):
    """Names of one kind: the exact ones, and patterns."""

    exact: Mapping[str, tuple[Product, ...]]
    patterns: tuple[tuple[re.Pattern[str], Product], ...]


def find_product(kind: str, name: str, place: str = "") -> Product | None:
    r"""Return the product that registers this name, or ``None``.

    Args:
        kind: One of ``KINDS``.
        name: The name in any case. Of a type or an assembly, the part before the first comma counts.
        place: The path of the program or its folder, if known, as the registration writes it. A product with folders
            fits only if the place lies in one of them; a place that is not absolute fits none.
    """
    text = name.strip()[:_LONGEST].lower()
    if kind in _OF_TYPES:
        text = text.partition(",")[0].strip()
    index = _indexes().get(kind)
    if index is None or not text:
        return None
    found = [*index.exact.get(text, ()), *(each for pattern, each in index.patterns if pattern.fullmatch(text))]
    return next((each for each in found if (_lies_in(place, each) if place else not each.needs_place)), None)


def find_product_at(place: str) -> Product | None:
    """Return a product in whose folder a program lies, whatever its name, or ``None``."""
    where = _normal_place(place)
    return next((each for each in load_products() if each.places and _is_inside(where, each)), None)


def products_signed_by(publisher: str) -> tuple[Product, ...]:
    """Return the products of a publisher, by the common name of its certificate."""
    wanted = publisher.strip().lower()
    return tuple(each for each in load_products() if wanted in (signer.lower() for signer in each.signers))


@lru_cache(maxsize=1)
def load_products() -> tuple[Product, ...]:
    """Load the table."""
    import tomllib  # A hunt without such registrations never needs it.

    document = tomllib.loads(data_file("products.toml").read_text(encoding="utf-8"))
    return tuple(_product(entry) for entry in document["products"])


def _product(entry: Mapping[str, object]) -> Product:
    def texts(key: str) -> tuple[str, ...]:
        values = entry.get(key, [])
        assert isinstance(values, list)
        return tuple(map(str, values))

    names = {kind: texts(kind) for kind in KINDS if kind in entry}
    places = tuple(place.lower().replace("%programdata%", _IN_PROGRAM_DATA) for place in texts("places"))
    return Product(
        str(entry["name"]),
        str(entry["category"]),
        places,
        texts("signers"),
        names,
        entry.get("needs_place") is True,
        str(entry["source"]),
    )


def _lies_in(place: str, product: Product) -> bool:
    return _is_inside(_normal_place(place), product)


def _normal_place(place: str) -> str:
    return normal_place(_PROGRAM_DATA.sub(lambda _: "C:\\ProgramData", place[:_LONGEST]))


def _is_inside(where: str, product: Product) -> bool:
    patterns = _place_patterns(product.places)
    return patterns is None or patterns.match(where) is not None


@lru_cache(maxsize=256)
def _place_patterns(places: tuple[str, ...]) -> re.Pattern[str] | None:
    joined = "|".join(map(_pattern, places))
    return re.compile(rf"(?:{joined})(?:\\|\Z)") if places else None


@lru_cache(maxsize=1)
def _indexes() -> Mapping[str, _Index]:
    exact: dict[str, dict[str, tuple[Product, ...]]] = {kind: {} for kind in KINDS}
    patterns: dict[str, list[tuple[re.Pattern[str], Product]]] = {kind: [] for kind in KINDS}
    for product in load_products():
        for kind, names in product.names.items():
            for name in (each.lower() for each in names):
                if "*" in name:
                    patterns[kind].append((re.compile(_pattern(name)), product))
                else:
                    exact[kind][name] = (*exact[kind].get(name, ()), product)
    return {kind: _Index(exact[kind], tuple(patterns[kind])) for kind in KINDS}


def _pattern(text: str) -> str:
    return r"[^\\]*".join(map(re.escape, text.split("*")))
