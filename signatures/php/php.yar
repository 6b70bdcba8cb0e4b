// PHP also runs on IIS; these rules cover common shapes only. WSH1050 to WSH1053 read the code.

rule php_runs_request
{
    meta:
        id = "WSH9601"
        severity = "critical"
        confidence = "high"
        technique = "T1505.003 T1059"
        description = "A request value is passed directly to evaluation or to a command."
        reference = "https://attack.mitre.org/techniques/T1505/003/"
        date = "2026-11-27"
        benign = "None known."
        blind = "A request value that passes through a variable first, callbacks and backticks: WSH1050 finds them."
    strings:
        $tag = /<\?(php|=|\s)/ nocase
        $call = /\b(eval|assert|system|exec|shell_exec|passthru|popen|proc_open|pcntl_exec|create_function)\s{0,8}\(\s{0,8}@?(\w{1,30}\s{0,8}\(\s{0,8}@?){0,4}["']?\s{0,4}\{?\$(_(GET|POST|REQUEST|COOKIE|SERVER)\b|\{\s{0,4}["']_)/ nocase
        $replace = /\bpreg_replace\s{0,8}\(\s{0,8}["']([^"']{1,60})[\/#~!@|][imsxu]{0,5}e[imsxu]{0,5}["'][^;]{0,80}\$_(GET|POST|REQUEST|COOKIE)\b/ nocase
        $include = /\b(include|require)(_once)?\s{0,8}\(?\s{0,8}@?\$_(GET|POST|REQUEST|COOKIE|FILES)\b/ nocase
    condition:
        $tag and ($call or $replace or $include)
}

rule php_evaluates_unpacked_text
{
    meta:
        id = "WSH9602"
        severity = "high"
        confidence = "medium"
        technique = "T1505.003 T1027.013"
        description = "Text is decoded and evaluated in one statement."
        reference = "https://attack.mitre.org/techniques/T1027/013/"
        date = "2026-11-24"
        benign = "Some vendors protect their code this way."
        blind = "Unpacking spread over several lines."
    strings:
        $tag = /<\?(php|=|\s)/ nocase
        $call = /\b(eval|assert|create_function)\s{0,8}\(\s{0,8}["']?\s{0,4}(\?>\s{0,4}["']\s{0,4}\.\s{0,4})?@?(\w{1,30}\s{0,8}\(\s{0,8}@?){0,4}(gzinflate|gzuncompress|gzdecode|base64_decode|str_rot13|convert_uudecode|strrev|hex2bin|pack)\s{0,8}\(/ nocase
    condition:
        $tag and $call
}

rule php_administration_toolkit
{
    meta:
        id = "WSH9603"
        severity = "critical"
        confidence = "medium"
        technique = "T1505.003 T1083"
        description = "One page runs commands and uses many other groups of system functions."
        reference = "https://attack.mitre.org/techniques/T1505/003/"
        date = "2026-11-24"
        benign = "File managers and installers have some of these; few run commands as well."
        blind = "Small web shells with one function."
    strings:
        $tag = /<\?(php|=|\s)/ nocase
        $run = /\b(shell_exec|passthru|proc_open|popen|system|exec)\s{0,8}\(\s{0,8}\$/ nocase
        $corner_limits = /\b(safe_mode|disable_functions|open_basedir)\b/ nocase
        $corner_accounts = /\/etc\/passwd|\bposix_getpwuid\b/ nocase
        $corner_system = /\bphp_uname\s{0,8}\(|\buname -a\b/ nocase
        $corner_socket = /\b(fsockopen|socket_create|stream_socket_client|pfsockopen)\s{0,8}\(/ nocase
        $corner_database = /\bmysqli?_(query|connect)\s{0,8}\(|\bmssql_connect\b|\bpg_connect\b/ nocase
        $corner_upload = /\bmove_uploaded_file\s{0,8}\(|\bcopy\s{0,8}\(\s{0,8}\$_FILES\b/ nocase
        $corner_modes = /\bchmod\s{0,8}\(|\bfileperms\s{0,8}\(|\btouch\s{0,8}\(/ nocase
        $corner_remove = /\b(unlink|rmdir|rename)\s{0,8}\(/ nocase
        $corner_evaluate = /\b(eval|assert)\s{0,8}\(\s{0,8}@?\$/ nocase
        $corner_drives = /\bdisk_(free|total)_space\b|\bdiskfreespace\b/ nocase
    condition:
        $tag and $run and 6 of ($corner_*)
}

rule php_calls_variable_with_request
{
    meta:
        id = "WSH9604"
        severity = "high"
        confidence = "medium"
        technique = "T1505.003 T1027"
        description = "A function whose name is in a variable is called with a request value."
        reference = "https://attack.mitre.org/techniques/T1505/003/"
        date = "2026-11-27"
        benign = "Dispatchers check the name first and pass on parsed values."
        blind = "Values that pass through a variable first."
    strings:
        $tag = /<\?(php|=|\s)/ nocase
        // a name in capitals after an underscore is the request itself, which is no function: such a text is a comment
        $call = /\$(_{0,8}[a-z0-9]\w{0,40}|[A-Z]\w{0,40}|_{1,8}|\{["'\w]{1,40}\})(\[[^\]]{1,30}\]){0,2}\s{0,4}\(\s{0,4}(["'][^"']{0,40}["']\s{0,4},\s{0,4})?(@?\$?\w{1,30}\s{0,4}\(\s{0,4}){0,3}@?\$\{?["']?_(GET|POST|REQUEST|COOKIE)\b/
    condition:
        $tag and $call
}
