"""What belongs to the victim inside of a text: machine keys, and passwords of accounts and databases, by position.

A report shows excerpts; one may begin in the middle of a key, far behind the name that tells what it is. So secrets are
looked for around an excerpt, in the text that it is cut from. A secret of the attacker (what a shell asks its visitor
for) is none: in a page's code only machine keys and the passwords of connection strings count.
"""

from webshellhunt.secrets.finding import find_secrets, find_secrets_in_bytes, is_configuration

__all__ = ["find_secrets", "find_secrets_in_bytes", "is_configuration"]
