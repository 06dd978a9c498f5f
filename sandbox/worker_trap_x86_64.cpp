#include <ucontext.h>

#include "sandbox/worker_trap.h"

namespace sekisho::sandbox {

void set_call_result(void* context, long result) {
    static_cast<ucontext_t*>(context)->uc_mcontext.gregs[REG_RAX] = result;
}

}  // namespace sekisho::sandbox
