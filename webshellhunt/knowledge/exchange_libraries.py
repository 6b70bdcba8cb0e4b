"""Libraries of Exchange: the names that setup installs, by folder, in Exchange 2013 to 2019.

A name says nothing about the content; a library of another name in one of these folders came from somewhere else.
"""

from collections.abc import Mapping
from functools import lru_cache
from typing import Final

from webshellhunt.knowledge.tables import data_file, read_table

_TOP: Final = "%exchange%\\"
_AGENTS: Final = "transportroles\\agents\\"


def is_stock_library(place: str) -> bool:
    r"""Return True if setup installs a library of this name there.

    ``place`` is a result of ``normal_place``, such as ``%exchange%\bin\microsoft.exchange.net.dll``.
    """
    folder, _, name = place.rpartition("\\")
    return name in stock_libraries(folder)


def stock_libraries(folder: str) -> frozenset[str]:
    r"""Return the lower-case names of the libraries of a folder such as ``%exchange%\clientaccess\owa\bin``."""
    return _by_folder().get(folder.removeprefix(_TOP), frozenset()) if folder.startswith(_TOP) else frozenset()


@lru_cache(maxsize=1)
def all_stock_libraries() -> frozenset[str]:
    """Return the lower-case names of the libraries of all folders."""
    return frozenset().union(*_by_folder().values())


@lru_cache(maxsize=1)
def stock_agent_names() -> frozenset[str]:
    """Return the lower-case names of the libraries of Exchange's transport agents, without their extension."""
    agents = (names for folder, names in _by_folder().items() if folder.startswith(_AGENTS))
    return frozenset(name.removesuffix(".dll") for names in agents for name in names)


@lru_cache(maxsize=1)
def _by_folder() -> Mapping[str, frozenset[str]]:
    names: dict[str, set[str]] = {}
    for folder, name, _ in read_table(data_file("exchange_libraries.tsv")).rows:
        names.setdefault(folder, set()).add(name)
    return {folder: frozenset(found) for folder, found in names.items()}
