"""Shapes of multiparts: delimiters, nesting, and lines that only look like it."""

from cost_shapes import HALF, KIB, MIXED, PLAIN, Table, body, fill

table = Table()
END = b"--outer--\r\n"
# What is undeclared is found by the readings behind the first, and what they find is read once more, level by level.
SMALL = (4 * KIB, 4 * KIB)
LEVELS = {"sizes": SMALL, "limits": ("limit.depth",), "per_byte": 25_000}
PADDING = b"x" * 60 + b"\r\n"

table.add("many_parts", body(MIXED, b"--outer\r\nContent-Type: text/plain\r\n\r\npart number %d of them\r\n" + PADDING,
                             end=END))
table.add("parts_without_header", body(MIXED, b"--outer\r\n\r\npart number %d of them\r\n" + PADDING, end=END))
table.add("parts_that_are_empty", body(MIXED, b"--outer\r\n\r\n", end=END), sizes=HALF)
table.add("delimiters_alone", body(MIXED, b"--outer\r\n", end=END), sizes=SMALL)
table.add("closing_delimiters", body(MIXED, b"--outer--\r\n"))
table.add("parts_without_end", body(MIXED, b"--outer\r\nContent-Type: text/plain\r\n" + PADDING))
table.add("dashed_lines", body(MIXED, b"--\r\n", front=b"--outer\r\n\r\n", end=END))
table.add("dashed_lines_that_differ", body(MIXED, b"--line%d\r\n", front=b"--outer\r\n\r\n", end=END))
table.add("dashes", body(MIXED, b"-", front=b"--outer\r\n\r\n", end=END))
table.add("dashes_between_blanks", body(MIXED, b"               -", front=b"--outer\r\n\r\n", end=END))
table.add("indented_dashed_lines", body(MIXED, b"        --line\r\n", front=b"--outer\r\n\r\n", end=END))
table.add("long_dashed_lines", body(MIXED, b"--outer" + b"-" * 2_000 + b"\r\n", front=b"--outer\r\n\r\n", end=END))
table.add("undeclared_delimiters", body(PLAIN, b"--other%d\r\nContent-Type: text/plain\r\n\r\n"),
    **LEVELS)
table.add("quoted_sources", body(
    PLAIN, b"other%d\r\n--other%d\r\nContent-Type: text/plain\r\n", front=b"a report\r\nContent-Type: text/plain\r\n"),
    **LEVELS)
table.add("near_delimiters", body(MIXED, b'--"outer\r\n-- outer x\r\n --outerx\r\n', front=b"--outer\r\n\r\n", end=END),
    sizes=HALF)
table.add("trailing_delimiters", body(MIXED, b"--outer (trailing text)\r\n\r\n" + PADDING, end=END))
table.add("glued_delimiters", body(MIXED, b"text --outer\r\n\r\n", front=b"--outer\r\n\r\n", end=END), sizes=HALF)
table.add("glued_in_one_line", body(MIXED, b"x--outer", front=b"--outer\r\n\r\n", end=b"\r\n" + END))
table.add("glued_behind_dashes", body(MIXED, b"----outer", front=b"--outer\r\n\r\n", end=b"\r\n" + END))
table.add("glued_behind_blanks", body(MIXED, b" " * 100 + b"--outer", front=b"--outer\r\n\r\n", end=b"\r\n" + END))
table.add("preamble_of_delimiters", body(MIXED, b"--other%d\r\nContent-Type: text/plain\r\n\r\nx\r\n", end=END),
    **LEVELS)
table.add("epilogue_of_delimiters", body(
    MIXED, b"--other%d\r\nContent-Type: text/plain\r\n\r\nx\r\n", front=b"--outer\r\n\r\nx\r\n--outer--\r\n"),
    **LEVELS)
table.add("parts_behind_the_end", body(MIXED, b"--outer--\r\n--outer\r\n\r\n" + PADDING))
table.add("glued_to_one_of_two", body(
    MIXED, b"text --inner\r\n\r\n",
    front=b'--outer\r\nContent-Type: multipart/mixed; boundary="inner"\r\n\r\n--inner\r\n\r\n',
    end=b"--inner--\r\n" + END), sizes=HALF)


