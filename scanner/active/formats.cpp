#include "scanner/active/formats.h"

#include <vector>

#include "scanner/active/lnk_format.h"
#include "scanner/active/pdf.h"
#include "scanner/active/shortcut_files.h"

namespace sekisho::scanner::active {

std::span<const Format> formats() {
    static const std::vector<Format> all = [] {
        std::vector<Format> rows;
        for (const auto part : {executable_formats(), std::span(&lnk_format, 1), shortcut_formats(),
                                script_formats(), document_formats(), magic_formats()}) {
            rows.insert(rows.end(), part.begin(), part.end());
        }
        rows.insert(rows.end(), {encrypted_pdf_format, pdf_format, plain_pdf_format});
        return rows;
    }();
    return all;
}

}  // namespace sekisho::scanner::active
