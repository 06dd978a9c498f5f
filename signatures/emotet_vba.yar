/*
    Emotet's VBA droppers, wave by wave, on macro source (as it comes out of a document, or exported) and on the
    documents that carried them. Written from published descriptions. Nothing here loops over a whole file, and no
    pattern is unbounded.
*/

rule Emotet_VBA_Array_Shell_2018
{
    meta:
        description = "Macro that joins a command from short array elements between dead arithmetic and runs it by Shell"
        family = "Emotet"
        wave = "2018"
        score = 6
        severity = "high"
        types = "text/x-vba"
        reference = "Malwarebytes: Malware analysis: decoding Emotet, part 1 (2018-05-25), https://www.malwarebytes.com/blog/news/2018/05/malware-analysis-decoding-emotet-part-1"
        date = "2026-11-24"
        tests = "Emotet_VBA_Array_Shell_2018"
    strings:
        $auto = /\bSub (AutoOpen|Auto_Open|Document_Open|Workbook_Open)\b/ nocase
        $shell = /\bShell(\$| ?\(| [A-Za-z"])/ nocase
        $array = /\bArray\("[^"\r\n]{1,4}", ?"[^"\r\n]{1,4}", ?"[^"\r\n]{1,4}"/ nocase
        $join = "Join(" nocase
        $junk = /\b(CLng|CDate|Sqr|Hex|Oct)\([^\r\n]{0,80}\b(Cos|Sqr|CLng|Oct|Tan)\(/ nocase
    condition:
        $auto and $shell and $array and $join and $junk
}

rule Emotet_VBA_WMI_Form_2019
{
    meta:
        description = "Macro that starts a process by a salted WMI moniker with a command kept in a form or in the text"
        family = "Emotet"
        wave = "2019-09 to 2021-01"
        score = 6
        severity = "high"
        types = "text/x-vba"
        reference = "\"Reverse Engineering the Emotet E-Mail Virus\" (2021-01-01), on a document of 2020-12-30; strings of Defender for Emotet, github.com/mthcht/awesome-lists: Lists/Others/Defender_yara_rules/O97M/TrojanDownloader/Emotet.yara"
        date = "2026-11-30"
        tests = "Emotet_VBA_WMI_Form_2019"
    strings:
        $get = /\b(GetObject|CreateObject)\([A-Za-z_][A-Za-z0-9_]{0,60}\)/ nocase
        $create = /\)\.Create[\( ]/ nocase
        $create_by_name = /\b[A-Za-z_][A-Za-z0-9_]{0,60}\.Create [A-Za-z_]/ nocase
        $form = /\.(TextBox|ComboBox|Label|CommandButton|MultiPage|Pages)[A-Za-z0-9_\(\)]{0,20}\.(Text|Tag|Caption|ControlTipText|Value)\b/ nocase
        // From December 2020 the command lay in the text of the document.
        $story = /\.StoryRanges\.Item\(/ nocase
        $salt = /\b(Replace|Split)\([A-Za-z_"][^\r\n]{0,200}, ?"[^"\r\n]{2,24}"/ nocase
        $window = /\.ShowWindow ?=/ nocase
    condition:
        $get and ($salt or $window)
        and (($create and $form) or (any of ($create*) and $story))
}

rule Emotet_VBA_Concat_Replace_2021
{
    meta:
        description = "Macro that hides a command line in literals with a filler that Replace removes"
        family = "Emotet"
        wave = "2021-11"
        score = 6
        severity = "high"
        types = "text/x-vba"
        reference = "Netskope: The Return of Emotet (2021-11), https://www.netskope.com/pt/blog/netskope-threat-coverage-the-return-of-emotet"
        date = "2026-11-24"
        tests = "Emotet_VBA_Concat_Replace_2021"
    strings:
        $auto = /\bSub (AutoOpen|Auto_Open|Document_Open|Workbook_Open)\b/ nocase
        $replace = /\bReplace\("[^\r\n]{6,400}", ?"[A-Za-z0-9]{1,8}", ?""\)/ nocase
        $pieces = /"[^"\r\n]{1,6}" ?[&+] ?"[^"\r\n]{1,6}" ?[&+] ?"/
        $run = /\.(Run|Exec|ShellExecute)\b|\bShell[\( ]/ nocase
    condition:
        $auto and $run and #replace >= 1 and $pieces
}

rule Emotet_VBA_ProgramData_Script_2022
{
    meta:
        description = "Macro that writes a .vbs or .bat below ProgramData and starts it"
        family = "Emotet"
        wave = "2022-02"
        score = 6
        severity = "high"
        types = "text/x-vba"
        reference = "Unit 42: Emotet epoch 5 (2022-02-22), github.com/PaloAltoNetworks/Unit42-timely-threat-intel: 2022-02-22-IOCs-for-Emotet-epoch5-activity.txt"
        date = "2026-11-24"
        tests = "Emotet_VBA_ProgramData_Script_2022"
    strings:
        $folder = "\\programdata\\" nocase
        $script = /\.(vbs|bat|cmd|js)"/ nocase
        $host = /\b(wscript|cscript)(\.exe)?[ "]|\bcmd(\.exe)? \/c/ nocase
        $write1 = /\bFor Output\b/ nocase
        $write2 = "CreateTextFile" nocase
        $write3 = "SaveToFile" nocase
    condition:
        $folder and $script and $host and any of ($write*)
}

rule Emotet_VBA_Padded_Regsvr32_2023
{
    meta:
        description = "Macro that fetches a ZIP or DLL, looks for PK or MZ, and registers it by regsvr32"
        family = "Emotet"
        wave = "2023-03"
        score = 6
        severity = "high"
        types = "text/x-vba"
        reference = "Unit 42: Emotet with padded documents (2023-03-07), github.com/PaloAltoNetworks/Unit42-timely-threat-intel: 2023-03-07-IOCs-for-Emotet-activity.txt"
        date = "2026-11-24"
        tests = "Emotet_VBA_Padded_Regsvr32_2023"
    strings:
        $fetch1 = "URLDownloadToFile" nocase
        $fetch2 = "InternetReadFile" nocase
        $fetch3 = /(MSXML2|Microsoft)\.(Server)?XMLHTTP/ nocase
        $magic1 = "\"PK\""
        $magic2 = "\"MZ\""
        $run = /regsvr32(\.exe)? \/s/ nocase
    condition:
        any of ($fetch*) and any of ($magic*) and $run
}

rule Emotet_Padded_Document_2023
{
    meta:
        description = "Word document with macros, filled up with zeros to hundreds of megabytes"
        family = "Emotet"
        wave = "2023-03"
        score = 5
        severity = "high"
        reference = "Unit 42: Emotet with padded documents (2023-03-07), github.com/PaloAltoNetworks/Unit42-timely-threat-intel: 2023-03-07-IOCs-for-Emotet-activity.txt"
        types = "application/msword application/vnd.ms-excel application/x-ole-storage application/octet-stream"
        date = "2026-11-24"
        tests = "Emotet_Padded_Document_2023"
    strings:
        $vba = "_VBA_PROJECT" wide
    condition:
        filesize > 100MB and uint32(0) == 0xE011CFD0 and uint32(filesize - 4) == 0
        and uint32(filesize - 65536) == 0 and $vba in (0..8388608)
}

rule Emotet_Word_XML_Macro_2018
{
    meta:
        description = "Word 2003 XML with macros, under the name of a .doc"
        family = "Emotet"
        wave = "2018-11 to 2019-05"
        score = 6
        severity = "high"
        reference = "unopened: Decalage: oletools, olevba (Word 2003 XML and ActiveMime)"
        types = "application/wordml+xml"
        date = "2026-11-24"
        tests = "Emotet_Word_XML_Macro_2018"
    strings:
        // Under any prefix, and as UTF-16. Word saves as .xml in this form; nobody names it .doc by accident.
        $data = "binData" ascii wide
        $macros = "editdata.mso" ascii wide
        $active_mime = "QWN0aXZlTWltZ" ascii wide
        $present = "macrosPresent=\"yes\"" ascii wide
    condition:
        extension == ".doc" and $data and $macros and any of ($active_mime, $present)
}
