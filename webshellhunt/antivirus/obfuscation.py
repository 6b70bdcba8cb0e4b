"""The obfuscation of Defender's quarantine: RC4 with one key, the same on all machines since years.

The key is a constant of ``mpengine.dll``. It hides the files from other programs, and protects nothing. Since it never
changes, all files have the same key stream, which is computed once.

Source: ERNW, White Paper 71 "AV Quarantine" (2019); NCC Group, "Reverse, Reveal, Recover: Windows Defender Quarantine
Forensics" (14 December 2023); knez, defender-dump.
"""

from typing import Final

MOST_BYTES: Final = 4 * 1024 * 1024
"""The most bytes that are decoded of one file: quarantined pages are small, and this code is not fast."""

_KEY: Final = bytes.fromhex(
    "1e87781b8dbaa844ce69702c0c78b786a3f623b738f5edf9af83530fb3fc54faa21eb9cf1331fd0f0da954f687cb9e18"
    "279697900e53fb317c9cbce48e23d05371ecc15951b8f3649d7ca33ed68dc9047e82c9baad9799d0d458cb847ca9ffbe"
    "3c8a775233557dde13a8b14087cc1bc8f10f6ecdd083a959cff84a9d1d50755e3e191818af23e2293558766d2c07e257"
    "12b2ca0b535ed8f6c56ce73d24bdd0291771861a54b4c285a9a3db7aca6d224aeacd621db9f2a22ed1e9e11d75bed7dc"
    "0ecb0a8e68a2ff1263408dc808dffd164b116774cd0b9b8d05411ed6262e429ba495676b8398db2f35d3c1b9ced52636"
    "f2765e1a95cb7ca4c3ddabddbff38253"
)


class KeyStream:
    """The key stream of RC4 with one key, as long as the longest file so far."""

    def __init__(self, key: bytes) -> None:
        self._state = _schedule(key)
        self._at = self._swap = 0
        self._bytes = bytearray()

    def apply(self, data: bytes) -> bytes:
        """Return data combined with the key stream: the same step hides and restores.

        Raises:
            ValueError: The data is larger than ``MOST_BYTES``.
        """
        if len(data) > MOST_BYTES:
            raise ValueError(f"{len(data):,} bytes are more than the limit of {MOST_BYTES:,}")
        self._extend(len(data))
        mixed = int.from_bytes(data, "little") ^ int.from_bytes(self._bytes[: len(data)], "little")
        return mixed.to_bytes(len(data), "little")

    def _extend(self, length: int) -> None:
        state, at, swap, add = self._state, self._at, self._swap, self._bytes.append
        for _ in range(length - len(self._bytes)):
            at = (at + 1) & 255
            here = state[at]
            swap = (swap + here) & 255
            state[at], state[swap] = there, _ = state[swap], here
            add(state[(here + there) & 255])
        self._at, self._swap = at, swap


def _schedule(key: bytes) -> list[int]:
    """Return the state of RC4 after its key schedule."""
    state, swap = list(range(256)), 0
    for at in range(256):
        swap = (swap + state[at] + key[at % len(key)]) & 255
        state[at], state[swap] = state[swap], state[at]
    return state


_STREAM = KeyStream(_KEY)


def restore(data: bytes) -> bytes:
    """Return the bytes that a file, or a part of one, had before Defender hid them.

    Raises:
        ValueError: The data is larger than ``MOST_BYTES``.
    """
    return _STREAM.apply(data)
