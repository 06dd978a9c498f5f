Attribute VB_Name = "Module1"
Sub Links()
a = Split("https://www.example.com/report0.pdf,https://www.example.com/report1.pdf,https://www.example.com/report2.pdf,https://www.example.com/report3.pdf,https://www.example.com/report4.pdf,https://www.example.com/report5.pdf,https://www.example.com/report6.pdf,https://www.example.com/report7.pdf,https://www.example.com/report8.pdf,https://www.example.com/report9.pdf,https://www.example.com/report10.pdf,https://www.example.com/report11.pdf", ",")
r = URLDownloadToFile(0, a(0), "report.pdf", 0, 0)
End Sub
