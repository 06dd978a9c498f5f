// The walk through the objects of one PDF, for pdf_contents.cpp.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "base/hash.h"
#include "scanner/active/pdf_contents.h"
#include "scanner/active/pdf_qpdf.h"

namespace sekisho::scanner::active {

// Throws what qpdf throws, and Stopped. Each object, and each entry of a dictionary or an array, is charged.
class PdfWalk {
public:
    PdfWalk(QPDF& qpdf, Budget& budget, PdfContents& out) : qpdf_(qpdf), budget_(budget), out_(out) {}

    // Whatever `object` leads to and was not seen yet.
    void walk_from(const QPDFObjectHandle& object);
    // Text and pictures of the first pages, where there are few.
    void look_at_pages();

private:
    // How a value was come to.
    enum class Way : std::uint8_t {
        plain,
        triggers,   // a dictionary of triggers (/AA)
        names,      // a node of the tree of the document's scripts
        automatic,  // an action that runs without a click
    };
    struct Item {
        QPDFObjectHandle object;
        Way way;
    };

    using Id = std::tuple<int, int>;

    static Way way_of(const std::string& key, Way way);
    void charge(std::uint64_t steps);
    bool is_new(QPDFObjectHandle& object, Way way);
    void reach_limit();
    void read(Item item);
    void read_dictionary(QPDFObjectHandle dictionary, Way way);
    void push_entries(QPDFObjectHandle dictionary, Way way);
    void read_action(QPDFObjectHandle dictionary, Way way);
    void add_action(PdfAction action);
    bool has_room_for(const PdfAction& action);
    void read_launch(QPDFObjectHandle dictionary, bool automatic);
    void add_script(QPDFObjectHandle script, Way way);
    void add_files(QPDFObjectHandle dictionary);
    void add_xfa(QPDFObjectHandle value);
    void note_link(QPDFObjectHandle annotation);
    void measure_text(QPDFObjectHandle contents);
    bool decode(QPDFObjectHandle stream, Output& output);
    bool decode_one(QPDFObjectHandle stream, Output& output, bool raw);
    std::string decoded_text(const QPDFObjectHandle& stream);

    QPDF& qpdf_;
    Budget& budget_;
    PdfContents& out_;
    std::vector<Item> waiting_;
    std::set<std::tuple<int, int, Way>> seen_;
    std::set<Id> decoded_;  // streams of files and forms
    // Streams of scripts, and texts that are kept already. What stood somewhere and runs by itself elsewhere
    // is kept once more.
    std::map<Id, Way> script_streams_;
    std::map<base::Sha256, Way> scripts_;
    std::size_t script_bytes_ = 0;     // of those
    std::set<std::string> web_links_;  // that take a click
    std::size_t other_actions_ = 0;    // that are kept
    std::size_t action_bytes_ = 0;     // of all that are kept
    std::vector<QPDFObjectHandle> first_pages_;
};

}  // namespace sekisho::scanner::active
