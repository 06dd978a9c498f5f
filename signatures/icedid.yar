/*
    IcedID (BokBot) and the mails of TA551 that carried it, Valak and Ursnif.
*/

// Text that is there to be run, not to be read: what folding and macro sheets brought to light, and scripts.
// A mail or a page that quotes a command line is none.
private rule code
{
    condition:
        part_kind == "folded" or part_kind == "xlm" or not mime_type matches /^text\/(plain|html|xml)$/
}

rule IcedID_TA551_Public_HTA_2021
{
    meta:
        description = "Macro that writes an .hta below C:\\Users\\Public and opens it"
        family = "IcedID"
        wave = "2021-05 to 2021-06"
        score = 6
        severity = "high"
        types = "text/plain text/x-* text/javascript text/js text/vbscript application/hta application/x-ms-shortcut"
        reference = "Unit 42: TA551 with IcedID (2021-05-17), github.com/PaloAltoNetworks/Unit42-timely-threat-intel: 2021-05-17-IOCs-for-TA551-IcedID.txt"
        date = "2026-11-29"
        tests = "IcedID_TA551_Public_HTA_2021"
    strings:
        $file = /C:\\{1,2}users\\{1,2}public\\{1,2}[a-z0-9_]{0,32}\.hta/ nocase
        $part = "\\users\\public\\" nocase
        $hta = ".hta\"" nocase
        $run1 = /\bShell[\( ]/ nocase
        $run2 = "mshta" nocase
        $run3 = "explorer" nocase
        $run4 = /\.(Run|Exec|ShellExecute|Create)\b/ nocase
    condition:
        code and ($file or ($part and $hta)) and any of ($run*)
}

rule IcedID_HTA_Backwards_2021
{
    meta:
        description = "Script with the names of its objects written backwards"
        family = "IcedID"
        wave = "2021"
        score = 6
        severity = "high"
        types = "text/plain text/x-* text/javascript text/js text/vbscript application/hta application/x-ms-shortcut"
        reference = "elceef: OLE2_AutoOpen_Reversed_Payload (2021-12-01), github.com/elceef/yara-rulz: rules/OLE2_Reversed.yara"
        date = "2026-11-29"
        tests = "IcedID_HTA_Backwards_2021"
    strings:
        $shell = "llehs.tpircsw" nocase
        $stream = "maerts.bdoda" nocase
        $files = "tcejbometsyselif.gnitpircs" nocase
        $http = "ptthlmx" nocase
        $address = /\/\/:s?ptth/ nocase
        $program = /(23lldnur|23rvsger)/ nocase
    condition:
        code and 2 of them
}

rule IcedID_XLM_Rundll_Register_2021
{
    meta:
        description = "Macro that fetches a library and starts it by rundll32 and DllRegisterServer"
        family = "IcedID"
        wave = "2021 to 2022-02"
        score = 6
        severity = "high"
        types = "text/plain text/x-* text/javascript text/js text/vbscript application/hta application/x-ms-shortcut"
        reference = "Unit 42: IcedID from spreadsheets (2021-03-15), github.com/PaloAltoNetworks/Unit42-timely-threat-intel: 2021-03-15-IOCs-from-IcedID-infection.txt"
        date = "2026-11-29"
        tests = "IcedID_XLM_Rundll_Register_2021"
    strings:
        $fetch1 = "URLDownloadToFile" nocase
        $fetch2 = "DownloadFile" nocase
        $run = /rundll32(\.exe)? (\.\.\\|C:\\ProgramData\\|C:\\Users\\Public\\)[^\r\n",]{1,60},DllRegisterServer/ nocase
    condition:
        code and $run and any of ($fetch*)
}

rule IcedID_Rundll_Init_2022
{
    meta:
        description = "rundll32 with a function that IcedID exports"
        family = "IcedID"
        wave = "2021-05 to 2023-10"
        score = 6
        severity = "high"
        types = "text/plain text/x-* text/javascript text/js text/vbscript application/hta application/x-ms-shortcut"
        reference = "pr0xylife (2023-02-21 and 2023-10-19), github.com/pr0xylife/IcedID: icedID_21.02.2023.txt; Unit 42: TA551 with IcedID (2021-05-17), github.com/PaloAltoNetworks/Unit42-timely-threat-intel: 2021-05-17-IOCs-for-TA551-IcedID.txt"
        date = "2026-11-30"
        tests = "IcedID_Rundll_Init_2022"
    strings:
        $plugin = /rundll32(\.exe)?["\x27 ^]{1,4}[^\r\n,]{1,140}, ?PluginInit\b/ nocase ascii wide
        $scab = /rundll32(\.exe)?["\x27 ^]{1,4}[^\r\n]{1,140}[, ]{1,2}scab \/k [a-z]{4,16}/ nocase ascii wide
        $init = /rundll32(\.exe)?["\x27 ^]{1,4}[^\r\n,]{1,140}\.(jpe?g|png|gif|dat|tmp|txt|bin)["\x27]{0,2} ?, ?init\b/ nocase ascii wide
    condition:
        code and any of them
}

rule IcedID_Stolen_Images_2021
{
    meta:
        description = "Archive or script named as evidence of stolen pictures"
        family = "IcedID"
        wave = "2021-04 to 2022-06"
        score = 4
        severity = "medium"
        first_bytes = 16
        reference = "Unit 42: Contact Forms campaign (2021-07-20 and 2022-05-03), github.com/PaloAltoNetworks/Unit42-timely-threat-intel: 2022-05-03-IOCs-for-Contact-Forms-Bumblebee-and-Cobalt-Strike.txt"
        date = "2026-11-29"
        tests = "IcedID_Stolen_Images_2021"
    condition:
        filename matches /^stolen[ _-]?images?[ _-]?evidence[^.]{0,20}(\.[a-z0-9]{1,5})?\.(zip|iso|img|js|exe|vhd|lnk)$/i
}
