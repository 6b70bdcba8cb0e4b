"""Acts of compiled code: the effects of the methods of a .NET assembly that a server calls.

The entry points are rows of ``entry_points.toml``; the flow of values from them is that of ``binaries.il_flow``.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from importlib.resources import files
from typing import Any, Final, NamedTuple

from webshellhunt.analysis.vocabulary import vocabulary
from webshellhunt.binaries.dotnet import Assembly, Member, Method
from webshellhunt.binaries.il_flow import Cell, Flow, Library, Value, labels_of, texts_of
from webshellhunt.lazy_pattern import lazy_pattern
from webshellhunt.model.findings import Span

_REQUESTS = frozenset({"httprequest", "httprequestbase", "httprequestwrapper", "unvalidatedrequestvalues"})
_CONTROLS = frozenset({"textbox", "hiddenfield", "fileupload", "htmlinputtext", "htmlinputhidden", "htmltextarea"})
_LABELS: Final = {
    "request": lazy_pattern(
        r"Microsoft\.(?:Owin|AspNetCore\.Http)\.I?(?:Owin|Http)Request\.(?:get_(?:Query|Headers|Body|Path|Cookies|Form|Uri"
        r"|QueryString)|ReadFormAsync)|System\.Net\.HttpListenerRequest\.get_\w+|System\.ServiceModel\.Channels\.Message"
        r"(?:s?\.(?:GetBody\w*|GetReader\w+|get_Headers|get_Properties|ToString)|Headers\.GetHeader)"
        r"|System\.ServiceModel\.Web\.IncomingWebRequestContext\.get_\w+"
        r"|System\.Net\.Http\.HttpRequestMessage\.get_(?:Content|Headers|RequestUri)"
    ),
    "mail": lazy_pattern(
        r"Microsoft\.Exchange\.Data\.Transport\.(?:\w+\.)?\w*(?:MailItem|EventArgs|EmailMessage|Body|Attachment)"
        r"\.(?:get_|Get)\w+"
    ),
    "network": lazy_pattern(
        r"System\.Net\.(?:WebClient\.(?:Download(?:Data|String)|Upload|OpenRead)\w*|(?:Http|Ftp)?WebResponse\."
        r"GetResponseStream|Http\.(?:HttpClient\.(?:Get|Post|Send)|HttpContent\.Read)\w+|Sockets\.(?:TcpClient\.GetStream"
        r"|(?:Socket|UdpClient)\.(?:Begin)?Receive\w*)|Dns\.\w+)"
    ),
    "file": lazy_pattern(r"System\.IO\.(?:File\.(?:Read|Open)\w+|(?:FileStream|StreamReader|BinaryReader)\.\.ctor)"),
    "writer": lazy_pattern(
        r"System\.IO\.(?:(?:StreamWriter|FileStream)\.\.ctor|File(?:Info)?\.(?:Create|Append|OpenWrite)\w*)"
    ),
    "registry": lazy_pattern(r"Microsoft\.Win32\.Registry(?:Key)?\.GetValue"),
    "resource": lazy_pattern(
        r"System\.(?:Reflection\.Assembly\.GetManifestResourceStream|Resources\.\w+\.Get(?:Object|Stream|String)\w*)"
    ),
    "decoded": lazy_pattern(r"System\.(?:Convert\.FromBase64\w+|Web\.HttpServerUtility\.UrlTokenDecode)"),
    "unpacked": lazy_pattern(r"System\.IO\.Compression\.(?:GZip|Deflate)Stream\.\.ctor"),
    "decrypted": lazy_pattern(
        r"System\.Security\.Cryptography\.(?:\w+\.(?:Decrypt\w*|CreateDecryptor|TransformFinalBlock)|CryptoStream\.\.ctor"
        r"|ProtectedData\.Unprotect)|System\.Web\.Security\.MachineKey\.(?:Decode|Unprotect)"
    ),
    "named": lazy_pattern(r"System\.IO\.Path\.GetFileName\w*"),
    "memory": lazy_pattern(r"System\.IO\.MemoryStream\.\.ctor"),
    "database": lazy_pattern(r"System\.Data\.\w+(?:\.\w+)?\.(?:Execute\w+|Fill|Get\w+|get_Item)"),
    "keys": lazy_pattern(r"System\.Web\.Configuration\.MachineKeySection\.get_(?:Validation|Decryption)Key"),
}
"""Labels of the results of members."""
_ACTS: Final = {
    "process": lazy_pattern(
        r"System\.Diagnostics\.Process\.Start|Microsoft\.VisualBasic\.Interaction\.Shell"
        r"|System\.Management\.Management(?:Class|Object)\.InvokeMethod"
        r"|System\.Management\.Automation\.(?:PowerShell\.AddScript|CommandInvocationIntrinsics\.InvokeScript"
        r"|Runspaces\.(?:Runspace\.CreatePipeline|CommandCollection\.AddScript))"
        r"|native:(?:CreateProcess\w*|WinExec|ShellExecute\w*|system|_wsystem)"
    ),
    "load": lazy_pattern(
        r"System\.Reflection\.Assembly\.(?:Load(?:From|File)?|UnsafeLoadFrom)|System\.AppDomain\.(?:Load|ExecuteAssembly"
        r"\w*|CreateInstanceFrom\w*)|native:(?:(?:Nt)?Create(?:Remote)?Thread\w*|RtlCreateUserThread|QueueUserAPC)|System\.Activator\.CreateInstanceFrom|System\.CodeDom\.Compiler\.\w+\."
        r"CompileAssemblyFrom\w+|System\.Runtime\.InteropServices\.Marshal\.GetDelegateForFunctionPointer"
        r"|System\.(?:Xaml\.XamlServices\.(?:Load|Parse)|Windows\.Markup\.XamlReader\.(?:Load|Parse))"
        r"|System\.Runtime\.Loader\.AssemblyLoadContext\.LoadFrom\w+"
    ),
    "deserialise": lazy_pattern(
        r"System\.(?:Runtime\.Serialization(?:\.\w+)+|Web\.UI\.(?:Los|ObjectState)Formatter)\.(?:Unsafe)?Deserialize"
    ),
    "evaluate": lazy_pattern(
        r"Microsoft\.JScript\.(?:Eval\.\w+|GlobalObject\.eval)|Microsoft\.CodeAnalysis\.\w+\.Scripting\.\w+\.(?:EvaluateAsync"
        r"|RunAsync|Create)|MSScriptControl\.\w+\.(?:Eval|ExecuteStatement|AddCode)|Microsoft\.Vsa\.\w+\.\w+"
    ),
    "write": lazy_pattern(
        r"System\.IO\.(?:File\.(?:Write|Append)All\w+|(?:Stream|Text|Binary)Writer\.Write\w*|(?:File)?Stream\.Write\w*"
        r"|File\.AppendText)|System\.Web\.HttpPostedFile(?:Base)?\.SaveAs"
    ),
    "keep": lazy_pattern(
        r"System\.Collections\.(?:Generic|Concurrent)\.(?:HashSet|List|Dictionary|Queue|Stack|Concurrent\w+)`\d\."
        r"(?:Add|TryAdd|Enqueue|Push|set_Item)|System\.Collections\.(?:ArrayList|Hashtable|Queue)\.(?:Add|Enqueue|set_Item)"
        r"|System\.Web\.HttpApplicationState(?:Base)?\.(?:Add|Set|set_Item)"
    ),
    "send": lazy_pattern(
        r"System\.Net\.(?:WebClient\.Upload\w+|Http\.HttpClient\.(?:Post|Put|Send)\w*|Mail\.SmtpClient\.Send\w*|Dns\.\w+"
        r"|Sockets\.(?:Socket|UdpClient|NetworkStream)\.(?:Send|Write)\w*)|System\.Net\.WebRequest\.Create"
    ),
    "answer": lazy_pattern(
        r"System\.Web\.HttpResponse(?:Base)?\.(?:Write|BinaryWrite|AddHeader|AppendHeader)|Microsoft\.Owin\."
        r"IOwinResponse\.Write\w*"
    ),
    "listen": lazy_pattern(
        r"System\.Net\.(?:HttpListenerPrefixCollection\.Add|HttpListener\.Start|Sockets\.TcpListener\.Start)"
        r"|native:Http(?:AddUrl\w*|ReceiveHttpRequest)"
    ),
    "reflect": lazy_pattern(
        r"System\.(?:Type\.(?:GetType|InvokeMember|GetMethod)|Reflection\.Assembly\.(?:GetType|CreateInstance)"
        r"|Activator\.CreateInstance)"
    ),
    "connect": lazy_pattern(
        r"System\.Net\.Sockets\.(?:TcpClient\.(?:\.ctor|(?:Begin)?Connect(?:Async)?)|Socket\.(?:Begin)?Connect(?:Async)?)"
    ),
    "database": lazy_pattern(r"System\.Data\.\w+\.\w+Connection\.(?:\.ctor|set_ConnectionString)"),
    "provide": lazy_pattern(r"System\.Web\.Hosting\.HostingEnvironment\.RegisterVirtualPathProvider"),
}
"""Kinds of acts by member."""
_PASSWORD = lazy_pattern(r"passw|^pwd$|^psw|credential|authorization", re.IGNORECASE)
_ANY_WRITER = lazy_pattern(r"System\.IO\.(?:TextWriter|Stream|BinaryWriter)\.")
_ONLY_TOGETHER = frozenset({"", "keep", "answer", "database", "provide"})
"""Kinds of acts that count for nothing without a value of the request or a key."""
_MACHINE = lazy_pattern(r"<([\w.]+)>")
"""The start of the name of the type that a compiler makes for an asynchronous method or an iterator."""
_PICKS = frozenset({"get_Item", "Get", "GetValues"})
_SUBSCRIBES = lazy_pattern(r"\.add_\w+$|Owin\.\w+\.(?:Use|Map|Run)\w*$")
_OF_REQUESTS = lazy_pattern(r"^System\.Web\.HttpApplication\.add_|Owin\.\w+\.(?:Use|Map|Run)")
_OF_MAIL = "Microsoft.Exchange.Data.Transport."
_METHOD_TOKEN, _TEXT = 0x06000001, "0e"
_MOST_ENTRIES, _MOST_ACTS = 2_000, 5_000
START, REQUEST, MAIL, PAGE, SIGN_IN, EVENT, READER = "start", "request", "mail", "page", "sign-in", "event", "read"
"""When a server calls an entry point; ``EVENT``: at another event that the code subscribes to; ``READER``: by
code that is not followed, for a method that reads the request."""
_LIBRARY_START = "<Module>"
KEY: Final = "key:"
"""The start of a label with the name of a field or header of the request."""


class EntryPoint(NamedTuple):
    """A method that the server calls: its type and name, the index of its code, when it is called, and the words."""

    owner: str
    name: str
    body: int
    when: str
    words: str
    labels: tuple[str, ...] = ()

    @property
    def full_name(self) -> str:
        """The name of the type and the method."""
        return f"{self.owner}.{self.name.lstrip('.')}"


@dataclass(frozen=True, eq=False)
class CompiledAct:
    """A call with an effect that an entry point reaches.

    ``values`` start with the object of an instance method; ``takes`` is that of ``Member``, and ``depth``
    the number of calls from the entry point to it.
    """

    entry: EntryPoint
    kind: str
    member: str
    values: tuple[Value, ...]
    method: Method
    takes: str = ""
    depth: int = 0

    @cached_property
    def labels(self) -> frozenset[str]:
        """The origins of all values."""
        return labels_of(*self.values)

    @cached_property
    def request_key(self) -> str | None:
        """The name of a field or header of the request that the values are made from."""
        return min((label.removeprefix(KEY) for label in self.labels if label.startswith(KEY)), default=None)

    @cached_property
    def texts(self) -> list[str]:
        """The constant texts that the values are made from."""
        return texts_of(*self.values, deep=True)

    @property
    def span(self) -> Span:
        """The place of the method's first text, since code has no readable place."""
        literals = self.method.body.literals
        return literals[0][0].span if literals else Span(0, 0)


