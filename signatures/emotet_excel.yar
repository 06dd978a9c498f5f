/*
    Emotet's workbooks with Excel 4.0 macros: strings that stand readable in BIFF and in macro sheets.
*/

rule Emotet_XLM_Download_2022
{
    meta:
        description = "Excel 4.0 macro that fetches a file by CALL and registers it"
        family = "Emotet"
        wave = "2022-03 to 2022-11"
        score = 6
        severity = "high"
        types = "application/vnd.ms-excel* application/x-ole-storage application/octet-stream application/x-excel-stream text/xml"
        reference = "Fortinet: Trends in the recent Emotet maldoc outbreak (2022-04-18), https://www.fortinet.com/blog/threat-research/Trends-in-the-recent-emotet-maldoc-outbreak; pr0xylife (2022-03-16), github.com/pr0xylife/Emotet: e5_emotet_16.03.2022.txt"
        date = "2026-11-30"
        tests = "Emotet_XLM_Download_2022"
    strings:
        $call = "JJCCBB" ascii wide
        $call2 = "JJCCJJ" ascii wide
        $fetch = "DownloadToFile" ascii wide nocase
        $lib = "urlmon" ascii wide nocase
        $run = "regsvr32" ascii wide nocase
        $ocx = /\.\.\\[A-Za-z0-9]{1,24}\.(ocx|ooccxx|dll)/ ascii wide nocase
    condition:
        (uint32(0) == 0xE011CFD0 or part_kind == "ole-stream" or filepath matches /xl\/macrosheets|xl\\macrosheets|macrosheets/)
        and any of ($call, $call2) and 2 of ($fetch, $lib, $run, $ocx)
}

rule Emotet_XLM_Mshta_Caret_2022
{
    meta:
        description = "Excel 4.0 macro with mshta and an address split by carets"
        family = "Emotet"
        wave = "2022-01"
        score = 6
        severity = "high"
        types = "application/vnd.ms-excel* application/x-ole-storage application/octet-stream application/x-excel-stream text/xml"
        reference = "executemalware (2022-01-20), github.com/executemalware/Malware-IOCs: 2022-01-20 Emotet IOCs"
        date = "2026-11-30"
        tests = "Emotet_XLM_Mshta_Caret_2022"
    strings:
        $mshta = /m\^s\^?h\^?t\^?a\^? / ascii wide nocase
        $mshta_2 = /ms\^h\^?t\^?a\^? / ascii wide nocase
        $mshta_3 = /msh\^t\^?a\^? / ascii wide nocase
        $mshta_4 = /msht\^a\^? / ascii wide nocase
        $http = /h\^t\^?t\^?p\^?:/ ascii wide nocase
        $http_later = /ht\^?t?\^?p\^?:\/\^\// ascii wide nocase
        $plain = "mshta" ascii wide nocase
    condition:
        filesize < 20MB and any of ($http*) and (any of ($mshta*) or $plain)
}

rule Emotet_Excel_Templates_Folder_2022
{
    meta:
        description = "Workbook that tells its reader to copy it to the Templates folder and open it again"
        family = "Emotet"
        wave = "2022-11"
        score = 5
        severity = "high"
        types = "application/vnd.ms-excel* application/x-ole-storage application/octet-stream application/x-excel-stream text/xml"
        reference = "Bleeping Computer: Emotet botnet starts blasting malware again after 5 month break (2022-11-02), https://www.bleepingcomputer.com/news/security/emotet-botnet-starts-blasting-malware-again-after-5-month-break/ (read in the Chinese of 4hou.com); Cisco Talos: Emotet coming in hot (2022-11-08), https://blog.talosintelligence.com/emotet-coming-in-hot/"
        date = "2026-11-24"
        tests = "Emotet_Excel_Templates_Folder_2022"
    strings:
        $relaunch = "RELAUNCH REQUIRED" ascii wide nocase
        $policy = "requirements of your security policy" ascii wide nocase
        $path = "\\root\\Templates" ascii wide nocase
        $path2 = "\\Microsoft Office\\Templates" ascii wide nocase
        $path3 = /Microsoft Office \(x86\)\\Templates/ ascii wide nocase
    condition:
        filesize < 50MB and any of ($relaunch, $policy) and any of ($path*)
}
