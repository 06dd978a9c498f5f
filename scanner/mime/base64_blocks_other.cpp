#include "scanner/mime/base64_blocks.h"

namespace sekisho::scanner::mime {

std::size_t decode_base64_blocks(base::Bytes, std::span<std::byte>) { return 0; }

}  // namespace sekisho::scanner::mime
