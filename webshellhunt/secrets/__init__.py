"""Secrets of the victim in a text: machine keys, and passwords of accounts and databases, by position.

An excerpt in a report may start in the middle of a key, far after its name. So the search covers the text around the
excerpt as well. A secret of the attacker (the password of a web shell) does not count: in the code of a page only
machine keys and the passwords of connection strings do.
"""

from webshellhunt.secrets.finding import find_secrets, find_secrets_in_bytes, is_configuration

__all__ = ["find_secrets", "find_secrets_in_bytes", "is_configuration"]