class CompiledCode(NamedTuple):
    """The entry points of an assembly, their acts, and the streams that its virtual files return."""

    entries: tuple[EntryPoint, ...]
    acts: tuple[CompiledAct, ...]
    pages: tuple[tuple[EntryPoint, frozenset[str], tuple[str, ...]], ...] = ()


@lru_cache(maxsize=1)
def compiled_code(assembly: Assembly) -> CompiledCode:
    """Return the acts of an assembly from its entry points.

    Raises:
        BinaryError: The flow has more steps than any small library.
    """
    called = list(iter_entry_points(assembly))[:_MOST_ENTRIES]
    if not any(each.when == PAGE for each in called) and not _may_act(assembly):
        return CompiledCode(tuple(called), ())
    entries = [*called, *_readers(assembly)][:_MOST_ENTRIES]
    if not entries:
        return CompiledCode((), ())
    flow = Flow(assembly, Library(_labels, _cleans, lambda name: _SUBSCRIBES.search(name) is not None))
    entered: dict[str, EntryPoint] = {}
    relevant = _relevant(assembly, entries)
    followed = [each for each in entries if each.body in relevant or each.when == PAGE]
    pages = [page for entry in sorted(followed, key=_order) for page in _entered(flow, entry, entered)]
    acts = tuple(_acts(flow, entered))
    return CompiledCode(tuple(entries), acts, tuple(pages))


