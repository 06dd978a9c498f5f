Attribute VB_Name = "Module1"
Sub ReplaceInAllStories()
' INERT SEKISHO TEST
Set catalog = CreateObject("ADOX.Catalog")
catalog.Create connection
text = Replace(ActiveDocument.StoryRanges.Item(1).Text, "Ltd", "Limited")
End Sub
