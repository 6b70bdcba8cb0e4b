"""View states of the logs, judged with the keys of the host: one trace for each address that they were sent to."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Final

from webshellhunt.decoding.view_state.cipher import decrypt_view_state
from webshellhunt.decoding.view_state.encoded_text import decode_base64
from webshellhunt.decoding.view_state.page_identity import PageIdentity, find_page, iter_identities
from webshellhunt.decoding.view_state.signing import Budget, MachineKey, Sent, Signature, find_signature
from webshellhunt.decoding.view_state.structure import Protection, ViewState, read_view_state
from webshellhunt.detectors.access_log import forged_view_state, gadget_chain_sent, unread_view_state
from webshellhunt.detectors.configuration import explicit_machine_key
from webshellhunt.errors import MissingDependencyError, SourceError
from webshellhunt.host.iis.xml_tree import salvage_xml
from webshellhunt.host.walk.survey import Survey
from webshellhunt.knowledge.exchange_names import iter_page_addresses
from webshellhunt.knowledge.gadget_chains import find_gadget_chains
from webshellhunt.knowledge.machine_keys import fingerprint, machine_key, product_keys
from webshellhunt.logs.payloads import Payload, PayloadTally, merged_payloads
from webshellhunt.model.findings import Finding, Gap
from webshellhunt.model.limits import Job, Limits
from webshellhunt.model.verdict import Examination, Subject, SubjectKind
from webshellhunt.sources.source import Source
from webshellhunt.views.sent_view_state import Program, SentViewState

MOST_TRACES: Final = 200
MOST_FINDINGS: Final = 20
"""The most findings of one address, the gravest first."""

MOST_KEYS: Final = 200
"""The most machine keys that are read from configurations of one host."""

_USER_KEYS: Final = ("", "00000000-0000-0000-0000-000000000000")
_OTHER_PAGES: Final = ("/portal/loginpage.aspx", "/default.aspx", "/login.aspx")
_DETECTORS = (forged_view_state.find, gadget_chain_sent.find, unread_view_state.find)


def host_keys(source: Source, surveyed: Survey, examinations: Iterable[Examination]) -> tuple[MachineKey, ...]:
    """Return the machine keys in the configurations of a host, which a rule found to have explicit ones."""
    keys: dict[tuple[bytes, bytes], MachineKey] = {}
    rule = explicit_machine_key.RULE.id
    for each in examinations:
        if len(keys) >= MOST_KEYS or all(finding.rule.id != rule for finding in each.findings):
            continue
        entry = surveyed.paths.find(each.subject.path)
        for key in _keys_in(source, each.subject.path if entry is None else entry.path, each.subject.path):
            keys.setdefault((key.validation, key.decryption), key)
    return tuple(keys.values())


def user_keys(job: Job) -> tuple[MachineKey, ...]:
    """Return the machine keys that the user names."""
    keys = (
        machine_key(first, second, "a list of --machine-keys", is_public=True) for first, second in job.signing_keys
    )
    return tuple(key for key in keys if key is not None)


def _keys_in(source: Source, path: str, server_path: str) -> Iterator[MachineKey]:
    limit = Limits().config_bytes
    try:
        root, _ = salvage_xml(source.read(path, limit), path, limit_bytes=limit)
    except SourceError:
        return
    for element in root.named("machinekey") if root is not None else ():
        key = machine_key(element.get("validationKey"), element.get("decryptionKey"), server_path)
        if key is not None:
            yield key._replace(of_host=True)


def view_state_traces(
    tallies: Iterable[PayloadTally], keys: Sequence[MachineKey] = (), budget: Budget | None = None
) -> Iterator[Examination]:
    """Yield a trace for each address to which a remarkable view state was sent.

    Args:
        tallies: The view states of the logs.
        keys: The keys of the host first, then those that the user names; those of products are added.
        budget: The work for all view states.
    """
    budget = Budget() if budget is None else budget
    keys = tuple(dict.fromkeys((*keys, *product_keys())))
    found: dict[str, tuple[SentViewState, list[Finding]]] = {}
    tally = merged_payloads(tallies)
    for payload in tally.largest():
        sent = read_payload(payload, keys, budget)
        findings = [finding for find in _DETECTORS for finding in find(sent)]
        if findings:
            worst, known = found.get(payload.address.lower(), (sent, []))
            worst = sent if sent.is_proof and not worst.is_proof else worst
            found[payload.address.lower()] = (worst, [*known, *findings])
    gaps = tuple(_gaps(tally, budget))
    ranked = sorted(found.values(), key=lambda each: min(_gravity(finding) for finding in each[1]))
    for sent, findings in ranked[:MOST_TRACES]:
        yield _trace(sent, findings, gaps)
        gaps = ()


def read_payload(payload: Payload, keys: Sequence[MachineKey], budget: Budget | None = None) -> SentViewState:
    """Return a view state with its structure, its signature, its chains and its page."""
    state = read_view_state(decode_base64(payload.text))
    identities = tuple(iter_identities(payload.address)) if payload.address else ()
    page = _named_page(payload, identities)
    pages = (page, *identities) if page is not None else identities
    sent = Sent(tuple(payload.generators), tuple(dict.fromkeys(pages)), (*_USER_KEYS, *payload.user_keys))
    worth = state.has_object or state.protection is Protection.ENCRYPTED
    signature = find_signature(state, keys, sent, budget) if worth else None
    state, note = _decrypted(state, signature)
    contents = state.contents
    return SentViewState(
        payload,
        state,
        find_gadget_chains(contents.classes, contents.texts),
        signature,
        None if signature is None else fingerprint(signature.key),
        None if page is None else page.path,
        tuple(Program.of(each) for each in contents.programs),
        note,
    )


def _named_page(payload: Payload, identities: Sequence[PageIdentity]) -> PageIdentity | None:
    """Return the page of the generator: the one at the address, one of Exchange, or one of another product."""
    for generator in payload.generators:
        own = next((each for each in identities if each.generator == generator), None)
        named = own or find_page(generator, _OTHER_PAGES) or _pages_of_exchange().get(generator)
        if named is not None:
            return named
    return None


@lru_cache(maxsize=1)
def _pages_of_exchange() -> Mapping[str, PageIdentity]:
    """Return the pages of Exchange by their generators."""
    pages = (each for path in iter_page_addresses() for each in iter_identities(path))
    return {each.generator: each for each in pages if each.generator is not None}


def _decrypted(state: ViewState, signature: Signature | None) -> tuple[ViewState, str]:
    if signature is None or not signature.encrypted:
        return state, ""
    try:
        plain = decrypt_view_state(state, signature)
    except MissingDependencyError as error:
        return state, f"its signature is right, and {error.message}"
    if plain is None:
        return state, "its signature is right, and the decryption key is another one"
    return plain, ""


def _trace(sent: SentViewState, findings: Sequence[Finding], gaps: tuple[Gap, ...]) -> Examination:
    address = sent.payload.address or sent.target
    subject = Subject(SubjectKind.TRACE, address, executable=sent.is_proof)
    return Examination(subject, tuple(sorted(findings, key=_gravity)[:MOST_FINDINGS]), gaps)


def _gravity(finding: Finding) -> tuple[int, int, str]:
    return -finding.severity, -finding.confidence, finding.message


def _gaps(tally: PayloadTally, budget: Budget) -> Iterator[Gap]:
    if tally.left_out:
        reason = f"{tally.left_out:,} requests with other view states were not examined; the largest ones were"
        yield Gap("view-states-left-out", "logs", "view states", reason)
    if budget.is_spent:
        reason = "not all keys were tried on all view states: too many of both"
        yield Gap("view-states-not-checked", "logs", "view states", reason)
