// What kind of document a ZIP archive is, by its members' names and its [Content_Types].xml.
#pragma once

#include <string_view>

#include "base/bytes.h"

namespace sekisho::scanner::containers {

// The MIME type of an OOXML, OpenDocument, EPUB, JAR or APK file; "application/zip" for any other ZIP, empty
// for what is no ZIP. Reads the directory and at most 64 KB of [Content_Types].xml or mimetype.
std::string_view zip_kind(base::Bytes bytes);

// True where `word` stands in the last 256 KB, where a central directory has its names. Cheap.
bool names_mention(base::Bytes bytes, std::string_view word);

// True where `bytes` begin as a ZIP, or hold one behind up to 64 KB of other bytes.
bool begins_as_zip(base::Bytes bytes);
bool holds_zip_behind(base::Bytes bytes);

}  // namespace sekisho::scanner::containers
