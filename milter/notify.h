// Who is told of a message that the policy did something to.
#pragma once

#include <string>

#include "milter/apply.h"
#include "milter/message.h"
#include "milter/services.h"
#include "model/scan_report.h"
#include "policy/decide.h"

namespace sekisho::milter {

// Hands a notice for each recipient of Disposition::told, and one for each operator, to Services::tell.
// Recipients are told of inbound and internal mail that was kept from them and is still there (quarantined,
// held); operators of every action. None where the message was deferred, as its sender tries again, and none
// for mail from <> out of release_networks: that may be a notice itself.
void notify(const Services& services, const Message& message, const model::ScanReport& report,
            const policy::Disposition& disposition, const Applied& applied, const std::string& verdict_text);

}  // namespace sekisho::milter
