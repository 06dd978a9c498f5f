/*
    QakBot (Qbot, Pinkslipbot): sheets of 2021, pages and images of 2022, notebooks and scripts of 2023.
*/

// Text that is there to be run, not to be read: what folding and macro sheets brought to light, and scripts.
// A mail or a page that quotes a command line is none.
private rule code
{
    condition:
        part_kind == "folded" or part_kind == "xlm" or not mime_type matches /^text\/(plain|html|xml)$/
}

rule QakBot_XLM_Regsvr_2021
{
    meta:
        description = "Excel 4.0 macro that registers a fetched file of an odd name in silence"
        family = "QakBot"
        wave = "2021 to 2022-05"
        score = 6
        severity = "high"
        types = "text/plain text/x-* text/javascript text/js text/vbscript application/hta application/x-ms-shortcut"
        reference = "Unit 42: QakBot obama111 (2021-10-07), github.com/PaloAltoNetworks/Unit42-timely-threat-intel: 2021-10-07-IOCs-for-Qakbot-obama111-and-Cobalt-Strike.txt; pr0xylife (2022-03-28), github.com/pr0xylife/Qakbot: Qakbot_AA_28.03.2022.txt"
        date = "2026-11-30"
        tests = "QakBot_XLM_Regsvr_2021"
    strings:
        $register = /regsvr32(\.exe)? (-silent|-e -n -i:|-s -n -i:)/ nocase
        $fetch = "URLDownloadToFile" nocase
        $up = /\.\.\\[A-Za-z0-9]{2,24}\.[a-z]{2,8}/ nocase
        $made = "CreateDirectoryA"
        $plain = /regsvr32(\.exe)? C:\\[A-Za-z]{3,12}\\/ nocase
        $folder = /C:\\(Datop|ProgramData|Users\\Public)\\[A-Za-z0-9]{1,24}\./ nocase
    condition:
        code and ($register and any of ($fetch, $up, $folder) or $made and $fetch and $plain)
}

rule QakBot_HTML_Smuggling_2022
{
    meta:
        description = "Page that hands over an archive of its own and names the password"
        family = "QakBot"
        wave = "2022-06 to 2022-12"
        score = 6
        severity = "high"
        types = "text/html image/svg+xml"
        reference = "Jeremy Humble: Classification_Qakbot_HTML_Redirect (2022-09-28), a public YARA rule"
        date = "2026-11-29"
        tests = "QakBot_HTML_Smuggling_2022"
    strings:
        $shown1 = "file is not displayed correctly" nocase
        $shown2 = "local downloaded file" nocase
        $password = /document password/ nocase
        $zip = "UEsDB"
        $code1 = "atob(" nocase
        $code2 = "createObjectURL" nocase
        $code3 = "msSaveOrOpenBlob" nocase
        $code4 = "data:image/svg+xml;base64" nocase
    condition:
        any of ($shown*) and ($password or $zip) and any of ($zip, $code*)
}

