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
        wave = "2020-10 to 2021-06"
        score = 6
        severity = "high"
        types = "text/plain text/x-* text/javascript text/js text/vbscript application/hta application/x-ms-shortcut"
        reference = "Unit 42: TA551: email attack campaign switches from Valak to IcedID (2021-01-07), https://unit42.paloaltonetworks.com/ta551-shathak-icedid/"
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
        wave = "2020-10 to 2021-06"
        score = 6
        severity = "high"
        types = "text/plain text/x-* text/javascript text/js text/vbscript application/hta application/x-ms-shortcut"
        reference = "Unit 42: TA551: email attack campaign switches from Valak to IcedID (2021-01-07), https://unit42.paloaltonetworks.com/ta551-shathak-icedid/"
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
        reference = "Binary Defense, Uptycs: IcedID campaign with Excel 4.0 macros (2021-04), https://www.uptycs.com/blog/icedid-campaign-spotted-being-spiced-with-excel-4-macros"
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
        wave = "2022-02 to 2023-04"
        score = 6
        severity = "high"
        types = "text/plain text/x-* text/javascript text/js text/vbscript application/hta application/x-ms-shortcut"
        reference = "Unit 42, SANS ISC: IcedID from disk images and notebooks (2022 to 2023), https://isc.sans.edu/diary/29740"
        date = "2026-11-29"
        tests = "IcedID_Rundll_Init_2022"
    strings:
        $plugin = /rundll32(\.exe)?["\x27 ^]{1,4}[^\r\n,]{1,140}, ?PluginInit\b/ ascii wide
        $init = /rundll32(\.exe)?["\x27 ^]{1,4}[^\r\n,]{1,140}\.(jpe?g|png|gif|dat|tmp|txt|bin)["\x27]{0,2} ?, ?init\b/ ascii wide
    condition:
        code and any of them
}

rule IcedID_Stolen_Images_2021
{
    meta:
        description = "Archive or script named as evidence of stolen pictures"
        family = "IcedID"
        wave = "2021-04 to 2022-12"
        score = 4
        severity = "medium"
        first_bytes = 16
        reference = "Microsoft: Investigating a unique form of email delivery for IcedID malware (2021-04-09), https://www.microsoft.com/en-us/security/blog/2021/04/09/investigating-a-unique-form-of-email-delivery-for-icedid-malware/"
        date = "2026-11-29"
        tests = "IcedID_Stolen_Images_2021"
    condition:
        filename matches /^stolen[ _-]?images?[ _-]?evidence[^.]{0,20}(\.[a-z0-9]{1,5})?\.(zip|iso|img|js|exe|vhd|lnk)$/i
}
