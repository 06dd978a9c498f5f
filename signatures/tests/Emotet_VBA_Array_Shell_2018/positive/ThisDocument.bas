Attribute VB_Name = "ThisDocument"
Attribute VB_Base = "1Normal.ThisDocument"
Attribute VB_GlobalNameSpace = False
Attribute VB_Creatable = False
Attribute VB_PredeclaredId = True
Attribute VB_Exposed = True
Sub AutoOpen()
' INERT SEKISHO TEST
If False Then
zQwErt = CDate(Sqr(6411 * Cos(3389) - CLng(771)))
hNkLpo = Array("p", "ow", "er", "sh", "e", "ll", " -", "e ", "SQBOAEUAUgBUAA==")
qRtUio = "po" + "wer" + "shell" + " -e " + "SQBOAEUAUgBUACAAUwBFAEsASQBTAEgATwAgAFQARQBTAFQA"
vBnMas = CLng(Hex(55) / Oct(33)) + Sqr(8811) * Cos(17)
Shell$ Join(hNkLpo, "") + qRtUio, 0
End If
End Sub
