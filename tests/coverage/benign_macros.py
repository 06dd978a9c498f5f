"""Macros as offices write them: each source goes into a workbook of Excel 97, a .docm and a signed add-in."""

import cfb
import evasion_packages
import forms
import vba

# name -> source; what a person in an office had somebody write, and mails to colleagues and customers.
SOURCES = {
    "estimate": """Option Explicit
Private Sub Workbook_Open()
    Sheets("Estimate").Activate
    UserForm1.Show
End Sub
Private Sub CommandButton1_Click()
    If MsgBox("Print the estimate?", vbYesNo + vbQuestion) = vbYes Then ActiveSheet.PrintOut Copies:=1
End Sub
""",
    "estimate-ja": """Private Sub Workbook_Open()
    ' 見積書を開いた時の処理
    Worksheets("見積書").Select
    Range("B2").Value = Format(Date, "yyyy年mm月dd日")
    MsgBox "本日の日付を入力しました。", vbInformation, "見積書"
End Sub
Sub 印刷()
    ActiveSheet.PageSetup.PrintArea = "$A$1:$H$40"
    ActiveSheet.PrintPreview
End Sub
""",
    "folder-list": """Sub ListFiles()
    Dim fso As Object, folder As Object, file As Object, row As Long
    Set fso = CreateObject("Scripting.FileSystemObject")
    Set folder = fso.GetFolder(ThisWorkbook.Path)
    row = 2
    For Each file In folder.Files
        Cells(row, 1).Value = file.Name
        Cells(row, 2).Value = file.DateLastModified
        row = row + 1
    Next
End Sub
""",
    "csv-out": """Private Sub Workbook_BeforeClose(Cancel As Boolean)
    Dim n As Integer, r As Long
    n = FreeFile
    Open ThisWorkbook.Path & "\\" & "export.csv" For Output As #n
    For r = 1 To Cells(Rows.Count, 1).End(xlUp).Row
        Print #n, Cells(r, 1).Value & "," & Cells(r, 2).Value
    Next r
    Close #n
End Sub
""",
    "database": """Public Sub Auto_Open()
    Dim db As Object, rs As Object
    Set db = CreateObject("ADODB.Connection")
    db.Open "Provider=SQLOLEDB;Data Source=SRV01;Initial Catalog=Sales;Integrated Security=SSPI"
    Set rs = db.Execute("SELECT Customer, Total FROM Invoices WHERE Month = " & Month(Date))
    Range("A2").CopyFromRecordset rs
    db.Close
End Sub
""",
    "outlook": """Sub SendReport()
    Dim app As Object, mail As Object
    Set app = CreateObject("Outlook.Application")
    Set mail = app.CreateItem(0)
    With mail
        .To = Range("B1").Value
        .Subject = "Report of " & Format(Date, "yyyy-mm-dd")
        .Body = "Please find the report attached." & vbCrLf & Application.UserName
        .Attachments.Add ThisWorkbook.FullName
        .Display
    End With
End Sub
""",
    "rates": """Sub UpdateRates()
    Dim http As Object
    Set http = CreateObject("MSXML2.XMLHTTP")
    http.Open "GET", "https://www.example.com/rates/eur.csv", False
    http.send
    If http.Status = 200 Then Range("A1").Value = Split(http.responseText, vbLf)(0)
End Sub
""",
    "rates-on-open": """Private Sub Workbook_Open()
    Dim http As Object, lines As Variant, i As Long
    Set http = CreateObject("WinHttp.WinHttpRequest.5.1")
    http.Open "GET", "https://www.example.com/rates/eur.csv"
    http.send
    lines = Split(http.ResponseText, vbLf)
    For i = 0 To UBound(lines)
        Sheets("Rates").Cells(i + 1, 1).Value = Split(lines(i), ",")(0)
    Next
End Sub
""",
    "explorer": """Sub OpenFolder()
    Shell "explorer.exe /select," & ThisWorkbook.FullName, vbNormalFocus
End Sub
Sub OpenNotes()
    Shell "notepad.exe " & ThisWorkbook.Path & "\\readme.txt", vbNormalFocus
End Sub
""",
    "desktop": """Function DesktopPath() As String
    DesktopPath = CreateObject("WScript.Shell").SpecialFolders("Desktop")
End Function
Private Sub CommandButton2_Click()
    ActiveWorkbook.SaveCopyAs DesktopPath() & "\\copy of " & ThisWorkbook.Name
    CreateObject("WScript.Shell").Popup "Saved on the desktop.", 3, "Copy"
End Sub
""",
    "dictionary": """Sub CountNames()
    Dim names As Object, cell As Range
    Set names = CreateObject("Scripting.Dictionary")
    For Each cell In Range("A2", Cells(Rows.Count, 1).End(xlUp))
        names(cell.Value) = names(cell.Value) + 1
    Next
    Range("C2").Resize(names.Count).Value = Application.Transpose(names.Keys)
End Sub
""",
    "regular": """Function PostCode(text As String) As String
    With CreateObject("VBScript.RegExp")
        .Pattern = "\\d{3}-\\d{4}"
        If .Test(text) Then PostCode = .Execute(text)(0)
    End With
End Function
""",
    "strings": """Function Letters(n As Long) As String
    Letters = Chr(64 + n) & Chr(13) & Chr(10)
End Function
Function Clean(s As String) As String
    Clean = Replace(Replace(Trim(s), Chr(9), " "), vbCrLf, " ")
    Clean = StrConv(Left(Clean, 1), vbUpperCase) & Mid(Clean, 2)
    Clean = Join(Split(Clean, "  "), " ")
End Function
""",
    "timer": """Private Declare PtrSafe Sub Sleep Lib "kernel32" (ByVal ms As Long)
Public Sub Auto_Open()
    Application.OnTime Now + TimeValue("00:05:00"), "SaveCopy"
End Sub
Sub SaveCopy()
    ThisWorkbook.Save
    Sleep 200
End Sub
""",
    "user-name": """Private Declare PtrSafe Function GetUserName Lib "advapi32.dll" Alias "GetUserNameA" (ByVal b As String, n As Long) As Long
Function WhoAmI() As String
    Dim b As String, n As Long
    b = String(255, 0): n = 255
    If GetUserName(b, n) Then WhoAmI = Left(b, n - 1)
    If WhoAmI = "" Then WhoAmI = Environ("USERNAME")
End Function
Private Sub Workbook_Open()
    Range("A1").Value = WhoAmI()
End Sub
""",
    "protect": """Private Sub Workbook_Open()
    Dim sheet As Worksheet
    For Each sheet In Worksheets
        sheet.Protect Password:="budget", UserInterfaceOnly:=True
    Next
    Worksheets("Lists").Visible = xlSheetVeryHidden
End Sub
Private Sub Worksheet_Change(ByVal Target As Range)
    If Target.Column = 3 Then Target.Offset(0, 1).Value = Now
End Sub
""",
    "toolbar": """Private Sub Workbook_Open()
    Dim bar As Object
    Set bar = Application.CommandBars.Add("Office tools", , , True)
    With bar.Controls.Add(1)
        .Caption = "Check"
        .OnAction = "CheckAll"
    End With
    bar.Visible = True
End Sub
Sub CheckAll()
    Application.Run "'" & ThisWorkbook.Name & "'!OneCheck"
End Sub
Sub OneCheck()
    MsgBox "Nothing is missing."
End Sub
""",
    "letters": """Private Sub Document_Open()
    On Error Resume Next
    ActiveDocument.Fields.Update
    ActiveDocument.Bookmarks("Today").Range.Text = Format(Date, "d mmmm yyyy")
End Sub
Private Sub Document_New()
    frmLetter.Show
End Sub
""",
    "mail-merge": """Sub AutoNew()
    With ActiveDocument.MailMerge
        .OpenDataSource Name:=ThisDocument.Path & "\\addresses.xlsx", SQLStatement:="SELECT * FROM [Sheet1$]"
        .Destination = wdSendToNewDocument
        .Execute
    End With
End Sub
""",
    "pdf-out": """Sub SaveAsPdf()
    Dim name As String
    name = ThisWorkbook.Path & "\\" & Range("B3").Value & ".pdf"
    ActiveSheet.ExportAsFixedFormat Type:=xlTypePDF, Filename:=name, OpenAfterPublish:=True
End Sub
""",
    "import-text": """Private Sub Workbook_Open()
    Dim stream As Object
    Set stream = CreateObject("ADODB.Stream")
    stream.Type = 2: stream.Charset = "UTF-8"
    stream.Open
    stream.LoadFromFile ThisWorkbook.Path & "\\data.csv"
    Range("A1").Value = stream.ReadText
    stream.Close
End Sub
""",
    "recorded": """Sub Macro1()
'
' Macro1 Macro
' Macro recorded 24/11/2003 by Administrator
'
    Range("A1:F20").Select
    Selection.Copy
    Sheets("Sheet2").Select
    ActiveSheet.Paste
    Application.CutCopyMode = False
End Sub
""",
}


