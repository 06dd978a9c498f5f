"""What mail servers do to ambiguous mail that leaves nothing to find. A row that excuses nothing is a failure itself."""

import re

# Servers ("milter": what Postfix gives to one), message's name (a whole match), kind of fault, why.
ROWS = [
    ("postfix milter", r"separator-part-(crcr|lfcr|crlf-cr|crlf-crcr)\..*", "payload",
     "A bare CR becomes a blank: the first line of the data is the end of the last field."),
    ("postfix milter", r"smuggled-(cr-dot-.*|crlf-dot-cr|lf-dot-cr)\..*", "payload",
     "A bare CR becomes a blank, so that the dot ends nothing: what stands behind it is text to every client."),
    ("postfix milter", r"qp-escape-before-cr\..*", "payload",
     "A bare CR becomes a blank: no client joins the word behind it."),
    ("postfix milter", r"smuggled-(bdat|headers-lf-dot-(lf|crlf))\..*", "payload",
     "The second mail is refused for want of an envelope."),
    ("postfix sendmail", r"message-first-line-.*", "class",
     "The first line continues the server's own field."),
    ("postfix sendmail milter", r"qp-end-of-message\..*", "class",
     "SMTP ends every message in a line end, so that the last '=' stands before one."),
    ("sendmail", r"(composite-.*-encoded\..*\.qp|separator-part-(none|spaces|tab)\.).*", "payload",
     "Sendmail writes the fields of parts anew and loses a line of what stands behind them."),
    ("sendmail", r"separator-part-junk-then-blank\..*\.qp\..*", "payload",
     "Sendmail puts a blank line before the junk: the decoded file begins with it for every client."),
    ("sendmail", r"name-behind-many-parameters\..*", "name",
     "Sendmail cuts a part's field after some hundred parameters."),
    ("sendmail", r"name-(8bit-sjis-backslash-last|open-quote)\..*", "name",
     "Sendmail balances the quotes, and drops the byte before them."),
]


class Excuses:
    """The rows of one server, and which of them were needed."""

    def __init__(self, server):
        self.rows = [row for row in ROWS if server in row[0].split()]
        self.used = set()

    def __call__(self, name, kind):
        fitting = [row for row in self.rows if kind == row[2] and re.fullmatch(row[1], name)]
        self.used.update(fitting)
        return bool(fitting)

    def unused(self):
        return [row for row in self.rows if row not in self.used]
