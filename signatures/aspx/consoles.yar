// Pages that open the server's command line, network or memory to a visitor.

// Shared by the rules below; private, so that neither is reported by itself.

private rule server_page
{
    strings:
        $open = "<%"
        $server = /\brunat\s{0,8}=\s{0,8}["']?\s{0,4}server/ nocase
    condition:
        $open or $server
}

private rule reads_request
{
    strings:
        $request = /\bRequest\s{0,8}([\[(]|\.\s{0,8}(Form|QueryString|Params|Item|Cookies|Headers|InputStream|Files|ServerVariables)\b)/ nocase
        $body = /\b(BinaryRead|GetBufferlessInputStream)\s{0,8}\(/ nocase
    condition:
        $request or $body
}

rule aspx_command_console
{
    meta:
        id = "WSH9111"
        severity = "critical"
        confidence = "high"
        technique = "T1505.003 T1059.003"
        description = "A page starts a command interpreter, passes it input of the visitor and returns the output."
        reference = "https://attack.mitre.org/techniques/T1059/003/"
        date = "2026-11-24"
        benign = "Admin pages run one fixed program; they do not name a command interpreter and pass it the visitor's text."
        blind = "An interpreter whose name is joined or decoded at run time."
        settled_by = "WSH1002"
    strings:
        $start1 = "ProcessStartInfo" nocase
        $start2 = /\bProcess\s{0,8}\.\s{0,8}Start\s{0,8}\(/ nocase
        $start3 = /\bnew\s{1,8}([\w.]{1,60}\.)?Process\b/ nocase
        $shell1 = /\bcmd(\.exe)?\s{0,4}["'@]/ nocase
        $shell2 = /\bpowershell(\.exe)?\s{0,4}["' ]/ nocase
        $shell3 = "comspec" nocase
        $shell4 = /["' ]\/c["' ]/ nocase
        $output1 = "RedirectStandardOutput" nocase
        $output2 = "StandardOutput" nocase
        $control = /<asp:TextBox\b|\brunat\s{0,8}=\s{0,8}["']?server|<%@\s{0,20}(WebService|ServiceHost)\b/ nocase
    condition:
        server_page and any of ($start*) and any of ($shell*) and any of ($output*) and (reads_request or $control)
}

rule aspx_command_console_by_com
{
    meta:
        id = "WSH9112"
        severity = "critical"
        confidence = "high"
        technique = "T1505.003 T1059.003"
        description = "A page runs input of the visitor with the shell object of Windows Script Host and returns the output."
        reference = "https://attack.mitre.org/techniques/T1059/003/"
        date = "2026-11-24"
        benign = "Old pages ping a host through the same object: they name the program themselves."
        blind = "The object's name in pieces."
        settled_by = "WSH1002"
    strings:
        $object1 = "WScript.Shell" nocase
        $object2 = "72C24DD5-D70A-438B-8A42-98424B88AFB8" nocase
        $object3 = "F935DC22-1CF0-11D0-ADB9-00C04FD58A0B" nocase
        $run = /\.\s{0,8}(exec|run)\b\s{0,8}\(?/ nocase
        $output1 = "StdOut" nocase
        $output2 = /\/c\b[^\r\n\/]{0,120}>/ nocase
        $shell1 = /\bcmd(\.exe)?\s{0,4}["' \/]/ nocase
        $shell2 = "%comspec%" nocase
    condition:
        server_page and any of ($object*) and $run and any of ($output*) and any of ($shell*) and reads_request
}

rule aspx_native_code_runner
{
    meta:
        id = "WSH9113"
        severity = "critical"
        confidence = "high"
        technique = "T1505.003 T1055"
        description = "A page imports functions that load and start machine code in memory, or start a shell on a socket."
        reference = "https://attack.mitre.org/techniques/T1055/"
        date = "2026-11-24"
        benign = "None known: pages do not allocate executable memory."
        blind = "Functions looked up by name at run time."
    strings:
        $import1 = /\bDllImport\w{0,9}\s{0,8}\(/ nocase
        $import2 = /\bDeclare\s{1,8}(Auto\s{1,8}|Ansi\s{1,8}|Unicode\s{1,8})?(Function|Sub)\s{1,8}\w{1,60}\s{1,8}Lib\b/ nocase
        $import3 = "GetDelegateForFunctionPointer"
        $memory1 = "VirtualAlloc" nocase
        $memory2 = "VirtualProtect" nocase
        $memory3 = "HeapCreate" nocase
        $start1 = /\bCreate(Remote)?Thread\b/
        $start2 = "GetDelegateForFunctionPointer"
        $start3 = "WriteProcessMemory"
        $start4 = "QueueUserAPC"
        $socket1 = /\bWSASocket\w?\b/
        $socket2 = /\bWSAConnect\b/
        $socket3 = "ImpersonateNamedPipeClient"
        $process = /\bCreateProcess(AsUser|WithTokenW|WithLogonW)?[AW]?\b/
    condition:
        server_page and any of ($import*)
        and ((any of ($memory*) and any of ($start*)) or (any of ($socket*) and $process))
}

rule aspx_socket_tunnel
{
    meta:
        id = "WSH9114"
        severity = "critical"
        confidence = "high"
        technique = "T1505.003 T1090 T1572"
        description = "A page stores a raw socket in the session and relays request bodies and replies through it: a tunnel."
        reference = "https://github.com/sensepost/reGeorg https://github.com/L-codes/Neo-reGeorg https://attack.mitre.org/techniques/T1572/"
        date = "2026-11-24"
        benign = "Proxies for an API use an HTTP client, and none keeps a socket between requests."
        blind = "Tunnels that keep their sockets in a static table and name no session or application state."
    strings:
        $socket1 = /\bnew\s{1,8}([\w.]{1,60}\.)?(Socket|TcpClient)\s{0,8}\(/ nocase
        $socket2 = "ProtocolType.Tcp" nocase
        $keep1 = /\bSession\s{0,8}(\[|\(|\.\s{0,8}(Add|Item|Contents)\b)/ nocase
        $keep2 = /\bApplication\s{0,8}(\[|\(|\.\s{0,8}(Add|Item|Contents|Set)\b)/ nocase
        $to1 = /\.\s{0,8}Connect\s{0,8}\(/ nocase
        $in1 = /\.\s{0,8}Receive\s{0,8}\(/ nocase
        $in2 = /\bGetStream\s{0,8}\(/ nocase
        $out1 = /\.\s{0,8}Send\s{0,8}\(/ nocase
        $out2 = /\.\s{0,8}Write\s{0,8}\(\s{0,8}\w{1,40}\s{0,8},\s{0,8}0\s{0,8},/ nocase
        $body = /\b(InputStream|ContentLength)\b|\bBinaryRead\s{0,8}\(/ nocase
        $answer1 = /\bBinaryWrite\s{0,8}\(/ nocase
        $answer2 = "OutputStream" nocase
        $answer3 = /\bResponse\s{0,8}\.\s{0,8}Write\s{0,8}\(/ nocase
    condition:
        server_page and any of ($socket*) and any of ($keep*) and $to1 and any of ($in*) and any of ($out*)
        and $body and any of ($answer*)
}

rule aspx_administration_toolkit
{
    meta:
        id = "WSH9115"
        severity = "high"
        confidence = "medium"
        technique = "T1505.003 T1083 T1012 T1057"
        description = "One page uses five or more groups of system functions that no single page of an application needs together."
        reference = "https://attack.mitre.org/techniques/T1505/003/"
        date = "2026-11-24"
        benign = "Control panels spread these over assemblies; a page of theirs has one or two."
        blind = "Small web shells with one function: other rules find those."
        is_tool = true
    strings:
        $control = /<asp:(TextBox|Button|LinkButton)\b|<%@\s{0,20}(WebService|ServiceHost)\b/ nocase
        // one string for each group of system functions
        $corner_process = /\bProcessStartInfo\b|\bWScript\.Shell\b|\bProcess\.(Start|GetProcesses)\b/ nocase
        $corner_registry = /\bRegistryKey\b|\bRegistry\.(LocalMachine|CurrentUser|Users|ClassesRoot)\b|\bOpenSubKey\b|\bRegRead\b/ nocase
        $corner_accounts = /\bWinNT:\/\/|\bWin32_UserAccount\b|\bnet\s{1,4}(user|localgroup)\b|\bLogonUser[AW]?\b/ nocase
        $corner_sites = /\bIIS:\/\/|\bMicrosoft\.Web\.Administration\b/ nocase
        $corner_wmi = /\bManagementObjectSearcher\b|\bwinmgmts:/ nocase
        $corner_database = /\bxp_cmdshell\b|\bsp_oacreate\b|\bxp_reg(read|write)\b|\bxp_dirtree\b/ nocase
        $corner_drives = /\bGetLogicalDrives\b|\bDriveInfo\.GetDrives\b/ nocase
        $corner_times = /\bSet(LastWrite|Creation|LastAccess)Time(Utc)?\s{0,8}\(|\.(LastWrite|Creation|LastAccess)Time(Utc)?\s{0,8}=[^=]/ nocase
        $corner_network = /\bnew\s{1,8}([\w.]{1,60}\.)?(TcpClient|Socket)\b|\bProtocolType\.Tcp\b|\bUrlDownloadToFile/ nocase
        $corner_native = /\bDllImport(Attribute)?\s{0,8}\(/ nocase
        $corner_files = /\b(Directory|File)\.(Delete|Move|Copy)\s{0,8}\(/ nocase
        $corner_upload = /\.SaveAs\s{0,8}\(/ nocase
        $corner_services = /\bServiceController\b|\bWin32_Service\b/ nocase
        $corner_environment = /\bEnvironment\.(UserName|MachineName|OSVersion|UserDomainName)\b|\bServerVariables\b.{0,8}(LOCAL_ADDR|APPL_PHYSICAL_PATH)/ nocase
    condition:
        server_page and (reads_request or $control) and 5 of ($corner_*)
}

rule aspx_starts_program_from_request
{
    meta:
        id = "WSH9116"
        severity = "critical"
        confidence = "high"
        technique = "T1505.003 T1059.003"
        description = "A request value is started as a program, or passed to one, in the same statement."
        reference = "https://attack.mitre.org/techniques/T1059/003/"
        date = "2026-11-28"
        benign = "None known."
        blind = "A request value that passes through a variable first: the detectors follow those."
        settled_by = "WSH1002"
    strings:
        $start1 = /\bProcess\s{0,8}\.\s{0,8}Start\s{0,8}\([^;]{0,120}\bRequest\s{0,8}[.\[(]/ nocase
        $start2 = /\bWScript\.Shell["']\s{0,8}\)\s{0,8}\.\s{0,8}(exec|run)\s{0,8}[( ][^;\r\n]{0,60}\bRequest\s{0,8}[.\[(]/ nocase
        $start3 = /\.\s{0,8}(exec|run|ShellExecute)\s{0,8}[( ]\s{0,8}Request\s{0,8}(\.\s{0,8}(Form|QueryString|Item|Cookies)\s{0,8})?[(\[]/ nocase
    condition:
        server_page and any of ($start*)
}

rule aspx_database_console
{
    meta:
        id = "WSH9117"
        severity = "high"
        confidence = "medium"
        technique = "T1505.003 T1213.006"
        description = "A page connects to a database server that the visitor chooses and runs the visitor's statements."
        reference = "https://attack.mitre.org/techniques/T1213/006/"
        date = "2026-11-24"
        benign = "Setup pages connect to a server that the administrator types in, once."
        blind = "Connection strings in one piece."
    strings:
        $choice1 = /\b(server|data source|address|addr)\s{0,4}=\s{0,4}["']?\s{0,4}"\s{0,8}[+&]\s{0,8}[\w.]{0,40}(\.Text\b|\bRequest\s{0,8}[.(\[])/ nocase
        $choice2 = /\b(Sql|OleDb|Odbc|MySql|Oracle)Connection\s{0,8}\(\s{0,8}([\w.]{0,40}\.Text\b|Request\s{0,8}[.(\[])/ nocase
        $run = /\b(Execute(Reader|NonQuery|Scalar)|DataAdapter)\b|\.\s{0,4}Fill\s{0,8}\(/ nocase
    condition:
        server_page and any of ($choice*) and $run
}

rule aspx_program_launcher_with_toolkit
{
    meta:
        id = "WSH9118"
        severity = "high"
        confidence = "medium"
        technique = "T1505.003 T1083"
        description = "A page starts programs, lists the drives of the server, and changes files or their times."
        reference = "https://attack.mitre.org/techniques/T1083/"
        date = "2026-11-24"
        benign = "Control panels spread these over assemblies."
        blind = "Pages that keep to one folder."
        is_tool = true
    strings:
        $process = /\bProcessStartInfo\b|\bProcess\.Start\b|\bWScript\.Shell\b/ nocase
        $drives = /\bGetLogicalDrives\b|\bDriveInfo\.GetDrives\b/ nocase
        $change = /\b(Directory|File)\.(Delete|Move|Copy)\s{0,8}\(|\bSet(LastWrite|Creation|LastAccess)Time(Utc)?\s{0,8}\(|\.(LastWrite|Creation|LastAccess)Time(Utc)?\s{0,8}=[^=]|\.SaveAs\s{0,8}\(/ nocase
        $control = /<asp:(TextBox|Button|LinkButton)\b|<%@\s{0,20}(WebService|ServiceHost)\b/ nocase
    condition:
        server_page and $process and $drives and $change and (reads_request or $control)
}
