"""Virtual disks by dissect.hypervisor: the only module that imports a package ``dissect``.

dissect.hypervisor has the licence AGPL-3.0-or-later. It is the extra ``image``, and is imported here when a virtual
disk is opened. It reads through a file of ours, which never returns more bytes than the file has, and which ends an
opening that would read without end. Any error of it is an ``UnreadableError``.

Source:
    https://docs.dissect.tools; the classes VHD, VHDX, SparseDisk, QCow2 and VDI.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any, Final

from webshellhunt.containers.formats import ContainerFormat
from webshellhunt.errors import MissingDependencyError, UnreadableError, WebShellHuntError
from webshellhunt.sources.image.disks import ImageFile
from webshellhunt.sources.views import LIBRARY_FAILURES, ViewFile

NEEDS: Final = (
    "pip install 'webshellhunt[image]' (with dissect.hypervisor, which is AGPL-3.0-or-later), or convert it to a raw "
    "image (qemu-img convert -O raw), and hunt that"
)

_MOST_READS: Final = 500_000
_MOST_READ_BYTES: Final = 2 * 1024 * 1024 * 1024


class _File(ViewFile):
    """A file of an image as dissect reads it; while it is opened, the number and the size of its reads are bounded."""

    def __init__(self, file: ImageFile) -> None:
        super().__init__(file)
        self._reads, self._bytes = _MOST_READS, _MOST_READ_BYTES
        self._opened = False

    def read(self, size: int | None = -1, /) -> bytes:
        if not self._opened:
            self._reads -= 1
            self._bytes -= self._available(size)
            self._check()
        return super().read(size)

    def end_opening(self) -> None:
        """Lift the bound; an error if the opening has reached it, which dissect may have passed over."""
        self._check()
        self._opened = True

    def _check(self) -> None:
        if self._reads < 0 or self._bytes < 0:
            raise UnreadableError("the image is damaged: its tables have no end")


class DissectDisk:
    """A disk that dissect reads."""

    def __init__(self, form: ContainerFormat, file: ImageFile) -> None:
        """Open a virtual disk in one file.

        Raises:
            MissingDependencyError: The extra is not installed.
            UnreadableError: The image is damaged, or of a kind that is not read.
        """
        self._file = file
        try:
            opener = _opener(form)
            own = _File(file)
            self._stream: Any = _attempt(lambda: opener(own))
            self.size_bytes: int = _attempt(lambda: int(self._stream.size))
            own.end_opening()
        except WebShellHuntError:
            self.close()
            raise

    def read(self, offset: int, count: int) -> bytes:
        """Return at most ``count`` bytes from an offset."""
        count = min(count, self.size_bytes - offset)
        if count <= 0 or offset < 0:
            return b""
        data: bytes = _attempt(lambda: self._read(offset, count))
        return data

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    def _read(self, offset: int, count: int) -> bytes:
        self._stream.seek(offset)
        data: bytes = self._stream.read(count)
        return data[:count]


class _Sectors:
    """A sparse disk of VMware, which is read by sectors, as a stream.

    The class for whole disks requires fields of the descriptor that the extents of a split disk don't have.
    """

    def __init__(self, disk: Any) -> None:  # noqa: ANN401 - an object of a library without types
        self._disk = disk
        self._at = 0
        self.size = disk.size

    def seek(self, offset: int) -> None:
        self._at = offset

    def read(self, count: int) -> bytes:
        first, inside = divmod(self._at, 512)
        data: bytes = self._disk.read_sectors(first, -(-(inside + count) // 512))
        return data[inside : inside + count]


def _attempt(work: Callable[[], Any]) -> Any:  # noqa: ANN401 - values of a library without types
    """Return the result of dissect; any of its errors is an ``UnreadableError``."""
    try:
        return work()
    except (UnreadableError, MissingDependencyError):
        raise
    except _failures() as error:
        said = " ".join(str(error).split())[:200]
        what = f" ({said})" if said else ""
        raise UnreadableError(f"the image is damaged or cut, so copy it again{what}") from error


def _opener(form: ContainerFormat) -> Callable[[Any], Any]:
    try:
        return _openers()[form]
    except ImportError as error:
        raise MissingDependencyError(f"it is {form.label}, which an optional package reads: {NEEDS}") from error


@lru_cache(maxsize=1)
def _openers() -> dict[ContainerFormat, Callable[[Any], Any]]:
    from dissect.hypervisor.disk.qcow2 import QCow2
    from dissect.hypervisor.disk.vdi import VDI
    from dissect.hypervisor.disk.vhd import VHD
    from dissect.hypervisor.disk.vhdx import VHDX
    from dissect.hypervisor.disk.vmdk import SparseDisk

    return {
        ContainerFormat.QCOW2: lambda file: QCow2(file).open(),
        ContainerFormat.VDI: lambda file: VDI(file).open(),
        ContainerFormat.VHD: lambda file: _sound(VHD(file), "disk"),
        ContainerFormat.VHDX: lambda file: _sound(VHDX(file), ""),
        ContainerFormat.VMDK: lambda file: _Sectors(SparseDisk(file)),
    }


def _sound(stream: Any, part: str) -> Any:  # noqa: ANN401 - values of a library without types
    """Return a disk if its blocks have a size: without one, reads would have no end."""
    if getattr(getattr(stream, part) if part else stream, "_sectors_per_block", 1) < 1:
        raise UnreadableError("its blocks have no size")
    return stream


@lru_cache(maxsize=1)
def _failures() -> tuple[type[Exception], ...]:
    """Return the errors that dissect raises for damage; its own class derives from ``Exception``."""
    try:
        from dissect.hypervisor.exceptions import Error
    except ImportError:
        return LIBRARY_FAILURES
    own: type[Exception] = Error
    return (*LIBRARY_FAILURES, own)
