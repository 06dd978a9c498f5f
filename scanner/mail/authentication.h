// What our own servers found out of SPF, DKIM and DMARC: Authentication-Results fields (RFC 8601).
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "scanner/findings.h"

namespace sekisho::scanner::mail {

// One method's result: "spf", "fail". Lower case.
struct MethodResult {
    std::string method;
    std::string result;
    bool operator==(const MethodResult&) const = default;
};

struct AuthenticationResults {
    std::string authserv_id;  // lower case
    std::vector<MethodResult> methods;
};

// `value`: unfolded. Comments, reasons and properties are left out; at most 100 methods. Linear.
AuthenticationResults parse_authentication_results(std::string_view value);

// mail.auth.*: what failed by the fields, from the top of the header on, whose authserv-id is one of
// `trusted`. Others are as if they were not there: anybody writes them. The topmost word on SPF and on DMARC
// counts; DKIM failed where no signature passed.
void judge_authentication(std::span<const std::string> fields, std::span<const std::string> trusted,
                          model::PartId part, Findings& findings);

}  // namespace sekisho::scanner::mail
