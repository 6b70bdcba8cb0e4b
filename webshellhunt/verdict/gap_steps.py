"""Next steps where something important was not examined: the input to collect, unpack or read, and the reason."""

from collections.abc import Iterator, Sequence

from webshellhunt.model.findings import Gap
from webshellhunt.model.report import Host, Step
from webshellhunt.verdict.step_items import items_of

_BY_HAND = frozenset({"broken-config", "too-large"})
"""Codes of gaps about files that are present and that a person can read."""

NO_PAGES = "pages-not-collected"
"""The code of the gap of a server without any web directory."""

INTERRUPTED = "interrupted"
"""The code of the gap of a hunt that was interrupted."""

_NOT_COLLECTED = "directories-not-collected"
_CUT = "the image, which is cut or damaged"
_EXCHANGE = r"C:\Program Files\Microsoft\Exchange Server\V15"
_UNREAD = "listed under 'Not examined'"


def causes_sentence(gaps: Sequence[Gap]) -> str:
    """Return the causes that concern a whole server, in brackets; empty for none."""
    causes = ["the image is cut or damaged"] if any(_CUT in gap.reason for gap in gaps) else []
    if any(gap.matters and gap.code == _NOT_COLLECTED for gap in gaps):
        causes.append("most web directories were not collected")
    if any(gap.matters and _is_unopened(gap) for gap in gaps):
        causes.append("archives, images or encrypted files in it were not opened")
    return f" ({', '.join(causes)})" if causes else ""


def steps_unread(gaps: Sequence[Gap]) -> Iterator[Step]:
    """Yield the step for important files and folders that the user has no permission to read."""
    denied = [gap.path for gap in gaps if gap.matters and _is_denied(gap)]
    if denied:
        yield Step(
            "Hunt again as administrator (on Linux as root): these were not examined, because the permission to read "
            "them was denied.",
            items_of(denied, _UNREAD),
        )


def steps_missing(
    gaps: Sequence[Gap] = (), *, unopened: bool = False, host: Host | None = None, interrupted: bool = False
) -> Iterator[Step]:
    """Yield the steps of an incomplete hunt; ``unopened`` is true if unopened containers may have web directories."""
    important = [gap for gap in gaps if gap.matters and gap.code not in ("nothing-to-examine", INTERRUPTED)]
    if interrupted:
        yield Step("Hunt again to the end: the hunt was interrupted, and what it did not reach was not examined.")
        if not important:
            return
    denied = list(steps_unread(gaps))
    yield from denied
    if denied and all(map(_is_denied, important)):
        return
    if any(gap.code in _BY_HAND for gap in important):
        yield Step("Read the files marked 'matters' under 'Not examined' yourself: this report does not cover them.")
    if unopened:
        yield Step(
            "Unpack the archives and mount the images (read-only) that are listed as not opened, and hunt through "
            "them, or hunt each ZIP, tar and 7z archive and each image (raw, E01, VMDK, VHD, VHDX, QCOW2, VDI) as it "
            "is: they may contain web directories. Several are named at once, such as 'webshellhunt hunt FOLDER/*.zip'."
        )
        if important and all(map(_is_unopened, important)):
            return
    if any(_CUT in gap.reason for gap in gaps):
        yield Step("Copy or make the image again, and hunt that: this one is cut or damaged, and the rest is missing.")
        return
    if any(gap.code in (_NOT_COLLECTED, NO_PAGES) for gap in important):
        yield _pages(host or Host())
        return
    yield Step("Hunt again on the server itself or on a full image: files missing from a collection were not examined.")


def _pages(host: Host) -> Step:
    """Return the step that names the folders with web pages."""
    folders = [r"C:\inetpub"]
    for top in [install.path for install in host.exchange if ":" in install.path[:2]] or [_EXCHANGE]:
        folders += [rf"{top}\FrontEnd\HttpProxy", rf"{top}\ClientAccess"]
    return Step(
        "Collect the folders with web pages, and hunt again, or hunt on the server itself or on a full image: the "
        "pages that were not collected were not examined.",
        tuple(folders),
    )


def _is_unopened(gap: Gap) -> bool:
    return gap.code.endswith("-not-opened")


def _is_denied(gap: Gap) -> bool:
    """Return True if the user had no permission to read a file; an administrator has it."""
    return gap.code == "unreadable" and "permission denied" in gap.reason
