"""The metadata files of NTFS: some drivers and collectors list them, and none is a page.

Source: Microsoft, "Master File Table"; the documentation of ntfs-3g, option ``show_sys_files``.
"""

from __future__ import annotations

from collections.abc import Collection

from webshellhunt.containers.page_names import SERVED_EXTENSIONS, extension_of

FILE_TABLE = "$mft"
_AT_TOP = frozenset(
    {FILE_TABLE, "$mftmirr", "$logfile", "$volume", "$attrdef", "$bitmap", "$boot", "$badclus", "$secure", "$upcase"}
    | {"$secure_$sds", "$quota", "$boot_$boot", "$j"}  # as collectors name streams, and Windows 2000
)
_EXTEND = "$extend"


def is_ntfs_file(path: str, tops: Collection[str]) -> bool:
    r"""Return True if a path inside the source is a metadata file of NTFS by its name and directory.

    These files are at the top of a volume and below its ``$Extend``, and have names that begin with ``$``. Any other
    file there, and any file with the extension of a page, is not one of them.

    Args:
        path: The path of a file.
        tops: The tops of volumes.
    """
    parent, _, name = path.rpartition("/")
    lower = name.lower()
    if not lower.startswith("$"):
        return False
    if parent in tops:
        return lower.partition(":")[0] in _AT_TOP
    if extension_of(lower.replace(":", ".").replace("%3a", ".")) in SERVED_EXTENSIONS:
        return False
    return any(_is_below(parent, top) for top in tops)


def _is_below(parent: str, top: str) -> bool:
    below = parent[len(top) + 1 :] if top and parent.startswith(f"{top}/") else parent if not top else ""
    return below.partition("/")[0].lower() == _EXTEND
