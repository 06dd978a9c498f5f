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
        types = "text/plain text/x-* text/javascript text/js text/vbscript application/hta application/x-ms-shortcut"
        reference = "\"Reverse Engineering the Emotet E-Mail Virus\" (2021-01-01), on a document of 2020-12-30"
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
        types = "text/plain text/x-* text/javascript text/js text/vbscript application/hta application/x-ms-shortcut"
        reference = "\"Reverse Engineering the Emotet E-Mail Virus\" (2021-01-01), on a document of 2020-12-30"
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
        types = "text/plain text/x-* text/javascript text/js text/vbscript application/hta application/x-ms-shortcut"
        reference = "pr0xylife (2022-03-16), github.com/pr0xylife/Emotet: e5_emotet_16.03.2022.txt; Fortinet: Trends in the recent Emotet maldoc outbreak (2022-04-18), https://www.fortinet.com/blog/threat-research/Trends-in-the-recent-emotet-maldoc-outbreak"
        date = "2026-11-30"
        tests = "Emotet_XLM_Fetch_Register_2022"
    strings:
        $call1 = "JJCCBB"
        $call2 = "JJCCJJ"
        // QakBot wrote it so, too: with a file beside the user's folder it is Emotet's.
        $short = "\"JCCB\""
        $fetch = "URLDownloadToFile" nocase
        $library = /\.\.\\[A-Za-z0-9]{1,24}\.(ocx|ooccxx|dll)/ nocase
        $register = "regsvr32" nocase
    condition:
        code and $fetch and (any of ($call*) and ($library or $register) or $short and $library and $register)
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
        reference = "Unit 42: Emotet with OneNote files (2023-03-16), github.com/PaloAltoNetworks/Unit42-timely-threat-intel: 2023-03-16-IOCs-for-Emotet-E5-activity.txt"
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
        $adobe1 = "AdobeView" nocase
        $adobe2 = "Adobe PDF Component" nocase
        $adobe3 = "Adobe Viewer" nocase
        $adobe4 = "Name=\"Adobe" nocase
        $own = "O=Adobe" nocase
    condition:
        $installer and any of ($adobe*) and not $own
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
        reference = "SecNews (2020-10), https://en.secnews.gr/263398/emotet-malware-xrhsimopoiei-kakovoula-windows-10-mobile-synhmmena/; Tripwire (2020-08), https://tripwire.com/state-of-security/emotet-switches-to-red-dawn-template-in-weaponized-word-documents"
        date = "2026-11-29"
        tests = "Emotet_Lure_Other_Device_2020"
    strings:
        $made1 = "created on iOS" nocase ascii wide
        $made2 = "created in iOS" nocase ascii wide
        $made3 = "created on an iOS" nocase ascii wide
        $made4 = "created on Android" nocase ascii wide
        $made5 = "created in Android" nocase ascii wide
        $made6 = "created on an Android" nocase ascii wide
        $made7 = "created on Windows 10 Mobile" nocase ascii wide
        $made8 = "created in Windows 10 Mobile" nocase ascii wide
        $made9 = "created with OpenOffice" nocase ascii wide
        $made10 = "created in OpenOffice" nocase ascii wide
        $made11 = "created on OpenOffice" nocase ascii wide
        $made12 = "made on iOS" nocase ascii wide
        $made13 = "made in iOS" nocase ascii wide
        $made14 = "made on an iOS" nocase ascii wide
        $made15 = "made on Android" nocase ascii wide
        $made16 = "made in Android" nocase ascii wide
        $made17 = "made on an Android" nocase ascii wide
        $made18 = "made on Windows 10 Mobile" nocase ascii wide
        $made19 = "made in Windows 10 Mobile" nocase ascii wide
        $made20 = "made with OpenOffice" nocase ascii wide
        $made21 = "made in OpenOffice" nocase ascii wide
        $made22 = "made on OpenOffice" nocase ascii wide
        $failed = "Operation did not complete successfully" nocase ascii wide
        $enable1 = "Enable Editing" nocase ascii wide
        $enable2 = "Enable Content" nocase ascii wide
    condition:
        any of ($enable*) and (any of ($made*) or $failed) and (part_kind == "doc-text" or part_kind == "rtf-text" or part_kind == "ole-stream" or mime_type == "application/msword")
}
