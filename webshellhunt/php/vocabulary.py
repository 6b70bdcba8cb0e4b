"""Names of PHP that the interpreter knows: sources of request values, and functions that execute or write."""

from __future__ import annotations

from typing import Final

REQUEST: Final = frozenset(
    {
        "_GET",
        "_POST",
        "_REQUEST",
        "_COOKIE",
        "HTTP_GET_VARS",
        "HTTP_POST_VARS",
        "HTTP_COOKIE_VARS",
        "HTTP_RAW_POST_DATA",
    }
)
SERVER: Final = frozenset({"_SERVER", "HTTP_SERVER_VARS", "_ENV", "HTTP_ENV_VARS"})
FILES: Final = frozenset({"_FILES", "HTTP_POST_FILES"})
SUPERGLOBALS: Final = REQUEST | SERVER | FILES | {"GLOBALS", "_SESSION"}
OF_VISITOR: Final = ("HTTP_", "QUERY_STRING", "REQUEST_URI", "PATH_INFO", "ORIG_PATH_INFO", "PHP_AUTH_", "REDIRECT_")
OF_SERVER: Final = frozenset({"HTTP_HOST", "HTTP_HTTPS", "HTTP_X_FORWARDED_PROTO"})
"""Keys of ``$_SERVER`` that a proxy sets."""
HEADERS: Final = frozenset({"getallheaders", "apache_request_headers", "filter_input_array", "get_defined_vars"})
FILTERS: Final = frozenset({"filter_input", "getenv", "apache_getenv", "import_request_variables"})

COMMANDS: Final = frozenset(
    {"system", "exec", "shell_exec", "passthru", "popen", "proc_open", "pcntl_exec", "expect_popen"}
)
EVALUATES: Final = frozenset({"eval", "assert", "create_function"})
REPLACES: Final = frozenset({"preg_replace", "preg_filter", "mb_ereg_replace", "mb_eregi_replace"})
EXECUTES: Final = COMMANDS | EVALUATES
CALLS_BACK: Final = {
    "array_map": 0, "array_filter": 1, "array_walk": 1, "array_walk_recursive": 1, "array_reduce": 1, "usort": 1,
    "uasort": 1, "uksort": 1, "call_user_func": 0, "call_user_func_array": 0, "forward_static_call": 0,
    "forward_static_call_array": 0, "register_shutdown_function": 0, "register_tick_function": 0, "ob_start": 0,
    "preg_replace_callback": 1, "mb_ereg_replace_callback": 1, "array_diff_ukey": -1, "array_intersect_ukey": -1,
    "array_udiff": -1, "array_uintersect": -1, "array_diff_uassoc": -1, "array_intersect_uassoc": -1,
    "array_udiff_assoc": -1, "array_uintersect_assoc": -1, "iterator_apply": 1, "set_error_handler": 0,
    "set_exception_handler": 0, "spl_autoload_register": 0, "header_register_callback": 0, "sqlite_create_function": 2,
    "filter_var": 2, "filter_var_array": 1,
}  # fmt: skip
"""Functions that call a function by name, with the index of this argument."""
METHODS_CALL_BACK: Final = frozenset(
    {"createfunction", "sqlitecreatefunction", "sqlitecreateaggregate", "uasort", "uksort"}
)
FETCHES: Final = frozenset(
    {"file_get_contents", "file", "fopen", "curl_exec", "fsockopen", "stream_get_contents", "readfile"}
)
WRITES: Final = frozenset({"file_put_contents", "fwrite", "fputs"})
COPIES: Final = frozenset({"move_uploaded_file", "copy", "rename"})
OF_PHP: Final = EXECUTES | REPLACES | CALLS_BACK.keys() | WRITES | COPIES
"""Functions of PHP that act."""
INCLUDES: Final = frozenset({"include", "include_once", "require", "require_once"})

ASSIGNS: Final = frozenset({"=", ".=", "+=", "-=", "*=", "/=", "%=", "^=", "|=", "&=", "??="})
PRECEDENCE: Final = {
    "or": 1, "xor": 2, "and": 3, "?": 5, "??": 6, "||": 7, "&&": 8, "|": 9, "^": 10, "&": 11, "==": 12, "!=": 12,
    "===": 12, "!==": 12, "<>": 12, "<=>": 12, "<": 13, ">": 13, "<=": 13, ">=": 13, "<<": 14, ">>": 14, "+": 15,
    "-": 15, ".": 15, "*": 17, "/": 17, "%": 17, "instanceof": 18, "**": 19,
}  # fmt: skip

GROUPS: Final = {
    "runs commands": COMMANDS,
    "evaluates code": EVALUATES,
    "names the system": frozenset(
        {
            "php_uname",
            "posix_getpwuid",
            "posix_getgrgid",
            "posix_getuid",
            "posix_geteuid",
            "get_current_user",
            "getmyuid",
        }
    ),
    "lists folders": frozenset({"opendir", "scandir", "readdir", "glob", "dir"}),
    "changes access rights": frozenset({"chmod", "fileperms", "chown", "touch", "fileowner"}),
    "deletes files": frozenset({"unlink", "rmdir", "rename"}),
    "writes files": frozenset({"fwrite", "fputs", "file_put_contents"}),
    "takes uploads": frozenset({"move_uploaded_file"}),
    "opens sockets": frozenset({"fsockopen", "socket_create", "pfsockopen", "stream_socket_client"}),
    "queries databases": frozenset(
        {"mysql_query", "mysqli_query", "mysql_connect", "mysqli_connect", "mssql_connect", "pg_connect", "ocilogon"}
    ),
    "reads limits": frozenset({"ini_get", "ini_restore", "get_cfg_var"}),
    "lists drives": frozenset({"disk_free_space", "disk_total_space", "diskfreespace", "is_executable"}),
    "shows settings": frozenset({"phpinfo", "highlight_file", "show_source"}),
}
"""Groups of functions that a toolkit of intruders uses together."""