def nested(inner, unit, levels=12):
    """Multiparts within multiparts, and units within the innermost."""
    def make(size):
        out = [b"--outer\r\n"]
        for i in range(levels):
            boundary = inner(i)
            out.append(b'Content-Type: multipart/mixed; boundary="%s"\r\n\r\n--%s\r\n' % (boundary, boundary))
        return MIXED, b"".join(out) + b"\r\n" + fill(unit, size) + END
    return make


LONG = b"b" * 60
table.add("deep_nesting", nested(lambda i: b"level%d" % i, b"--level11\r\n\r\n" + PADDING))
table.add("deep_nesting_and_odd_lines", nested(lambda i: LONG + b"%d" % i, b"--" + LONG + b"x\r\n"))
table.add("prefix_boundaries", nested(lambda i: b"outer" + b"x" * i, b"--outer" + b"x" * 5 + b"\r\n\r\n" + PADDING))
table.add("inner_equals_outer", nested(lambda i: b"outer", b"--outer\r\n\r\n" + PADDING))
table.add("multiparts_that_begin_again", body(
    MIXED, b'--outer\r\nContent-Type: multipart/mixed; boundary="in%d"\r\n\r\n--in%d\r\n\r\n' + PADDING
    + b"--in%d--\r\n", end=END))
table.add("multiparts_without_parts", body(
    MIXED, b'--outer\r\nContent-Type: multipart/mixed; boundary="in%d"\r\n\r\n' + PADDING, end=END))
table.add("multiparts_before_blanks", lambda size: (MIXED, fill(
    b'--outer\r\nContent-Type: multipart/mixed; boundary="in%d"\r\n\r\n' + PADDING, size // 2) + b" " * (size // 2)))
table.add("multiparts_without_boundary", body(
    MIXED, b"--outer\r\nContent-Type: multipart/mixed\r\n\r\n--x%d\r\n\r\n" + PADDING, end=END))
table.add("same_boundary_again", body(
    MIXED, b'--outer\r\nContent-Type: multipart/mixed; boundary="outer"\r\n\r\n' + PADDING, end=END),
    limits=("limit.depth",))
table.add("levels_beyond_the_limit", nested(lambda i: b"level%d" % i, b"--level20\r\n\r\n" + PADDING, levels=40),
          limits=("limit.depth",), sizes=HALF)
table.add("many_odd_boundaries", body(
    MIXED, b"--outer\r\nContent-Type: multipart/mixed; boundary=a%d;b,c(d\"e\r\n\r\n" + PADDING, end=END))
table.add("odd_boundaries_and_dashed_lines", lambda size: (MIXED, fill(
    b"--outer\r\nContent-Type: multipart/mixed; boundary=a%d;b,c(d\"e\r\n\r\n" + PADDING, size * 3 // 4)
    + fill(b"--x%d\r\n", size // 4) + END))
table.add("parts_without_blank_lines", body(
    MIXED, b"--outer\r\nContent-Type: text/plain\r\nX-Field: %d\r\n" + PADDING, end=END))
table.add("fields_behind_fields", body(PLAIN, b"Content-Type: text/plain\r\n\r\n"), sizes=HALF)
table.add("late_fields", body(PLAIN, b"Content-Type: text/plain; name=a%d\r\nX: y\r\n\r\ntext\r\n\r\n"))

MAIL = b"From: a@example.net\r\nTo: b@example.jp\r\nMessage-ID: <%d@example.net>\r\n"
table.add("mails_in_a_row", body(
    MIXED, b"--outer\r\nContent-Type: message/rfc822\r\n\r\n" + MAIL + b"\r\n" + PADDING, end=END))
table.add("digest", body(
    b'Content-Type: multipart/digest; boundary="outer"\r\n', b"--outer\r\n\r\n" + MAIL + b"\r\n" + PADDING, end=END))
table.add("mails_within_mails", lambda size: (
    b"Content-Type: message/rfc822\r\n",
    (MAIL + b"Content-Type: message/rfc822\r\n\r\n") * 12 + MAIL + b"\r\n" + fill(PADDING, size)))
table.add("mails_beyond_the_limit", body(b"Content-Type: message/rfc822\r\n",
                                         MAIL + b"Content-Type: message/rfc822\r\n\r\n"), limits=("limit.depth",))
