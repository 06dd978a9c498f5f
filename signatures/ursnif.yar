/*
    Ursnif (Gozi, ISFB), as mails to Japan and Italy brought it.
*/

// Text that is there to be run, not to be read: what folding and macro sheets brought to light, and scripts.
// A mail or a page that quotes a command line is none.
private rule code
{
    condition:
        part_kind == "folded" or part_kind == "xlm" or not mime_type matches /^text\/(plain|html|xml)$/
}

rule Ursnif_Country_Check_2019
{
    meta:
        description = "Macro or PowerShell that goes on in Japan or Italy alone, and fetches more"
        family = "Ursnif"
        wave = "2018-10 to 2019-12"
        score = 6
        severity = "high"
        types = "text/plain text/x-* text/javascript text/js text/vbscript application/hta application/x-ms-shortcut"
        reference = "Yoroi: How Ursnif evolves to keep threatening Italy (2019-05), https://blog.yoroi.company/research/how-ursnif-evolves-to-keep-threatening-italy/ (read in the Chinese of anquanke.com, 180524); SC Media: Narwhal Spider (2018-10), https://www.scworld.com/news/narwhal-spider-groups-spam-campaign-targets-japanese-recipients-with-urlzone-malware"
        date = "2026-11-30"
        tests = "Ursnif_Country_Check_2019"
    strings:
        $where1 = /Get-(UI)?Culture/ nocase
        $where2 = "xlCountrySetting" nocase
        $where3 = /Application\.International\((1|2)\)/ nocase
        $where4 = "CurrentCulture" nocase
        $where5 = "PreferredUILanguages" nocase
        $land1 = /-match ?["\x27]?\(?(ja|jp|it|japan|italy)[\x27"*|\-)]/ nocase
        $land2 = /-like ?["\x27]?\(?(ja|jp|it|japan|italy)[\x27"*|\-)]/ nocase
        $land3 = /-eq ?["\x27]?\(?(ja|jp|it|japan|italy)[\x27"*|\-)]/ nocase
        $land4 = /-contains ?["\x27]?\(?(ja|jp|it|japan|italy)[\x27"*|\-)]/ nocase
        $land5 = /= ?["\x27]\(?(japan|italy)["\x27]/ nocase
        $land6 = "\"ja-jp\"" nocase
        $land8 = "'ja-jp'" nocase
        $land9 = "\"it-it\"" nocase
        $land10 = "'it-it'" nocase
        $land7 = /(= ?|case )(81|39)\b/ nocase
        // Pieces of "it-IT" and of "Italia", as of May 2019.
        $land11 = /-like ?\(?["\x27]\*(t-I|ali)\*["\x27]/ nocase
        $fetch1 = "DownloadString" nocase
        $fetch2 = "Drawing.Bitmap" nocase
        $fetch3 = "DownloadFile" nocase
        $fetch4 = /\bShell[\( ][^\r\n]{0,40}(powershell|mshta|cmd)\b/ nocase
    condition:
        code and any of ($where*) and any of ($land*) and any of ($fetch*)
}

rule Ursnif_Picture_Stage_2018
{
    meta:
        description = "PowerShell that reads a program out of the pixels of a picture from the web"
        family = "Ursnif"
        wave = "2018-10 to 2020"
        score = 7
        severity = "high"
        types = "text/plain text/x-* text/javascript text/js text/vbscript application/hta application/x-ms-shortcut"
        reference = "Yoroi: How Ursnif evolves to keep threatening Italy (2019-05), https://blog.yoroi.company/research/how-ursnif-evolves-to-keep-threatening-italy/ (read in the Chinese of anquanke.com, 180524); Trend Micro: Spam campaign targets Japan, uses steganography to deliver the BEBLOH banking trojan (2018-10-26), https://www.trendmicro.com/vinfo/us/security/news/cybercrime-and-digital-threats/spam-campaign-targets-japan-uses-steganography-to-deliver-the-bebloh-banking-trojan"
        date = "2026-11-29"
        tests = "Ursnif_Picture_Stage_2018"
    strings:
        $bitmap = "Drawing.Bitmap" nocase
        $pixel = "GetPixel" nocase
        $nibble = /-band ?15/ nocase
        $fetch1 = "WebClient" nocase
        $fetch2 = "OpenRead" nocase
        $fetch3 = "Invoke-WebRequest" nocase
    condition:
        code and $bitmap and $pixel and $nibble and any of ($fetch*)
}

rule Ursnif_WMIC_Stylesheet_2020
{
    meta:
        description = "Macro that has wmic run a style sheet that it wrote"
        family = "Ursnif"
        wave = "2019-12 to 2020-06"
        score = 6
        severity = "high"
        types = "text/plain text/x-* text/javascript text/js text/vbscript application/hta application/x-ms-shortcut"
        reference = "unopened: Unit 42: Wireshark tutorial and IOC lists of TA551 (2020), https://github.com/pan-unit42/iocs"
        date = "2026-11-29"
        tests = "Ursnif_WMIC_Stylesheet_2020"
    strings:
        $wmic = /\bwmic(\.exe)?["\x27]? [^\r\n]{1,80}\/format ?:/ nocase
        $sheet = /\.xsl\b/ nocase
        $folder = /(ProgramData|%temp%|\\temp\\|AppData|Users\\public)/ nocase
    condition:
        code and $wmic and $sheet and $folder
}
