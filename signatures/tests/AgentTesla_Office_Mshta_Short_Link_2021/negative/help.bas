Attribute VB_Name = "Module1"
Sub Help()
ActiveWorkbook.FollowHyperlink "https://bit.ly/ourhelp"
End Sub
