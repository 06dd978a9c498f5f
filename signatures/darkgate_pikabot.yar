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
        reference = "Trend Micro: DarkGate opens organizations for attack via Skype, Teams (2023-10-12), https://www.trendmicro.com/en_us/research/23/j/darkgate-opens-organizations-for-attack-via-skype-teams.html"
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
        description = "Script that makes two folders of random names, fetches a library into them and starts it"
        family = "PikaBot"
        wave = "2023-10 to 2024-02"
        score = 7
        severity = "high"
        types = "text/plain text/x-* text/javascript text/js text/vbscript application/hta application/x-ms-shortcut"
        reference = "Cofense: Are DarkGate and PikaBot the new QakBot? (2023-11-20), https://cofense.com/blog/are-darkgate-and-pikabot-the-new-qakbot/"
        date = "2026-11-29"
        tests = "PikaBot_Folder_Curl_2023"
    strings:
        $folder = /\b(mkdir|md) "?C:\\{1,2}[A-Za-z]{4,24}\\{1,2}[A-Za-z]{4,24}/ nocase ascii wide
        $fetch = /\bcurl(\.exe)? [^\r\n]{1,200}(--output|-o) / nocase ascii wide
        $run = /\b(rundll32|regsvr32)\b/ nocase ascii wide
    condition:
        code and $folder and $fetch and $run
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
        reference = "Unit 42: IOC lists of Pikabot (2023 to 2024), https://github.com/PaloAltoNetworks/Unit42-timely-threat-intel"
        date = "2026-11-29"
        tests = "PikaBot_Rundll_Export_2023"
    strings:
        $run = /rundll32(\.exe)?["\x27 ^]{1,4}[^\r\n,]{1,140}, ?(Crash|Excpt|Limit|HUF_inc_var|GetModuleProp)\b/ ascii wide
    condition:
        code and $run
}
