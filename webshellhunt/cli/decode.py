"""``webshellhunt decode``: the layers of one file, each as text and as the server parses it, and its view states."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path

from webshellhunt.cli.inputs.job import read_signing_keys
from webshellhunt.cli.inputs.opening import open_file
from webshellhunt.cli.output import complain, standard_output
from webshellhunt.correlation.view_states import read_payload
from webshellhunt.decoding.view_state.signing import Budget
from webshellhunt.errors import UsageError
from webshellhunt.knowledge.machine_keys import product_keys
from webshellhunt.logs.payloads import read_text_payloads
from webshellhunt.model.artifact import Artifact
from webshellhunt.model.limits import Limits
from webshellhunt.model.places import Role
from webshellhunt.reports.listings.layer_listing import json_lines, text_lines
from webshellhunt.views.sample import Sample

_MOST_STATES = 20


def run(arguments: Namespace) -> int:
    """Decode the file and print its layers, or one of them."""
    limits = Limits()
    if arguments.file == "-" and not Path("-").exists():
        raise UsageError(
            "decode needs a file, since its name decides how it is read; standard input: 'webshellhunt examine -'"
        )
    with open_file(arguments.file) as (source, entry):
        data = source.read(entry.path, limits.text_bytes)
    if entry.size_bytes > len(data):
        complain(f"{arguments.file}: only the first {len(data):,} of {entry.size_bytes:,} bytes are decoded")
    sample = Sample(Artifact(entry.path, arguments.file, Role.GIVEN, len(data)), data, text_bytes=limits.text_bytes)
    layers = list(
        enumerate(
            (each for layer in (*sample.layers, *sample.constant_layers) for each in (layer, *layer.constants)), 1
        )
    )
    if arguments.layer is not None:
        last = len(layers)
        layers = [(number, layer) for number, layer in layers if number == arguments.layer]
        if not layers:
            raise UsageError(f"there is no layer {arguments.layer}; layers 1 to {last} are there")
    keys, budget = (*read_signing_keys(arguments.machine_keys), *product_keys()), Budget()
    payloads = [] if arguments.layer is not None else read_text_payloads(data, arguments.file)
    states = [read_payload(each, keys, budget) for each in payloads[:_MOST_STATES]]
    lines = json_lines if arguments.json else text_lines
    with standard_output() as stream:
        stream.writelines(lines(sample, layers, show_secrets=arguments.show_secrets, states=states))
    return 0
