#include "sandbox/rehearsal.h"

namespace sekisho::sandbox {

namespace {

// Text in three charsets, HTML, a ZIP, a gz and a small OOXML document: the common way through the scanner.
constexpr std::string_view mail =
    "From: gate@example.com\r\n"
    "To: gate@example.com\r\n"
    "Subject: =?ISO-2022-JP?B?GyRCNFg9ahsoQg==?=\r\n"
    "MIME-Version: 1.0\r\n"
    "Content-Type: multipart/mixed; boundary=\"rehearsal\"\r\n"
    "\r\n"
    "--rehearsal\r\n"
    "Content-Type: text/plain; charset=Shift_JIS\r\n"
    "Content-Transfer-Encoding: base64\r\n"
    "\r\n"
    "itaPioLMjJ+NuA==\r\n"
    "--rehearsal\r\n"
    "Content-Type: text/html; charset=utf-8\r\n"
    "Content-Transfer-Encoding: quoted-printable\r\n"
    "\r\n"
    "<html><body><p>caf=C3=A9</p></body></html>\r\n"
    "--rehearsal\r\n"
    "Content-Type: application/zip; name=\"notes.zip\"\r\n"
    "Content-Transfer-Encoding: base64\r\n"
    "\r\n"
    "UEsDBBQAAAAIAAAAIVjV8SkHJQAAABABAAAJAAAAbm90ZXMudHh0C8lIVUhPLElVyCxWyC9IzVNI\r\n"
    "K8rPVSjOrFAoyQdRegohI0oFAFBLAQIUAxQAAAAIAAAAIVjV8SkHJQAAABABAAAJAAAAAAAAAAAA\r\n"
    "AACAAQAAAABub3Rlcy50eHRQSwUGAAAAAAEAAQA3AAAATAAAAAAA\r\n"
    "--rehearsal\r\n"
    "Content-Type: application/gzip; name=\"plain.txt.gz\"\r\n"
    "Content-Transfer-Encoding: base64\r\n"
    "\r\n"
    "H4sIAAAAAAACAyvISczMUyhJrShRANKJCulVXAC+J9a3EwAAAA==\r\n"
    "--rehearsal\r\n"
    "Content-Type: application/vnd.openxmlformats-officedocument.wordprocessingml.document; "
    "name=\"hello.docx\"\r\n"
    "Content-Transfer-Encoding: base64\r\n"
    "\r\n"
    "UEsDBBQAAAAIAAAAIViRzx8FvQAAACkBAAATAAAAW0NvbnRlbnRfVHlwZXNdLnhtbH2QvQ7CMAyE\r\n"
    "XyXKiqgLAwNqywCswMALWKlbIpofJebv7XEBMTAw2t/d+eRqdXeDulLKNvhaz4pSr5rq+IiUlRCf\r\n"
    "a31ijkuAbE7kMBchkhfSheSQZUw9RDRn7AnmZbkAEzyT5ymPGbqpNtThZWC1vcv6fUXsWq3fuvFU\r\n"
    "rTHGwRpkwTBSaKq9lEq2JXXAxDt0ooJbSC20wVycOIv/MVff/nSdhq6zhr7+MS2mYChn63s3FF/i\r\n"
    "0PrJpwe8ntE8AVBLAwQUAAAACAAAACFY4DaXEIAAAACsAAAAEQAAAHdvcmQvZG9jdW1lbnQueG1s\r\n"
    "Rc7BDsIgDAbgV1l4gBU9eCCMXX0NBNxIgJLCRN9emAcvX9v8TVO5vmOYXo6Kx7Swy8zZqmQTFs0R\r\n"
    "XapTj1MRbWF7rVkAFLO7qMuM2aWePZGirn2kDRqSzYTGleLTFgNcOb9B1D6xcfKB9jNqHtCgqrsL\r\n"
    "ASWMdkin+fS3Dv9X1BdQSwECFAMUAAAACAAAACFYkc8fBb0AAAApAQAAEwAAAAAAAAAAAAAAgAEA\r\n"
    "AAAAW0NvbnRlbnRfVHlwZXNdLnhtbFBLAQIUAxQAAAAIAAAAIVjgNpcQgAAAAKwAAAARAAAAAAAA\r\n"
    "AAAAAACAAe4AAAB3b3JkL2RvY3VtZW50LnhtbFBLBQYAAAAAAgACAIAAAACdAQAAAAA=\r\n"
    "--rehearsal--\r\n"
    "\r\n";

}  // namespace

std::string_view rehearsal_mail() { return mail; }

}  // namespace sekisho::sandbox
