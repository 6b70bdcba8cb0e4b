from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from tests.builders.containers import zipped
from webshellhunt.containers.formats import ContainerFormat
from webshellhunt.sources.archive.contents import OpenContents
from webshellhunt.sources.archive.forms import Form
from webshellhunt.sources.archive.index import ArchiveIndex
from webshellhunt.sources.archive.views import BytesView


class Counted(BytesView):
    """Bytes in memory that count how many of them are read."""

    reads = 0

    def read(self, offset: int, count: int) -> bytes:
        data = super().read(offset, count)
        self.reads += len(data)
        return data


CONTENT = bytes(range(256)) * 40_000


def test_reading_in_pieces_costs_one_pass() -> None:
    view = Counted(zipped({"a.log": CONTENT, "b.log": CONTENT}, 8))
    index = ArchiveIndex(view, Form(ContainerFormat.ZIP), None)
    contents, before = OpenContents(index), view.reads
    for number in (0, 1):
        for at in range(0, len(CONTENT), 65_536):
            assert contents.read(number, at, 65_536) == CONTENT[at : at + 65_536]
    assert view.reads - before < 2 * view.size_bytes


def test_threads_share_it() -> None:
    files = {f"{number}.txt": bytes([number]) * 50_000 for number in range(20)}
    index = ArchiveIndex(BytesView(zipped(files)), Form(ContainerFormat.ZIP), None)
    contents = OpenContents(index)
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda at: contents.read(at % 20, (at % 5) * 10_000, 10_000), range(400)))
    assert found == [bytes([at % 20]) * 10_000 for at in range(400)]
