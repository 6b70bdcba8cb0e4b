"""Prefilter of PHP: the files whose code is worth an analysis."""

from __future__ import annotations

import re

from webshellhunt.lazy_pattern import lazy_pattern

_OPENS = lazy_pattern(rb"(?i)<\?(?!xml)")
_ELEMENT = rb"script\s[^<>]{0,80}\bphp\b"
_LONG = lazy_pattern(rb"<(?:\?php\b|%b)" % _ELEMENT, re.IGNORECASE)
_SCRIPT = lazy_pattern(b"<" + _ELEMENT, re.IGNORECASE)
_HEAD = 4096
_ASKS = lazy_pattern(
    rb"\$(?:_(?:get|post|request|cookie|server|files|session|env)\b|http_|globals\b|[${])|php://|headers\s*\(|getenv"
)
_ACTS = lazy_pattern(
    rb"\b(?:eval|assert|exec|shell_exec|system|passthru|popen|proc_open|expect_popen|create_function|preg_replace|preg_filter"
    rb"|mb_eregi?_replace|file_put_contents|fwrite|fputs|copy|move_uploaded_file|call_user_func\w*|array_\w+|ob_start|\w+sort"
    rb"|register_\w+_function|\w+_callback|reflectionfunction|\w{0,60}createfunction\w{0,60}|iterator_apply|spl_autoload_register"
    rb"|set_error_handler|unserialize|\w*sql\w*_query|pg_query|odbc_exec|rename|readfile|highlight_file|show_source|mail|file_get_contents"
    rb"|curl_exec|query|multi_query|filter_var|forward_static_call\w*)\s*+\(|\b(?:include|require)(?:_once)?[\s(@]*+\$|`[^`]*+`"
    rb"|[@\w(]\$[{\w]|\(\s++\$[{\w]|new\s+\$"
)
_EXECUTES = lazy_pattern(
    rb"\b(?:include|require)(?:_once)?[\s(@]*+[\"'][^\"'\n]{1,200}\.(?:jpe?g|png|gif|ico|bmp|webp|css|zip|mp[34]|woff2?)[\"']"
    rb"|\b(?:copy|rename)\s*+\([^;\n]{0,200}\.php[\"']|\b(?:eval|assert|exec|shell_exec|system|passthru|popen|proc_open|pcntl_exec|create_function)\s*+\(|`[^`\r\n]{1,200}`"
    rb"|\b(?:preg_replace|preg_filter|mb_eregi?_replace)\s*+\("
)
_CALLS = lazy_pattern(
    rb"(?<![${\w\x7f-\xff])[{\w\x7f-\xff]*+\$[${\w\x7f-\xff]++\s*+(?:[\[{][^\]}\n]{0,60}[\]}]\s*+)?\(|\)\s*+\("
)
_WRITES = lazy_pattern(rb"\b(?:file_put_contents|fwrite|fputs)\s*+\(")
_HIDES = lazy_pattern(
    rb"base64_decode|gzinflate|gzuncompress|str_rot13|strrev|chr\s*\(|\\x[0-9a-f]{2}|\\[01]\d\d|\bpack\s*\(|str_replace|urldecode"
    rb"|[\"']\s*\^|\^\s*[\"']|~|[\"']\s*\.\s*[\"']|\$\w+[\[{]\d+[\]}]\s*\."
)


def opens_php(data: bytes) -> bool:
    """Return True if a file has an opening of PHP; a binary file needs the long one, as two bytes occur by chance."""
    if b"\0" in data[:_HEAD]:
        return _LONG.search(data) is not None
    return (data.rfind(b"<?") >= 0 and _OPENS.search(data) is not None) or names_php(data)  # from the end: faster


def names_php(data: bytes) -> bool:
    """Return True if a file has a script element that names PHP."""
    return _SCRIPT.search(data) is not None


def may_act(folded: bytes) -> bool:
    """Return True if a file with PHP may execute, write or call something that a visitor chooses or a text hides.

    Args:
        folded: the bytes, with ASCII letters in lower case.
    """
    if _ASKS.search(folded) is not None and (_ACTS.search(folded) or _CALLS.search(folded)) is not None:
        return True
    if _EXECUTES.search(folded) is not None:
        return True
    return (_CALLS.search(folded) or _WRITES.search(folded)) is not None and _HIDES.search(folded) is not None
