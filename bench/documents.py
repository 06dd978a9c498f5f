#!/usr/bin/python3
"""Makes the documents whose speed docs/performance.md names, as a corpus for scan_bench.

usage: bench/documents.py FIXTURES FOLDER     FIXTURES: the program sekisho-fixtures

FOLDER/parts/macros-100k   a Word document of 100 KB with eight modules of ordinary macros
FOLDER/parts/xlsx-50m      a workbook of 50 MB, one sheet of half a million rows of numbers (200 MB of XML)
"""

import pathlib
import random
import shutil
import subprocess
import sys
import tempfile
import zipfile

NAMESPACE = "http://schemas.openxmlformats.org/"
DECLARATION = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
MAIN = "application/vnd.openxmlformats-officedocument.spreadsheetml."
ROWS = 530_000
PARTS = {
    "[Content_Types].xml":
        f'<Types xmlns="{NAMESPACE}package/2006/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{MAIN}sheet.main+xml"/>'
        f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{MAIN}worksheet+xml"/></Types>',
    "_rels/.rels":
        f'<Relationships xmlns="{NAMESPACE}package/2006/relationships"><Relationship Id="rId1" '
        f'Type="{NAMESPACE}officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>',
    "xl/workbook.xml":
        f'<workbook xmlns="{NAMESPACE}spreadsheetml/2006/main" xmlns:r="{NAMESPACE}officeDocument/2006/relationships">'
        '<sheets><sheet name="Data" sheetId="1" r:id="rId1"/></sheets></workbook>',
    "xl/_rels/workbook.xml.rels":
        f'<Relationships xmlns="{NAMESPACE}package/2006/relationships"><Relationship Id="rId1" '
        f'Type="{NAMESPACE}officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
}


def write_workbook(path):
    chooser = random.Random(1)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as book:
        for name, text in PARTS.items():
            book.writestr(name, DECLARATION + text)
        with book.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as sheet:
            sheet.write(f'{DECLARATION}<worksheet xmlns="{NAMESPACE}spreadsheetml/2006/main"><sheetData>'.encode())
            for row in range(1, ROWS + 1):
                cells = "".join(f'<c r="{column}{row}"><v>{chooser.random() * 1000:.6f}</v></c>' for column in "ABCDEFGHIJ")
                sheet.write(f'<row r="{row}">{cells}</row>'.encode())
            sheet.write(b"</sheetData></worksheet>")


def main():
    if len(sys.argv) != 3:
        print(__doc__.strip(), file=sys.stderr)
        return 2
    folder = pathlib.Path(sys.argv[2])
    for name in ("parts/macros-100k", "parts/xlsx-50m", "mails"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch:
        subprocess.run([sys.argv[1], scratch], check=True)
        shutil.copy(pathlib.Path(scratch) / "office-work.doc", folder / "parts/macros-100k")
    write_workbook(folder / "parts/xlsx-50m/figures.xlsx")
    return 0


if __name__ == "__main__":
    sys.exit(main())