def _relevant(assembly: Assembly, entries: Iterable[EntryPoint]) -> set[int]:
    """Return the methods below entry points that read the request, act, or subscribe, and all that call one of them."""
    callers = _callers(assembly.methods, {each.body for each in entries})
    members = set(filter(_matters, assembly.members))
    methods = ((index, assembly.methods[index]) for index in callers)
    waiting = [i for i, method in methods if method.native or not members.isdisjoint(method.body.steps)]
    found = set(waiting)
    while waiting:
        above = callers[waiting.pop()] - found
        found |= above
        waiting += above
    return found


def _callers(methods: Sequence[Method], entries: set[int]) -> dict[int, set[int]]:
    """Return the methods that entry points reach, each with those that call it or that it may stand for."""
    bodies: dict[str, list[int]] = {}
    machines: dict[str, list[int]] = {}
    for index, method in enumerate(methods):
        bodies.setdefault(method.name, []).append(index)
        machine = _MACHINE.match(method.owner) if method.name == "MoveNext" else None
        if machine is not None:
            machines.setdefault(machine[1], []).append(index)
    callers: dict[int, set[int]] = {each: set() for each in entries}
    waiting = list(entries)
    while waiting:
        index = waiting.pop()
        method = methods[index]
        standing = () if method.code or method.native else bodies[method.name]
        for below in (*(each for each, _ in method.body.inner), *machines.get(method.name, ()), *standing):
            if below not in callers and 0 <= below < len(methods):
                callers[below] = set()
                waiting.append(below)
            if below in callers:
                callers[below].add(index)
    return callers


