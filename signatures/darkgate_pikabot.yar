/*
    DarkGate and PikaBot, which took QakBot's place in hijacked threads from August 2023 on.
*/

// Text that is there to be run, not to be read: what folding and macro sheets brought to light, and scripts.
// A mail or a page that quotes a command line is none.
private rule code
{
    condition:
        part_kind == "folded" or part_kind == "xlm" or not mime_type matches /^text\/(plain|html|xml)$/
}

rule DarkGate_AutoIt_Fetch_2023
{
    meta:
        description = "Script that fetches AutoIt and a compiled script for it"
        family = "DarkGate"
        wave = "2023-07 to 2024"
        score = 7
        severity = "high"
        types = "text/plain text/x-* text/javascript text/js text/vbscript application/hta application/x-ms-shortcut"
        reference = "pr0xylife (2023-10-13), github.com/pr0xylife/DarkGate: DarkGate_13.10.2023.txt; Trend Micro: DarkGate opens organizations for attack via Skype, Teams (2023-10-12), as told by https://www.cybersecurity-review.com/darkgate-opens-organizations-for-attack-via-skype-teams/"
        date = "2026-11-29"
        tests = "DarkGate_AutoIt_Fetch_2023"
    strings:
        $autoit = /autoit3(\.exe)?\b/ nocase ascii wide
        $script = /\.(au3|a3x)\b/ nocase ascii wide
        $fetch1 = /\bcurl(\.exe)? / nocase ascii wide
        $fetch2 = "XMLHTTP" nocase ascii wide
        $fetch3 = "WinHttpRequest" nocase ascii wide
        $fetch4 = /(Invoke-WebRequest|Invoke-RestMethod|\biwr\b|DownloadFile|certutil)/ nocase ascii wide
    condition:
        code and $autoit and $script and any of ($fetch*)
}

rule PikaBot_Folder_Curl_2023
{
    meta:
        description = "Script that fetches a program into folders of random names, or between two pings that fail, and starts it"
        family = "PikaBot"
        wave = "2023-10 to 2024-02"
        score = 7
        severity = "high"
        types = "text/plain text/x-* text/javascript text/js text/vbscript application/hta application/x-ms-shortcut"
        reference = "pr0xylife (2023-10-24, 2023-12-15 and 2024-02-09), github.com/pr0xylife/Pikabot: Pikabot_15.12.2023.txt"
        date = "2026-11-30"
        tests = "PikaBot_Folder_Curl_2023"
    strings:
        $folder = /\b(mkdir|md) {1,3}"?C:\\{1,2}[A-Za-z]{4,24}\\{1,2}[A-Za-z]{4,24}/ nocase ascii wide
        $fetch = /\bcurl(\.exe)? [^\r\n]{1,200}(--output|-o) / nocase ascii wide
        $run1 = /\b(rundll32|regsvr32)\b/ nocase ascii wide
        $run2 = /\btimeout {1,3}[0-9]{1,3} ?& ?"?C:\\{1,2}[A-Za-z]{4,24}\\{1,2}[A-Za-z]{4,24}\\{1,2}[A-Za-z]{4,24}\.exe/ nocase ascii wide
        // October and November 2023: each step waits for a ping of a host that does not exist.
        $chain = /\bcurl(\.exe)? [^\r\n]{3,200} -o [^\r\n&]{3,120}& ?ping {1,2}-n [0-9] [^\r\n|]{1,40}\|\| ?(rundll32|regsvr32|cscript)/ nocase ascii wide
    condition:
        code and ($folder and $fetch and any of ($run*) or $chain)
}

rule PikaBot_Rundll_Export_2023
{
    meta:
        description = "rundll32 with a function that PikaBot exports"
        family = "PikaBot"
        wave = "2023-02 to 2024-02"
        score = 6
        severity = "high"
        types = "text/plain text/x-* text/javascript text/js text/vbscript application/hta application/x-ms-shortcut"
        reference = "pr0xylife (2023-10-03 to 2023-12-20), github.com/pr0xylife/Pikabot: Pikabot_03.10.2023.txt"
        date = "2026-11-30"
        tests = "PikaBot_Rundll_Export_2023"
    strings:
        // HUF_inc_var (October), Crash, Throw (November) and Enter (December 2023) stand in the references.
        $run = /rundll32(\.exe)?["\x27 ^]{1,4}[^\r\n,]{1,140}, ?(Crash|Enter|Excpt|Limit|HUF_inc_var|Throw|GetModuleProp)["\x27]? {0,3}([^a-z0-9_ ]|$)/ nocase ascii wide
    condition:
        code and $run
}
