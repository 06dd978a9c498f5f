"""Shapes of what is encoded: base64, quoted-printable, blocks in texts, and texts themselves."""

import base64

from cost_shapes import BASE64, HALF, KIB, MIXED, PLAIN, QP, Table, body, fill

table = Table()
DATA = b"Content-Type: application/octet-stream\r\n"
LINE = base64.b64encode(b"words of no meaning that fill a line of it, to the end...").rstrip(b"=") + b"\r\n"

table.add("base64", body(DATA + BASE64, LINE))
table.add("base64_in_one_line", body(DATA + BASE64, LINE.strip()))
table.add("base64_in_lines_of_one", body(DATA + BASE64, b"Q\r\n"))
table.add("base64_padded_in_the_middle", body(DATA + BASE64, b"YQ==\r\n"))
table.add("base64_of_padding", body(DATA + BASE64, b"=", front=LINE))
table.add("base64_garbage", body(DATA + BASE64, b"YWJj!"))
table.add("base64_garbage_and_padding", body(DATA + BASE64, b"YQ=!=YWI"))
table.add("base64_blanks", body(DATA + BASE64, b"Y Q \t= = "))
table.add("base64_parts_padded_in_the_middle", body(
    MIXED, b"--outer\r\n" + DATA + BASE64 + b"\r\n" + LINE + b"YQ==YQ==%dYQ!YQ==\r\n", end=b"--outer--\r\n"))
table.add("base64_undeclared", body(PLAIN, LINE))
table.add("base64_runs", body(PLAIN, LINE * 2 + b"YQ==\r\n" + LINE + b"- %d\r\n"))
table.add("base64_runs_of_one_length", body(PLAIN, LINE * 2 + b"AA%d=\r\n- -\r\n"))
table.add("base64_runs_that_begin_as_files", body(PLAIN, b"UEsDBA\r\n" * 8 + LINE + b"- -\r\n"),
          sizes=(32 * KIB, 32 * KIB), limits=("mime.readings.limit",))

table.add("qp_soft_breaks", body(PLAIN + QP, b"=\r\n"))
table.add("qp_escapes", body(PLAIN + QP, b"=3D=e9"))
table.add("qp_bad_escapes", body(PLAIN + QP, b"=ZZ=="))
table.add("qp_equals_signs", body(PLAIN + QP, b"="))
table.add("qp_blanks", body(PLAIN + QP, b"= \t  \r\n"))
table.add("qp_blanks_alone", body(PLAIN + QP, b" "))
table.add("qp_bare_cr", body(PLAIN + QP, b"=\r \r"))
table.add("qp_binary", body(DATA + QP, b"=00 \t\r\n=\r=4 ="))
table.add("qp_parts_with_bad_escapes", body(
    MIXED, b"--outer\r\n" + DATA + QP + b"\r\n=00=ZZ== \t\r\n=\r%d\r\n" + b"x" * 60 + b"\r\n", end=b"--outer--\r\n"))

UU_LINE = b"M" + b"9" * 60 + b"\r\n"
table.add("uu", body(PLAIN, UU_LINE, front=b"begin 644 a.bin\r\n", end=b"`\r\nend\r\n"))
table.add("uu_begins", body(PLAIN, b"begin 644 a%d.bin\r\n"))
table.add("uu_begins_with_data", body(PLAIN, b"begin 644 a%d.bin\r\n" + UU_LINE))
table.add("uu_begins_without_data", body(PLAIN, b"begin 644 a\r\n\r\n"))
table.add("uu_begins_in_one_line", body(PLAIN, b"\rbegin 644 a", end=b"\r\n"))
table.add("uu_begin_words", body(PLAIN, b"begin "))
table.add("uu_base64_begins", body(PLAIN, b"begin-base64 644 a%d\r\n" + LINE))
table.add("uu_base64_begins_in_one_line", body(PLAIN, b"\rbegin-base64 644 a", end=b"\r\n"))
table.add("yenc", body(PLAIN, b"r" * 128 + b"\r\n", front=b"=ybegin line=128 size=100 name=a.bin\r\n"))
table.add("yenc_begins", body(PLAIN, b"=ybegin line=128 size=%d name=a.bin\r\n" + b"r" * 60 + b"\r\n"))
table.add("yenc_begins_without_name", body(PLAIN, b"=ybegin \r\n"))
table.add("yenc_begins_in_one_line", body(PLAIN, b"=ybegin size=1"))
table.add("yenc_ends", body(PLAIN, b"=yen\r\n=y", front=b"=ybegin line=128 size=1 name=a.bin\r\n"))
table.add("yenc_escapes", body(PLAIN, b"=", front=b"=ybegin line=128 size=1 name=a.bin\r\n"))
BANNER = b"(This file must be converted with BinHex 4.0)\r\n"
table.add("binhex", body(PLAIN, b'"' * 64 + b"\r\n", front=BANNER + b":", end=b":\r\n"))
table.add("binhex_begins", body(PLAIN, BANNER + b":" + b'"' * 60 + b":\r\n"))
table.add("binhex_banners", body(PLAIN, BANNER))
table.add("binhex_banners_without_data", body(PLAIN, BANNER + b"x\r\n" * 10))

table.add("smuggling_dots", body(PLAIN, b"\r\n.\r\n"))
table.add("smuggling_dots_with_bare_lf", body(PLAIN, b"text\n.\r\n"), limits=("mime.readings.limit",))
table.add("smuggled_mails", body(
    PLAIN, b"text\n.\r\nMAIL FROM:<a>\r\nRCPT TO:<b>\r\nDATA\r\nFrom: a@example.net\r\n\r\n"), limits=("limit.depth",),
    sizes=HALF)
table.add("smuggled_commands", body(PLAIN, b"RSET\r\n", front=b"text\n.\r\n"))
table.add("dots", body(PLAIN, b"."))

HTML = b"Content-Type: text/html; charset=utf-8\r\n"
table.add("html_tags", body(HTML, b"<b>"))
table.add("html_tags_with_attributes", body(HTML, b'<a href="x" title=\'y>z\'>w</a>'))
table.add("html_without_ends", body(HTML, b"<a b='"))
table.add("html_comments_without_end", body(HTML, b"<!--"))
table.add("html_meta", body(HTML, b"<meta charset"))
table.add("html_entities", body(HTML, b"&#65;&amp;&x"))
table.add("html_scripts", body(HTML, b"<script>"))
table.add("plus_signs", body(PLAIN, b"+AD"))
table.add("escapes_of_iso_2022", body(PLAIN, b"x\x1b(B\x1b$B"))
table.add("wide_text", body(PLAIN, b"a\0"))
table.add("content_words", body(PLAIN, b"content-"))
table.add("content_lines", body(PLAIN, b"Content-x\r\n\r\n"))
table.add("apple_single", body(DATA, b"\0\0\0\2" * 3, front=b"\0\5\x16\0\0\2\0\0" + bytes(16) + b"\xff\xff"))
