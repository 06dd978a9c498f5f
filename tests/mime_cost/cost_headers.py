"""Shapes of headers: fields, parameters, comments, words, and lines with odd ends."""

from cost_shapes import HALF, KIB, MIXED, PLAIN, Table, body, fields, fill

# From 60,000 bytes on a field is one that mail servers cut, and its message is read in all ways: a step, not a slope.
table = Table(sizes=HALF)
SIXTEEN = range(16)

table.add("one_long_field", fields(b"x" * 70, front=b"X-Long: "))
table.add("one_field_that_is_cut", fields(b"x" * 70, front=b"X-Long: "), sizes=(64 * KIB, 64 * KIB))
table.add("one_long_folded_field", fields(b"word\r\n ", front=b"X-Long: "))
table.add("folds_of_blanks", fields(b"\r\n ", front=b"X-Long: x"))
table.add("folds_that_look_like_fields", fields(b"\r\n Content-Type: text/html", front=b"X-Long: x"))
table.add("many_fields", fields(b"X-Field-%d: value of it\r\n"))
table.add("short_fields", fields(b"X: yyyyy\r\n"))
table.add("fields_beyond_the_limit", fields(b"a:\r\n"), sizes=(64 * KIB, 64 * KIB), limits=("limit.header",))
table.add("names_near_mime", fields(b"Content-Transfer-Encodmgs: x\r\n"))
table.add("names_near_mime_on_folds", fields(b"\r\n Content-Transfer-Encodm: 7bit", front=b"X: y"))
table.add("odd_names", fields(b"Content Type (c): \0\r\n"))
table.add("eight_bit_names", fields(b"Con\xe9tent-Type: a/b\r\n"))
table.add("junk_lines", fields(b"this is no field\r\nX: y\r\n"))
table.add("junk_before_folds", fields(b"word\r\n x\r\n"))
table.add("split_names", fields(b"Content-\r\n Type: text/plain\r\n"))
table.add("names_without_colon", fields(b"Content-Type text/plain\r\n"))
table.add("content_types", fields(b"Content-Type: text/plain; name=a%d\r\n"))
table.add("content_types_in_parts", body(
    MIXED, b"--outer\r\n" + b"".join(b"Content-Type: multipart/x%d; boundary=a;b,c(d%%d\r\n" % i for i in SIXTEEN)
    + b"\r\nx\r\n", end=b"--outer--\r\n"), limits=("mime.readings.limit",))
table.add("encodings_in_parts", body(
    MIXED, b"--outer\r\n" + b"".join(
        b"Content-Transfer-Encoding: base-64, quoted (%d) =?us-ascii?Q?base64?=\r\n" % i for i in SIXTEEN)
    + b"\r\nx\r\n", end=b"--outer--\r\n"))
table.add("mbox_lines", fields(b"From a@example.net\r\n>From b\r\n"))


NAME = b'Content-Type: application/zip; name="'


def type_field(unit, front=b"Content-Type: multipart/mixed; ", end=b"\r\n"):
    return fields(unit, front=front, end=end, text=b"--a\r\n\r\nbody\r\n--a--\r\n")


table.add("parameters", type_field(b"name%d=value; "))
table.add("parameters_that_are_none", type_field(b"name; "))
table.add("boundary_parameters", type_field(b"boundary=b%d; "))
table.add("boundary_words", type_field(b"bound"))
table.add("boundary_names", type_field(b"boundary"))
table.add("boundary_names_and_marks", type_field(b"boundary*0 "))
table.add("blanks_before_boundary", lambda size: (
    b"Content-Type: multipart/mixed;" + b" " * size + b"boundary=a; boundary=b; boundary=c\r\n", b"--a\r\n\r\nx\r\n"))
table.add("continuations", type_field(b"boundary*%d=x; "))
table.add("continuations_of_a_name", type_field(b"name*%d*=%41; "))
table.add("continuations_of_many_names", type_field(b"n%d*0=x; n%d*1=y; "))
table.add("percent_signs", type_field(b"%41%zz", front=b"Content-Type: application/zip; name*=utf-8''"))
table.add("encoded_words", type_field(b"=?utf-8?Q?a?= ", front=NAME, end=b'"\r\n'))
table.add("words_of_two_charsets", type_field(
    b"=?iso-8859-1?Q?=E9?= =?iso-2022-jp?B?GyRCJCIbKEI=?= ", front=NAME, end=b'"\r\n'))
