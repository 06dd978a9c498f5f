// The one file that sees all rooms of the scanner: the table of formats, in the order in which equals win.
#include <vector>

#include "scanner/active/formats.h"
#include "scanner/active/html.h"
#include "scanner/active/page_behind.h"
#include "scanner/containers/archive.h"
#include "scanner/containers/chm_open.h"
#include "scanner/containers/cms.h"
#include "scanner/containers/embedded_kinds.h"
#include "scanner/containers/images.h"
#include "scanner/containers/rtf_compressed.h"
#include "scanner/containers/tnef.h"
#include "scanner/containers/zip.h"
#include "scanner/format.h"
#include "scanner/mime/content_lines.h"
#include "scanner/mime/formats.h"
#include "scanner/mime/mac_files.h"
#include "scanner/mime/mailbox.h"
#include "scanner/mime/text_files.h"
#include "scanner/office/formats.h"
#include "scanner/office/opc_content_types.h"
#include "scanner/office/opc_parts.h"
#include "scanner/office/sheet_formulas.h"
#include "scanner/office/xlm/formats.h"
#include "scanner/text/formats.h"
#include "scanner/text/openpgp.h"
#include "scanner/unlock/candidates.h"

namespace sekisho::scanner {

namespace {

std::vector<const Format*> make_table() {
    std::vector<const Format*> table{&mime::mbox_format,    &mime::emlx_format,      &mime::loose_mail_format,
                                     &mime::message_format, &mime::multipart_format, &mime::yenc_format,
                                     &mime::vcard_format,   &mime::icalendar_format};
    for (const auto rows : {office::formats(), office::opc_part_formats(), office::xlm::formats()}) {
        for (const Format& format : rows)
            table.push_back(&format);
    }
    for (const Format* format : containers::zip_document_formats()) {
        table.push_back(format);
    }
    table.push_back(&containers::zip_format);
    for (const Format* format : containers::archive_formats()) {
        table.push_back(format);
    }
    for (const Format* format : containers::image_formats()) {
        table.push_back(format);
    }
    table.push_back(&containers::chm_format);
    table.push_back(&containers::cms_format);
    table.push_back(&containers::tnef_format);
    table.push_back(&containers::compressed_rtf_format);
    // Behind those that are told by what stands further in: an image of a disk may begin with anything.
    table.push_back(&mime::apple_single_format);
    table.push_back(&mime::mac_binary_format);
    for (const Format& format : active::formats()) {
        table.push_back(&format);
    }
    table.push_back(&text::pgp_format);
    table.push_back(&text::pgp_binary_format);
    table.push_back(&active::html_format);
    table.push_back(&text::plain_format);
    return table;
}

std::vector<EmbeddedKind> make_embedded_table() {
    std::vector<EmbeddedKind> table;
    for (const auto rows : {containers::embedded_kinds(), office::embedded_kinds(), active::embedded_kinds()})
        table.insert(table.end(), rows.begin(), rows.end());
    return table;
}

void look_at_package(const Part& part, std::span<const Part> children, Extraction& extraction) {
    office::judge_content_types(part, children, extraction);
    office::xlm::open_workbook_package(part, children, extraction);
    active::open_page_behind(part, extraction);
}

void look_at_text(const Part& part, Findings& findings) {
    text::inspect_text(part, findings);
    office::inspect_sheet_formulas(part, findings);
}

}  // namespace

const Rooms& rooms() {
    static const std::vector<const Format*> table = make_table();
    static const std::vector<EmbeddedKind> embedded = make_embedded_table();
    static const Rooms all{table,
                           {unlock::harvest_text, unlock::harvest_subject, unlock::harvest_file_name,
                            unlock::harvest_sender, unlock::harvest_for_others},
                           mime::open_encoded_text,
                           embedded,
                           look_at_package,
                           look_at_text};
    return all;
}

}  // namespace sekisho::scanner
