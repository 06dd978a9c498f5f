/*
    What Emotet's macros, sheets and notebooks would have run, wave by wave, as folding brings it to light.
*/

// Text that is there to be run, not to be read: what folding and macro sheets brought to light, and scripts.
// A mail or a page that quotes a command line is none.
private rule code
{
    condition:
        part_kind == "folded" or part_kind == "xlm" or not mime_type matches /^text\/(plain|html|xml)$/
}

rule Emotet_Command_Word_Error_2020
{
    meta:
        description = "Command line that shows a false error of Word and starts an encoded PowerShell"
        family = "Emotet"
        wave = "2020-12 to 2021-01"
        score = 7
        severity = "high"
        types = "text/plain text/x-* text/javascript text/js text/vbscript application/hta"
        reference = "Unit 42: Attack chain overview: Emotet in December 2020 and January 2021, https://unit42.paloaltonetworks.com/attack-chain-overview-emotet-in-december-2020-and-january-2021/"
        date = "2026-11-29"
        tests = "Emotet_Command_Word_Error_2020"
    strings:
        $message = /m\^?s\^?g\^? %user\^?name%\^? \/v\^? W\^?o\^?r\^?d/ nocase
        $encoded = /-e\^?n\^?c(\^?o\^?d)? ?[A-Za-z0-9+\/]{16}/ nocase
        $hidden = /-w\^? h\^?i\^?d/ nocase
    condition:
        code and $message and ($encoded or $hidden)
}

rule Emotet_PowerShell_Download_Loop_2018
{
    meta:
        description = "PowerShell that tries one address after the other until a file is large enough, and runs it"
        family = "Emotet"
        wave = "2018 to 2020-12"
        score = 7
        severity = "high"
        types = "text/plain text/x-* text/javascript text/js text/vbscript application/hta"
        reference = "Malwarebytes: Malware analysis: decoding Emotet, part 2 (2018-06), https://www.malwarebytes.com/blog/news/2018/06/malware-analysis-decoding-emotet-part-2"
        date = "2026-11-29"
        tests = "Emotet_PowerShell_Download_Loop_2018"
    strings:
        $split = /\.["']?split["']?\(/ nocase
        $fetch = /\.["']?DownloadFile["']?\(/ nocase
        $size = /\.["\x27]?length["\x27]? ?-ge ?[0-9]{4,6}/ nocase
        $stop = /break;? ?\}{0,2} ?\}? ?catch ?\{/ nocase
        $run1 = "Invoke-Item" nocase
        $run2 = "Start-Process" nocase
        $run3 = /\.["\x27]?create["\x27]?\(/ nocase
        $run4 = "rundll32" nocase
    condition:
        code and $split and $fetch and $size and $stop and any of ($run*)
}

rule Emotet_XLM_Fetch_Register_2022
{
    meta:
        description = "Excel 4.0 macro that fetches a library by CALL and registers it, put together"
        family = "Emotet"
        wave = "2022-03 to 2022-11"
        score = 6
        severity = "high"
        types = "text/plain text/x-* text/javascript text/js text/vbscript application/hta"
        reference = "Fortinet: Trends in the recent Emotet maldoc outbreak (2022-04-18), https://www.fortinet.com/blog/threat-research/Trends-in-the-recent-emotet-maldoc-outbreak"
        date = "2026-11-29"
        tests = "Emotet_XLM_Fetch_Register_2022"
    strings:
        $call1 = "JJCCBB"
        $call2 = "JJCCJJ"
        $fetch = "URLDownloadToFile" nocase
        $library = /\.\.\\[A-Za-z0-9]{1,24}\.(ocx|dll)/ nocase
        $register = "regsvr32" nocase
    condition:
        code and any of ($call*) and $fetch and ($library or $register)
}

rule Emotet_OneNote_Fetch_Script_2023
{
    meta:
        description = "Script out of a notebook that fetches a library and registers it"
        family = "Emotet"
        wave = "2023-03"
        score = 6
        severity = "high"
        types = "text/* application/hta"
        reference = "Unit 42: Emotet with OneNote attachments (2023-03-16), https://github.com/pan-unit42/iocs"
        date = "2026-11-29"
        tests = "Emotet_OneNote_Fetch_Script_2023"
    strings:
        $fetch1 = "XMLHTTP" nocase
        $fetch2 = "WinHttpRequest" nocase
        $fetch3 = "URLDownloadToFile" nocase
        $run1 = "regsvr32" nocase
        $run2 = "rundll32" nocase
        $run3 = /\.(dll|ocx)\b/ nocase
    condition:
        part_kind == "onenote" and any of ($fetch*) and any of ($run*)
}

rule Emotet_AppInstaller_2021
{
    meta:
        description = "Installer package of Windows that gives itself out for a part of Adobe's PDF reader"
        family = "Emotet"
        wave = "2021-12"
        score = 6
        severity = "high"
        largest_bytes = 65536
        reference = "Bleeping Computer: Emotet now spreads via fake Adobe Windows App Installer packages (2021-12-01), https://www.bleepingcomputer.com/news/security/emotet-now-spreads-via-fake-adobe-windows-app-installer-packages/"
        date = "2026-11-29"
        tests = "Emotet_AppInstaller_2021"
    strings:
        $installer = "<AppInstaller" nocase
        $adobe = /Adobe(View| PDF Component| Viewer)|Name="Adobe[^"]{0,40}"/ nocase
        $own = /Publisher="[^"]{0,200}O=Adobe/ nocase
    condition:
        $installer and $adobe and not $own
}

rule Emotet_Lure_Other_Device_2020
{
    meta:
        description = "Document that says it was made on another device and asks for editing to be enabled"
        family = "Emotet"
        wave = "2020-08 to 2020-10"
        score = 3
        severity = "medium"
        types = "text/* application/msword application/x-ole-storage"
        reference = "Cofense, Bleeping Computer: templates of Emotet documents (2020-08 to 2020-10), https://www.bleepingcomputer.com/news/security/emotet-malwares-new-red-dawn-attachment-is-just-as-dangerous/"
        date = "2026-11-29"
        tests = "Emotet_Lure_Other_Device_2020"
    strings:
        $made = /(created|made) (on|in|with) (an? )?(iOS|Android|Windows 10 Mobile|OpenOffice)( device)?/ nocase ascii wide
        $failed = "Operation did not complete successfully" nocase ascii wide
        $enable = /(click|press) ["']?Enable (Editing|Content)/ nocase ascii wide
    condition:
        $enable and ($made or $failed) and (part_kind == "doc-text" or part_kind == "rtf-text" or part_kind == "ole-stream" or mime_type == "application/msword")
}