def project_bin(source):
    """vbaProject.bin with that source in its only module of a document."""
    root = cfb.read(forms.ours("vbaProject.bin")())
    found = vba.Project(vba.storage_of(root))
    found.code_page = 932
    head = 'Attribute VB_Name = "ThisWorkbook"\r\nAttribute VB_PredeclaredId = True\r\n'
    found.modules = [vba.Module("ThisWorkbook", "ThisWorkbook", head + source.replace("\n", "\r\n"), bytes(64), True)]
    found.write()
    return root


def workbook(source):
    """Excel 97."""
    root = cfb.read(forms.ours("stub.xls")())
    old = vba.storage_of(root)
    old.children = project_bin(source).children
    return cfb.write(root)


def document(source, signed=False):
    """A package whose macros stand in vbaProject.bin; with the part of a signature."""
    members = [(name, cfb.write(project_bin(source)) if name.endswith("vbaProject.bin") else data)
               for name, data in evasion_packages.members_of(forms.ours("dropper.docm")())]
    if signed:
        members.append(("word/_rels/vbaProject.bin.rels", b'<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/'
                        b'package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.microsoft.com/office/2006/relationships/'
                        b'vbaProjectSignature" Target="vbaProjectSignature.bin"/></Relationships>'))
        members.append(("word/vbaProjectSignature.bin", b"\x30\x82\x01\x00" + bytes(range(256))))
    return evasion_packages.pack(members)


def files():
    """(what it is, name, bytes)."""
    for name, source in SOURCES.items():
        yield f"macro book: {name}", f"{name}.xls", workbook(source)
        yield f"macro document: {name}", f"{name}.docm", document(source)
        yield f"signed add-in: {name}", f"{name}.dotm", document(source, signed=True)
