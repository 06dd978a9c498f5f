// Locked workbooks of Excel 5 to 2003: the records of the Workbook (or Book) stream, [MS-XLS] 2.2.10. Types
// and sizes of the records stay plain, the data behind them does not.
#pragma once

#include <cstdint>

#include "scanner/office/document_lock.h"

namespace sekisho::scanner::office {

// `stream`: the index of the Workbook or Book stream.
DocumentLockResult open_biff_lock(Cfb& cfb, std::uint32_t stream, Budget& budget);

}  // namespace sekisho::scanner::office
