/*
    Emotet's other attachments: scripts, shortcuts, notebooks, and the archives around them.
*/

rule Emotet_JS_Array_2019
{
    meta:
        description = "UTF-16 script that begins with an array of encoded words"
        family = "Emotet"
        wave = "2019-10"
        score = 7
        severity = "high"
        reference = "Florian Roth: MAL_Emotet_JS_Dropper_Oct19_1 (2019-10-03), github.com/Neo23x0/signature-base: yara/crime_emotet.yar"
        types = "text/* application/octet-stream"
        first_bytes = 32
        date = "2026-11-24"
        tests = "Emotet_JS_Array_2019"
    strings:
        $start = "var a=['" wide
    condition:
        uint16(0) == 0xFEFF and $start in (2..16)
}

rule Emotet_LNK_Findstr_2022
{
    meta:
        description = "Shortcut that looks for a script in its own file, or decodes one, and runs it"
        family = "Emotet"
        wave = "2022-04"
        score = 6
        severity = "high"
        reference = "Unit 42: Emotet with shortcuts (2022-04-25), github.com/PaloAltoNetworks/Unit42-timely-threat-intel: 2022-04-25-IOCs-for-Emotet-epoch4.txt; pr0xylife (2022-04-26), github.com/pr0xylife/Emotet: e4_emotet_26.04.2022.txt"
        types = "application/x-ms-shortcut application/octet-stream"
        date = "2026-11-24"
        tests = "Emotet_LNK_Findstr_2022"
    strings:
        $magic = { 4C 00 00 00 01 14 02 00 00 00 00 00 C0 00 00 00 00 00 00 46 }
        $findstr = "findstr" ascii wide nocase
        $self = ".lnk\"" ascii wide nocase
        $decode = "FromBase64String" ascii wide nocase
        $out = "Out-String" ascii wide nocase
        $temp = /%tmp%|%temp%|\$env:TEMP/ ascii wide nocase
    condition:
        $magic at 0 and $temp and (($findstr and $self) or $decode or $out)
}

rule Emotet_OneNote_Script_2023
{
    meta:
        description = "OneNote section with an embedded script"
        family = "Emotet"
        wave = "2023-03"
        score = 7
        severity = "high"
        reference = "Unit 42: Emotet with OneNote files (2023-03-16), github.com/PaloAltoNetworks/Unit42-timely-threat-intel: 2023-03-16-IOCs-for-Emotet-E5-activity.txt"
        types = "application/onenote application/octet-stream"
        date = "2026-11-24"
        tests = "Emotet_OneNote_Script_2023"
    strings:
        $section = { E4 52 5C 7B 8C D8 A7 4D AE B1 53 78 D0 29 96 D3 }
        $object = { E7 16 E3 BD 65 26 11 45 A4 C4 8D 4D 0B 7A 9E AC }
        $script1 = /<script[^>\r\n]{0,80}language ?= ?["']?(vbscript|jscript)/ ascii wide nocase
        $script2 = "<job" ascii wide nocase
        $script3 = "On Error Resume Next" ascii wide nocase
        $script4 = "<hta:application" ascii wide nocase
        $script5 = "WScript.Shell" ascii wide nocase
    condition:
        $section at 0 and $object and any of ($script*)
}

rule Emotet_ZIP_Padded_Document_2023
{
    meta:
        description = "Small ZIP with a single Office document of more than 100 MB"
        family = "Emotet"
        wave = "2023-03"
        score = 5
        severity = "high"
        reference = "elceef: ZIP_High_Ratio_Single_Doc (2023-03-08), github.com/elceef/yara-rulz: rules/ZIP_High_Ratio_Single_Doc.yara; Unit 42 (2023-03-07), github.com/PaloAltoNetworks/Unit42-timely-threat-intel: 2023-03-07-IOCs-for-Emotet-activity.txt"
        types = "application/zip application/octet-stream"
        largest_bytes = 4194304
        date = "2026-11-24"
        tests = "Emotet_ZIP_Padded_Document_2023"
    strings:
        $local = { 50 4B 03 04 }
        $central = { 50 4B 01 02 }
    condition:
        filesize < 4MB and $local at 0 and #central == 1
        and uint32(@central[1] + 24) > 100000000
        and (
            uint32be(@central[1] + 42 + uint16(@central[1] + 28)) & 0xFFDFDFDF == 0x2E444F43
            or uint32be(@central[1] + 42 + uint16(@central[1] + 28)) & 0xFFDFDFDF == 0x2E584C53
            or uint32be(@central[1] + 42 + uint16(@central[1] + 28)) & 0xDFDFDFDF == 0x444F434D
            or uint32be(@central[1] + 42 + uint16(@central[1] + 28)) & 0xDFDFDFDF == 0x584C534D
        )
}

rule Emotet_ZIP_Locked_Name_2020
{
    meta:
        description = "Password-protected ZIP named as Emotet's and TA551's campaigns did"
        family = "Emotet"
        wave = "2020-09 to 2022-11"
        score = 2
        severity = "low"
        reference = "Unit 42: attachments of Emotet (2021-01-20 and 2022-04-25), github.com/PaloAltoNetworks/Unit42-timely-threat-intel: 2021-01-20-IOCs-from-Emotet-epoch1-infection.txt"
        types = "application/zip application/octet-stream"
        first_bytes = 4096
        date = "2026-11-30"
        tests = "Emotet_ZIP_Locked_Name_2020"
    strings:
        $local = { 50 4B 03 04 }
    condition:
        $local at 0 and uint16(6) & 1 == 1 and (
            filename matches /^(Mes|DATA|Dat|DOC|FILE|INF|INV|MES|REP|ARC|Rep|Details?|Scan|message|Untitled|Form)[_ -]?[A-Z]?[0-9]{3,19}([_ -][A-Za-z0-9]{1,20})?\.zip$/
            or filename matches /^20[0-9]{2}-[0-9]{2}-[0-9]{2}[_-][0-9]{3,4}\.zip$/
            or filename matches /^[A-Z]{2,3}-?[0-9]{5,12}[A-Z]{0,2}( [0-9]{6})?\.zip$/
            or filename matches /^[0-9]{2,6}[_-][0-9]{8}\.zip$/
            // April 2022, mostly with a country.
            or filename matches /^(Electronic )?form( Dt)? [0-9]{2}\.[0-9]{2}\.20[0-9]{2}(, [A-Z][A-Za-z ]{1,16})?\.zip$/i
            or filename matches /^INV 20[0-9]{2}-[0-9]{2}-[0-9]{2}_[0-9]{4}(, [A-Z][A-Za-z ]{1,16})?\.zip$/
        )
}
