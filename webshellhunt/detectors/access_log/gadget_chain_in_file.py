"""A file contains a view state with a gadget chain.

What it finds:
    In any file that is examined: a view state with a chain of objects which run code while they are deserialised, as a
    field of a request or of a page, or as base64 by itself. Such files are traces of failed requests, dumps of traffic,
    and tools or notes of an intruder.

Why it matters:
    It is an attempt to run code in a server, or the means for one. The chain and its command are in the facts.

Looks like:
    ``__VIEWSTATE=%2FwEy…`` in a file below ``FailedReqLogFiles``; ``payload.txt`` in a temporary folder.

Benign look-alikes:
    Documents and tests about deserialisation; rules of a scanner that contain an example.

Blind spots:
    Encrypted view states; view states inside of compressed files.

References:
    https://learn.microsoft.com/en-us/iis/troubleshoot/using-failed-request-tracing/troubleshooting-failed-requests-using-tracing-in-iis
    https://github.com/pwntester/ysoserial.net
"""

from webshellhunt.decoding.view_state import OBJECT_MARK
from webshellhunt.detectors.contract import Findings, claim, define_rule, detector
from webshellhunt.model.findings import FactValue
from webshellhunt.views.sample import Sample

RULE = define_rule(__name__, "WSH7304", "medium", "high", "T1190")
_MOST = 5
_MOST_READ = 200
_SHOWN_BYTES = 80


def may_contain_object_state(sample: Sample) -> bool:
    """Return True if the beginning of a view state that is an object stands in a file."""
    return sample.data.rfind(OBJECT_MARK) >= 0  # from the end, which is faster for these letters


@detector(RULE, on=Sample, prefilter=may_contain_object_state)
def find(sample: Sample) -> Findings:
    """Report each gadget chain in a file."""
    # Here, because hardly any file has a view state.
    from webshellhunt.decoding.view_state.encoded_text import decode_base64, iter_object_states, plain_base64
    from webshellhunt.decoding.view_state.structure import read_view_state
    from webshellhunt.knowledge.gadget_chains import find_gadget_chains

    reported = 0
    for number, (start, encoded) in enumerate(iter_object_states(sample.data)):
        contents = read_view_state(decode_base64(plain_base64(encoded))).contents
        chains = find_gadget_chains(contents.classes, contents.texts)
        if chains:
            from webshellhunt.views.sent_view_state import shown_texts

            facts: dict[str, FactValue] = {
                "gadget_chain": " > ".join(chains),
                "texts": shown_texts(contents.texts) or None,
            }
            message = f"it contains a view state with the gadget chain {chains[0]}"
            yield claim(RULE, message, sample.raw_evidence(start, _SHOWN_BYTES), facts=facts)
            reported += 1
        if reported >= _MOST or number >= _MOST_READ:
            return
