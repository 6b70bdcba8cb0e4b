"""The metadata files of NTFS: some drivers and collectors list them, and none is a page.

The volume shadow copies of a drive lie in files of the system, too: each has the blocks that changed since its time.

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
_INFORMATION = "system volume information"
_STORE_OF_COPIES = "{3808876b-c176-4e48-b7ae-04046e6cc752}"


def is_ntfs_file(path: str, tops: Collection[str]) -> bool:
    r"""Return True if a path inside the source is a metadata file of NTFS by its name and directory.

    These files are at the top of a volume and below its ``$Extend``, and have names that begin with ``$``, or have
    shadow copies and lie in ``System Volume Information``. Any other file there, and any file with the extension of a
    page, is not one of them.

    Args:
        path: The path of a file.
        tops: The tops of volumes.
    """
    if "$" not in path and not path.endswith("}"):
        return False
    parent, _, name = path.rpartition("/")
    lower = name.lower()
    if lower.endswith(_STORE_OF_COPIES):
        return any(parent.lower() == f"{top}/{_INFORMATION}".lstrip("/").lower() for top in tops)
    if not lower.startswith("$"):
        return False
    if extension_of(lower.replace(":", ".").replace("%3a", ".")) in SERVED_EXTENSIONS:
        return False
    if parent in tops:
        return lower.partition(":")[0] in _AT_TOP
    return any(_is_below(parent, top) for top in tops)


def _is_below(parent: str, top: str) -> bool:
    below = parent[len(top) + 1 :] if top and parent.startswith(f"{top}/") else parent if not top else ""
    return below.partition("/")[0].lower() == _EXTEND
