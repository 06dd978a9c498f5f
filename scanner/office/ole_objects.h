// Small readers for what stands in the streams of a compound file.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/bytes.h"

namespace sekisho::scanner::office {

// OLENativeStream, [MS-OLEDS] 2.3.6, as Packager writes it: a file inside a document.
struct OlePackage {
    std::string label;      // that the document shows
    std::string file_name;  // as the sender's machine had it, hostile; bytes. The label where it has none
    std::string temp_path;  // under which it is unpacked
    base::Bytes content;    // a view; cut where the declared size is larger than what is there
    bool cut = false;
};
// nullopt where the stream holds some other native data.
std::optional<OlePackage> parse_ole_package(base::Bytes stream);
// The same without the size in front, as it stands in an object of OLE 1.
std::optional<OlePackage> parse_ole_package_data(base::Bytes data);

// One ExOleObjStg of a "PowerPoint Document" stream, [MS-PPT] 2.10.34: a compound file of its own, where
// PowerPoint 97-2003 keeps its VBA project.
struct PptObject {
    base::Bytes data;
    bool compressed = false;  // zlib behind a length field, which `data` no longer contains
};
// Walks the top-level records, linear; at most 4,096 objects.
std::vector<PptObject> find_ppt_objects(base::Bytes document_stream);

// Whether the main stream says that the document is encrypted.
bool is_encrypted_word(base::Bytes word_document);         // FibBase.fEncrypted, [MS-DOC] 2.5.2
bool is_encrypted_workbook(base::Bytes workbook);          // FilePass, [MS-XLS] 2.4.117
bool is_encrypted_presentation(base::Bytes current_user);  // headerToken, [MS-PPT] 2.3.2

}  // namespace sekisho::scanner::office