rule QakBot_LNK_Curl_Register_2022
{
    meta:
        description = "Command that fetches a library and registers it, one after the other or after a ping"
        family = "QakBot"
        wave = "2022-04 to 2022-10"
        score = 6
        severity = "high"
        types = "text/plain text/x-* text/javascript text/js text/vbscript application/hta application/x-ms-shortcut"
        reference = "pr0xylife (2022-06-21), github.com/pr0xylife/Qakbot: Qakbot_AA_21.06.2022.txt"
        date = "2026-11-30"
        tests = "QakBot_LNK_Curl_Register_2022"
    strings:
        $fetch = /\bcurl(\.exe)?["\x27]{0,2} / nocase ascii wide
        $wait = /\bping(\.exe)?["\x27]{0,2} [-\/]n 2 / nocase ascii wide
        // June 2022: into a folder that it makes, and registered in the same line.
        $at_once = /\bcurl(\.exe)?["\x27]{0,2} (--output|-o) [^\r\n&]{3,240}&& ?["\x27]{0,2}regsvr32(\.exe)?["\x27]{0,2} / nocase ascii wide
        $register = /\b(regsvr32|rundll32)(\.exe)?["\x27]{0,2} / nocase ascii wide
    condition:
        code and ($fetch and $wait and $register or $at_once)
}

rule QakBot_Image_Shellexecute_2022
{
    meta:
        description = "Script or shortcut on a disk image that registers a library of another name beside it"
        family = "QakBot"
        wave = "2022-09 to 2022-12"
        score = 6
        severity = "high"
        types = "text/plain text/x-* text/javascript text/js text/vbscript application/hta application/x-ms-shortcut"
        reference = "proshiba: QakBot, part 2 (2022-09-15), github.com/proshiba/analysis: QakBot/QakBot20220915/README.md; pr0xylife (2022-10-27), github.com/pr0xylife/Qakbot: Qakbot_BB04_27.10.2022.txt"
        date = "2026-11-30"
        tests = "QakBot_Image_Shellexecute_2022"
    strings:
        $execute = "shellexecute" nocase
        // The name of the program comes in pieces: some from here, some from the batch file.
        $pieces = /["\x27 ]\.?[A-Za-z]{2,24}[\\\/]{1,2}[A-Za-z]{2,24}\.(bat|cmd)["\x27]{0,2},? ?["\x27]?(reg ?svr|vr ?32)/ nocase ascii wide
        $batch = /%1(%2)?32 [A-Za-z]{2,24}[\\\/][A-Za-z]{2,24}\.(dat|tmp|db|txt|log)\b/ nocase
        $register = /["\x27](regsvr32|rundll32)(\.exe)?["\x27] ?, ?["\x27][^"\x27\r\n]{1,80}\.(dat|tmp|db|txt|log|gif|png|jpg)\b/ nocase
    condition:
        code and ($execute and $register or $pieces or $batch)
}

rule QakBot_JS_Signature_Block_2022
{
    meta:
        description = "Script that starts a library behind a signature block that is none of its own"
        family = "QakBot"
        wave = "2022-11"
        score = 5
        severity = "high"
        types = "text/plain text/x-* text/javascript text/js text/vbscript application/hta application/x-ms-shortcut"
        reference = "Bleeping Computer: New attacks use Windows security bypass zero-day to drop malware (2022-11-19), https://www.bleepingcomputer.com/news/security/new-attacks-use-windows-security-bypass-zero-day-to-drop-malware/ (read in the Chinese of 4hou.com, 2022-11-29); pr0xylife (2022-11-17), github.com/pr0xylife/Qakbot: Qakbot_BB06_17.11.2022.txt"
        date = "2026-11-30"
        tests = "QakBot_JS_Signature_Block_2022"
    strings:
        $block = /(\/\/|') SIG (\/\/|') Begin signature block/ nocase
        $run1 = "regsvr32" nocase
        $run2 = "rundll32" nocase
        $run3 = "shellexecute" nocase
        // The rest of the name of the program lay in a file beside the script.
        $beside = "OpenTextFile" nocase
        $library = /["\x27][A-Za-z]{2,24}[\\\/]{1,2}[A-Za-z]{2,24}\.(dat|tmp|db)["\x27]/ nocase
    condition:
        code and $block and $run3 and (any of ($run1, $run2) or $beside and $library)
}

rule QakBot_Rundll_Export_2023
{
    meta:
        description = "rundll32 with a function that QakBot exports"
        family = "QakBot"
        wave = "2023-01 to 2023-06"
        score = 7
        severity = "high"
        types = "text/plain text/x-* text/javascript text/js text/vbscript application/hta application/x-ms-shortcut"
        reference = "pr0xylife (2023-01-31 to 2023-04-04), github.com/pr0xylife/Qakbot: Qakbot_BB22_04.04.2023.txt"
        date = "2026-11-30"
        tests = "QakBot_Rundll_Export_2023"
    strings:
        // Wind, N115, RS32 and X555 stand in the reference; the rest has been named from knowledge.
        $run = /rundll32(\.exe)?["\x27 ^]{1,4}[^\r\n,]{1,140}\.[a-z]{2,12}["\x27]{0,2},(Wind|N115|RS32|X555|Motd|Updt|must|bind|Nikn)\b/ nocase ascii wide
    condition:
        code and $run
}

rule QakBot_ProgramData_Picture_2023
{
    meta:
        description = "Script that fetches a picture into ProgramData and starts it as a library"
        family = "QakBot"
        wave = "2023-01 to 2023-03"
        score = 6
        severity = "high"
        types = "text/plain text/x-* text/javascript text/js text/vbscript application/hta application/x-ms-shortcut"
        reference = "pr0xylife (2023-02-07), github.com/pr0xylife/Qakbot: Qakbot_BB14_07.02.2023.txt"
        date = "2026-11-29"
        tests = "QakBot_ProgramData_Picture_2023"
    strings:
        $fetch1 = "Invoke-WebRequest" nocase
        $fetch2 = /\bcurl(\.exe)? / nocase
        $fetch3 = "DownloadFile" nocase
        $fetch4 = "XMLHTTP" nocase
        $picture = /ProgramData%?\\{1,2}[A-Za-z0-9_]{1,32}\.(jpe?g|png|gif)/ nocase
        $run = "rundll32" nocase
    condition:
        code and any of ($fetch*) and $picture and $run
}