table.add("words_without_end", type_field(b"=?utf-8?Q?a", front=NAME, end=b'"\r\n'))
table.add("words_in_the_subject", fields(b"=?utf-8?B?5pel5pys?=\r\n ", front=b"Subject: "))
table.add("comments", type_field(b"(c) "))
table.add("nested_comments", type_field(b"(c\\)"))
table.add("comments_that_nest_and_end", lambda size: (
    b"Content-Type: multipart/mixed; " + b"(" * (size // 2) + b")" * (size // 2) + b"boundary=a\r\n",
    b"--a\r\n\r\nx\r\n"))
table.add("comments_in_parts", body(
    MIXED, b'--outer\r\nContent-Type: (c)multipart(d)/(e)mixed(f);(g)boundary(h)=(i)"a(%d)"(j)\r\n\r\nx\r\n',
    end=b"--outer--\r\n"))
table.add("quotes", type_field(b'a="\\" '))
table.add("quoted_pairs", type_field(b'\\"', front=NAME, end=b'"\r\n'))
table.add("values_in_shift_jis", type_field(b'a="\x83\\"; '))
table.add("values_in_shift_jis_in_parts", body(
    MIXED, b"--outer\r\nContent-Type: text/plain; " + b'a="\x83\\"; ' * 300 + b"\r\n\r\nx\r\n", end=b"--outer--\r\n"))
table.add("escapes_without_end", type_field(b"\x1b$B", front=NAME, end=b'"\r\n'))
table.add("gaps_within_a_value", type_field(b"a ", front=b"Content-Type: multipart/mixed; boundary="))
table.add("types_within_a_type", type_field(b"multipart/mixed, application/x, ", front=b"Content-Type: "))
table.add("dispositions", fields(b"filename=a%d.txt; ", front=b"Content-Disposition: attachment; ", end=b"\r\n"))
table.add("long_names_in_parts", body(
    MIXED, b'--outer\r\nContent-Disposition: attachment; filename="' + b"n" * 900 + b'%d.exe   .txt"\r\n\r\nx\r\n',
    end=b"--outer--\r\n"))

# Line ends. Where CRs alone part the lines, one LF far behind keeps the message from being an old Macintosh's.
table.add("bare_cr", body(PLAIN, b"x\r", end=b"\n"))
table.add("bare_cr_alone", body(PLAIN, b"\r", end=b"\n"))
table.add("bare_lf", body(PLAIN, b"x\n"))
table.add("cr_cr_lf", body(PLAIN, b"x\r\r\n"))
table.add("lf_cr", body(PLAIN, b"x\n\r"))
table.add("nuls", body(PLAIN, b"\0"))
table.add("nuls_in_the_header", fields(b"\0", front=b"X-Nul: "))
table.add("nul_lines", fields(b"X\0: y\r\n"))
table.add("bare_cr_in_the_header", fields(b"x\r", front=b"X-Cr: "))
table.add("bare_cr_fields", fields(b"X: yyyyy\r", front=b"X-Cr: "))
table.add("bare_cr_and_controls", fields(b"x\r\1\1\1\1", front=b"X-Cr: "))
table.add("cr_cr_lf_in_the_header", fields(b"X: y\r\r\n"))
table.add("lf_cr_in_the_header", fields(b"X: yyyyy\n\r"))
table.add("bare_lf_in_the_header", fields(b"X: yyyyy\n"))
table.add("missing_blank_line", lambda size: (b"X: y\r\n" * 4 + b"no field\r\n" + fill(b"body\r\n", size), b""))
table.add("bare_cr_delimiters", body(MIXED, b"\r--outer\rX" + b"x" * 60, end=b"\n--outer--\r\n"))
table.add("bare_cr_delimiters_and_headers", body(
    MIXED, b"\r--outer\rX: y\rZ: %d\r\rtext" + b"x" * 60, end=b"\n--outer--\r\n"))
table.add("bare_cr_delimiters_and_junk", lambda size: (
    MIXED, fill(b"\r--outer\rjunk" + b"x" * 60, size // 2) + b"\rX: y\r" + fill(b"junk\r", size // 2)
    + b"\n--outer--\r\n"))
table.add("cr_delimiters_before_a_line", lambda size: (
    MIXED, fill(b"\r--outer\rjunk" + b"x" * 60, size // 2) + b"\n" + fill(b"x", size // 2) + b"\n--outer--\r\n"))
table.add("old_macintosh", lambda size: (PLAIN.replace(b"\r\n", b"\r"), fill(b"line\r", size)))
