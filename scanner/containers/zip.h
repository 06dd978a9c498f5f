// ZIP archives, and the kinds of document that are ZIP archives: their members become children.
//
// Every member is a child opened_by "zip". Locked ones are opened with the mail's own password candidates;
// what stays shut is listed by name. Where central directory and local headers disagree, both members are
// children. Findings: archive.header-mismatch, archive.bomb (members that overlap), archive.damaged,
// archive.unsupported, archive.member-skipped, archive.encrypted and its kin.
#pragma once

#include <span>

#include "scanner/format.h"

namespace sekisho::scanner::containers {

// "application/zip": PK\3\4 or an empty archive's PK\5\6 at the start, or behind up to 64 KB of other bytes.
extern const Format zip_format;

// docx, xlsx, pptx and their macro-enabled forms, OpenDocument, jar, apk, epub: the same open(), their own
// type. They come before zip_format in the table of formats by their confidence.
std::span<const Format* const> zip_document_formats();

}  // namespace sekisho::scanner::containers
