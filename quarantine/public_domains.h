// Domains whose addresses belong to strangers: mail providers, carriers and access providers.
#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace sekisho::quarantine {

// A value. Reading is thread-safe.
class PublicDomains {
public:
    // Adds what the files hold: one domain to a line, `#` begins a comment, case does not matter.
    // Cause::invalid with file and line for a line that is no domain, Cause::io for a file that cannot be
    // read, Cause::limit for one over 1 MB.
    static base::Result<PublicDomains> load(const std::vector<std::string>& files);

    // The domain (lower case) or one above it is in the list.
    bool contains(std::string_view domain) const;
    std::size_t size() const { return domains_.size(); }

private:
    base::Result<void> add(std::string_view text, const std::string& file);

    std::set<std::string, std::less<>> domains_;
};

}  // namespace sekisho::quarantine
