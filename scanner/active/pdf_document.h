// PDF through libqpdf: what an encrypted document says of its lock, and a copy of it in plain.
//
// qpdf repairs what it can and says so; what it said first is handed on. Each byte that it reads, each that
// it writes and each of its complaints is charged to the Budget, and depth of its recursion is bounded here.
//
// Known weaknesses: object streams and cross-reference streams are unpacked in memory, by qpdf itself, with
// no other bound than the worker's. Objects that no cross-reference table knows are not in the copy; nor is
// what readers see that go by another trailer than qpdf does.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"
#include "scanner/budget.h"
#include "scanner/output.h"
#include "scanner/unlock/pdf_lock.h"

namespace sekisho::scanner::active {

// What is seen without a key. All of it is hostile.
struct PdfFacts {
    bool encrypted = false;  // by the trailer that qpdf goes by
    std::string handler;     // /Filter of the encryption dictionary: "Standard", "Adobe.PubSec"
    unlock::PdfEncryption encryption;
    std::string cipher;  // of streams: "RC4, 128 bits", "AES, 256 bits"
    std::optional<std::int64_t> pages;
    std::vector<std::string> attachments;  // names, where strings are not encrypted; a few
};

// malformed: no trailer is found. limit: the Budget is spent. `file` is borrowed for the call.
base::Result<PdfFacts> read_pdf_facts(base::Bytes file, Budget& budget);

struct PdfCopy {
    bool whole = false;   // written to its end, and nothing was amiss
    std::string problem;  // what was amiss first, in qpdf's words; hostile
};

// Writes the document as `key` decrypts it: every object of its cross-reference tables, those of object
// streams beside these; streams stay packed as they are. The same bytes for the same file.
PdfCopy write_plain_pdf(base::Bytes file, std::string_view key, Budget& budget, Output& output);

}  // namespace sekisho::scanner::active