def _matters(member: str) -> bool:
    return _acts_alone(member) or reads_request(member) or _SUBSCRIBES.search(member) is not None


def _acts_alone(member: str) -> bool:
    return act_of(member) not in _ONLY_TOGETHER or _LABELS["keys"].fullmatch(member) is not None


def _may_act(assembly: Assembly) -> bool:
    """Return True if an assembly calls a member that acts, or may keep passwords."""
    called = [*_called(assembly)]
    if any(map(_acts_alone, called)):
        return True
    return any(act_of(each) == "keep" for each in called) and any(_PASSWORD.search(t.text) for t in assembly.literals)


def _called(assembly: Assembly) -> Iterator[str]:
    yield from assembly.members
    yield from (f"native:{method.native}" for method in assembly.methods if method.native)


def _order(entry: EntryPoint) -> tuple[bool, bool, bool]:
    """Sort constructors first, so that fields are known, and last the methods that only read the request."""
    return entry.when == READER, entry.name != ".cctor", entry.name != ".ctor"


def _entered(
    flow: Flow, entry: EntryPoint, entered: dict[str, EntryPoint]
) -> Iterator[tuple[EntryPoint, frozenset[str], tuple[str, ...]]]:
    """Follow an entry point and the events that it subscribes to; yield the result of a virtual file."""
    waiting = [(entry, tuple(map(_labelled, ("", *entry.labels))))]
    while waiting:
        current, values = waiting.pop()
        key = f"{current.body} {current.when}"
        if key in entered or (current.when == READER and current.body in flow.followed):
            continue
        entered[key] = current
        seen = len(flow.subscriptions)
        result = flow.enter(key, current.body, values)
        if current.when == PAGE and current.name == "Open":
            yield current, labels_of(result), tuple(texts_of(result, deep=True))
        for each in flow.subscriptions[seen:]:
            method = flow.assembly.methods[each.method]
            when = REQUEST if _OF_REQUESTS.search(each.member) else MAIL if each.member.startswith(_OF_MAIL) else EVENT
            words = f"{entry.words}, and the handler that it adds by {each.member.rpartition('.')[2]}"
            waiting.append((EntryPoint(method.owner, method.name, each.method, when, words), (each.target,)))


