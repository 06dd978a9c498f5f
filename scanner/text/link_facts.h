// What one link gives away, and what several do together.
#pragma once

#include <cstddef>
#include <cstdint>
#include <set>
#include <string>
#include <string_view>

#include "scanner/findings.h"
#include "scanner/part.h"
#include "scanner/text/url.h"

namespace sekisho::scanner::text {

// Where a link stood.
enum class LinkPlace : std::uint8_t {
    written,   // in a text: people follow it, or a program fetches it
    anchor,    // <a href>: people click on it
    fetched,   // picture, frame, form: a program opens it
    resource,  // script or style sheet, which every page has from elsewhere
};

// Judges links of one part. Each link is judged once.
class LinkFacts {
public:
    LinkFacts(const Part& part, Findings& findings);

    // False: there are more links than are judged.
    bool add(std::string_view raw, LinkPlace place);
    // A link as above for which its page shows `shown`.
    bool add_anchor(std::string_view raw, std::string_view shown);
    void finish();
    bool is_code() const { return is_code_; }

private:
    void judge(const Url& url, LinkPlace place);
    void judge_scheme(const Url& url, LinkPlace place);
    void judge_host(const Url& url);
    void judge_path(const Url& url, LinkPlace place);
    void report(std::string_view id, const Url& url);

    const Part& part_;
    Findings& findings_;
    bool is_code_;  // a macro, a script, what folding gave: where droppers keep their addresses
    std::set<std::string, std::less<>> seen_;
    std::set<std::string> drop_hosts_;  // of links that look like Emotet's
    std::string drop_example_;
    std::size_t more_ = 0;
};

// The directory that Emotet's links end in: "https://host/wp-content/Ab3dE/", since 2023 with "?123456"
// behind. Measured on the published lists of 2021 to 2023: 81 % have capitals and small letters in it.
bool has_random_directory(const Url& url);
// One of the directories that it puts it into: WordPress's own, cgi-bin.
bool has_dropper_directory(const Url& url);

}  // namespace sekisho::scanner::text
