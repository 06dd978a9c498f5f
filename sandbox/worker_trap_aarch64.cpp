#include <ucontext.h>

#include "sandbox/worker_trap.h"

namespace sekisho::sandbox {

void set_call_result(void* context, long result) {
    static_cast<ucontext_t*>(context)->uc_mcontext.regs[0] = static_cast<unsigned long long>(result);
}

}  // namespace sekisho::sandbox
