"""Compiled markers: the ``.compiled`` file that ASP.NET writes for each page that it compiles.

Source: reference source of System.Web (PreservationFileWriter, BuildResult).
"""

from __future__ import annotations

from typing import NamedTuple

from webshellhunt.errors import ConfigError
from webshellhunt.host.iis.xml_tree import salvage_xml

LARGEST_BYTES = 256 * 1024
_LONGEST_PATH = 260
_PAGE_RESULTS = frozenset({"2", "3", "5"})  # a type, a page or control, a page that needs no code


class CompiledMarker(NamedTuple):
    """The content of the ``.compiled`` file of one page.

    ``virtual_path`` is the address of the page (``/owa/auth/x.aspx``), ``assembly`` the name of the assembly without
    ``.dll``, ``type_name`` the type in it (``ASP.auth_x_aspx``), and ``line`` the line of the element.
    """

    result: str
    virtual_path: str
    assembly: str
    type_name: str
    line: int

    @property
    def is_page(self) -> bool:
        """Return True if the result is a page or handler, not the code of an application."""
        return self.result in _PAGE_RESULTS


def read_compiled_marker(data: bytes, path: str) -> CompiledMarker:
    """Read a ``.compiled`` file, or the intact part of a damaged one.

    Raises:
        ConfigError: The file is of another kind, or too damaged to identify its page.
    """
    root, error = salvage_xml(data, path, limit_bytes=LARGEST_BYTES)
    if root is None or root.tag.lower() != "preserve":
        raise error or ConfigError("not a .compiled file: the root element is not 'preserve'", path=path, line=1)
    virtual_path = root.get("virtualPath").replace("\\", "/")
    if len(virtual_path) > _LONGEST_PATH:
        raise ConfigError(f"its virtualPath is longer than {_LONGEST_PATH} characters", path=path, line=root.line)
    return CompiledMarker(
        root.get("resultType"),
        virtual_path,
        root.get("assembly").partition(",")[0][:_LONGEST_PATH],
        root.get("type")[:_LONGEST_PATH],
        root.line,
    )
