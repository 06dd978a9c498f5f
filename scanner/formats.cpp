#include "scanner/format.h"

namespace sekisho::scanner {

const Rooms& rooms() {
    static const Rooms all;
    return all;
}

}  // namespace sekisho::scanner