def _labelled(words: str) -> Value:
    cell = Cell()
    cell.labels.update(words.split())
    return (cell,)


def _acts(flow: Flow, entered: dict[str, EntryPoint]) -> Iterator[CompiledAct]:
    found = 0
    for call in flow.calls:
        kind = act_of(call.member)
        # A writer or stream of any kind counts if it is that of a file.
        if _ANY_WRITER.match(call.member) and "writer" not in labels_of(call.values[0]):
            continue
        if kind and found < _MOST_ACTS:
            found += 1
            method = flow.assembly.methods[call.method]
            yield CompiledAct(entered[call.entry], kind, call.member, call.values, method, call.takes, call.depth)


@lru_cache(maxsize=4096)
def act_of(member: str) -> str:
    """Return the kind of act that a call of a member is, or ``""``."""
    return next((kind for kind, pattern in _ACTS.items() if pattern.fullmatch(member)), "")


def _labels(member: str, values: Sequence[Value]) -> Iterator[str]:
    own = _own_labels(member)
    yield from own
    if member.rpartition(".")[2] not in _PICKS or len(values) < 2:
        return
    is_of_visitor = "request" in own or "request" in labels_of(values[0])
    for name in texts_of(values[1]) if is_of_visitor else ():
        yield f"{KEY}{name}"
        if _PASSWORD.search(name):
            yield "password"


@lru_cache(maxsize=4096)
def _own_labels(member: str) -> tuple[str, ...]:
    found = [label for label, pattern in _LABELS.items() if pattern.fullmatch(member)]
    return (*found, "request") if reads_request(member) else tuple(found)


def reads_request(member: str) -> bool:
    """Return True if a member returns a text of a visitor; the controls of desktop programs do not."""
    owner, _, name = member.lower().rpartition(".")
    owner, name, vocab = owner.rpartition(".")[2], name.removeprefix("get_"), vocabulary()
    if owner in _REQUESTS:
        return name in vocab.request_members
    return owner in _CONTROLS and name in vocab.control_members and not member.startswith("System.Windows.")


@lru_cache(maxsize=4096)
def _cleans(member: str) -> bool:
    """Return True if the result of a member is made of none of its arguments."""
    # The content of a file or a database is no text of the visitor, even if the visitor named it.
    if _LABELS["database"].fullmatch(member) or (_LABELS["file"].fullmatch(member) and "FileStream" not in member):
        return True
    names = tuple(member.lower().replace("get_", "").split("."))
    return vocabulary().is_cleaner(names[-2:])


