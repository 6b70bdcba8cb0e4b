"""The decoded layers of a file, which Assemblyline examines as files of their own."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from webshellhunt.errors import WebShellHuntError
from webshellhunt.model.artifact import Artifact
from webshellhunt.model.limits import Limits
from webshellhunt.model.places import Role
from webshellhunt.reports.printable import one_line
from webshellhunt.views.sample import Sample

MOST_LAYERS = 20
LARGEST_BYTES = 4 * 1024 * 1024
"""A larger layer is left out: the file itself has it, too."""


class Decoded(NamedTuple):
    """A decoded layer: its step in words, and its content."""

    step: str
    content: bytes


def decoded_layers(data: bytes, name: str, limits: Limits) -> Iterator[Decoded]:
    """Yield the layers that decoding adds to a file: the texts of encoded scripts, mails, dumps and constants.

    The content is exact, since it is evidence; what can't be decoded further ends the layers.
    """
    sample = Sample(Artifact(name, name, Role.GIVEN, len(data)), data, text_bytes=limits.text_bytes)
    seen = {data}
    try:
        layers = (each for layer in (*sample.layers, *sample.constant_layers) for each in (layer, *layer.constants))
        for layer in layers:
            if len(seen) > MOST_LAYERS:
                return
            content = layer.text.encode("utf-8", "surrogatepass")
            if layer.name != "text" and 0 < len(content) <= LARGEST_BYTES and content not in seen:
                seen.add(content)
                yield Decoded(one_line(layer.name, 200), content)
    except WebShellHuntError:
        return
    finally:
        sample.close()
