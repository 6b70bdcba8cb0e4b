from __future__ import annotations

from webshellhunt.sources.archive.zip_cipher import HEADER_BYTES, ZipCipher

# Encrypted by Info-ZIP 3.0 with the password "infected": header and content of "hello\n".
HEADER_AND_CONTENT = bytes.fromhex("f738a494e2d65dbd742e19099a3c59b51a79")


def test_decrypts_what_another_program_encrypted() -> None:
    assert ZipCipher(b"infected").decrypt(HEADER_AND_CONTENT)[HEADER_BYTES:] == b"hello\n"


def test_pieces_are_one_content() -> None:
    cipher = ZipCipher(b"infected")
    plain = b"".join(cipher.decrypt(bytes([byte])) for byte in HEADER_AND_CONTENT)
    assert plain == ZipCipher(b"infected").decrypt(HEADER_AND_CONTENT)