def iter_entry_points(assembly: Assembly) -> Iterator[EntryPoint]:
    """Yield the entry points of an assembly, with the constructors of their types."""
    rows = _rows()
    by_name = {each.name: each for each in assembly.types}
    for each in assembly.types:
        ancestors = _ancestors(each.name, by_name)
        matching = [row for row in rows["entry"] if not ancestors.isdisjoint(row["types"])]
        for row in matching:
            yield from _methods(assembly, each.name, each.methods, row["methods"], row)
        if matching:
            row = matching[0] | {"when": START, "labels": (), "words": f"a constructor of {each.name}"}
            yield from _methods(assembly, each.name, each.methods, (".cctor", ".ctor"), row)
        named = rows["named"]["types"].get(each.name.rpartition(".")[2])
        if named is not None:
            yield from _methods(assembly, each.name, each.methods, named, rows["named"] | {"when": START})
        if each.name == _LIBRARY_START:
            row = {"when": EVENT, "words": "the initialiser of the library, which runs when it is loaded"}
            yield from _methods(assembly, each.name, each.methods, (".cctor",), row)
    yield from _by_attributes(assembly, rows)


def _readers(assembly: Assembly) -> Iterator[EntryPoint]:
    """Yield the methods that read the request, and those that call one of them."""
    members = set(filter(reads_request, assembly.members))
    reading = {i for i, method in enumerate(assembly.methods) if members and not members.isdisjoint(method.body.steps)}
    for index, method in enumerate(assembly.methods if reading else ()):
        if index in reading or any(inner in reading for inner, _ in method.body.inner):
            yield EntryPoint(method.owner, method.name, index, READER, "a method that reads the request")


def _by_attributes(assembly: Assembly, rows: dict[str, Any]) -> Iterator[EntryPoint]:
    for attribute in assembly.attributes:
        row = next((row for row in rows["start"] if row["attribute"] == attribute.name), None)
        if row is None:
            continue
        texts = [text.partition(",")[0].replace("+", ".").strip() for text in attribute.texts]
        wanted = {*texts, row.get("method", ""), ".cctor"}
        for each in assembly.types:
            if each.name in texts or f".{each.name}" in texts or any(t.endswith(f".{each.name}") for t in texts):
                yield from _methods(assembly, each.name, each.methods, wanted, row | {"when": START})


def _methods(
    assembly: Assembly, owner: str, methods: Iterable[int], wanted: Iterable[str], row: dict[str, Any]
) -> Iterator[EntryPoint]:
    names = set(wanted)
    for index in methods:
        if not 0 <= index < len(assembly.methods):
            continue
        name = assembly.methods[index].name
        if name in names or name.rpartition(".")[2] in names or ("*" in names and not name.startswith(".")):
            labels = row.get("labels", ()) or (row.get("arguments", ()) if _takes_text(assembly, index) else ())
            yield EntryPoint(owner, name, index, row["when"], row["words"], tuple(labels))


def _takes_text(assembly: Assembly, index: int) -> bool:
    """Return True for a public method whose first parameter is a text."""
    member = assembly.token(_METHOD_TOKEN + index)
    return assembly.methods[index].is_public and isinstance(member, Member) and member.takes.startswith(_TEXT)


def _ancestors(name: str, types: dict[str, Any]) -> set[str]:
    """Return the base types and interfaces of a type, those of its base types in the assembly too."""
    found: set[str] = set()
    waiting = [name]
    while waiting and len(found) < 100:
        each = types.get(waiting.pop())
        for above in () if each is None else (each.base, *each.interfaces):
            if above and above not in found:
                found.add(above)
                waiting.append(above)
    return found


@lru_cache(maxsize=1)
def _rows() -> dict[str, Any]:
    return tomllib.loads((files(__package__) / "entry_points.toml").read_text(encoding="utf-8"))
