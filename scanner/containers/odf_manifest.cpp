#include "scanner/containers/odf_manifest.h"

#include <pugixml.hpp>

#include <array>
#include <utility>

#include "base/base64.h"
#include "base/text.h"

namespace sekisho::scanner::containers {

namespace {

using unlock::HashAlgorithm;
using unlock::OdfCipher;
using unlock::OdfLock;

constexpr std::size_t max_entries = 10'000;

// Elements and attributes by their local names: the prefix is the writer's choice.
bool is_named(std::string_view qualified, std::string_view name) {
    return qualified.substr(qualified.find(':') + 1) == name;
}
pugi::xml_node child_of(const pugi::xml_node& node, std::string_view name) {
    return node.find_child([&](const pugi::xml_node& child) { return is_named(child.name(), name); });
}
pugi::xml_attribute attribute_of(const pugi::xml_node& node, std::string_view name) {
    return node.find_attribute([&](const pugi::xml_attribute& one) { return is_named(one.name(), name); });
}

// Algorithms have a short name in ODF 1.0 and 1.1, and later an IRI that ends in it.
bool is_algorithm(std::string_view value, std::string_view wanted) {
    const std::string lower = base::to_lower(value.substr(value.rfind('#') + 1));
    return lower == wanted;
}

struct NamedCipher {
    std::string_view name;
    OdfCipher cipher;
    std::size_t key_bytes;
};
constexpr std::array ciphers{
    NamedCipher{"blowfish cfb", OdfCipher::blowfish_cfb, 16},
    NamedCipher{"blowfish", OdfCipher::blowfish_cfb, 16},
    NamedCipher{"aes128-cbc", OdfCipher::aes_cbc, 16},
    NamedCipher{"aes192-cbc", OdfCipher::aes_cbc, 24},
    NamedCipher{"aes256-cbc", OdfCipher::aes_cbc, 32},
};

struct NamedChecksum {
    std::string_view name;
    HashAlgorithm hash;
    bool of_first_kilobyte;
};
constexpr std::array checksums{
    NamedChecksum{"sha1/1k", HashAlgorithm::sha1, true},
    NamedChecksum{"sha1-1k", HashAlgorithm::sha1, true},
    NamedChecksum{"sha256-1k", HashAlgorithm::sha256, true},
    NamedChecksum{"sha1", HashAlgorithm::sha1, false},
    NamedChecksum{"sha256", HashAlgorithm::sha256, false},
};

template <class Rows>
const auto* row_of(const Rows& rows, std::string_view value) {
    for (const auto& row : rows) {
        if (is_algorithm(value, row.name)) return &row;
    }
    return static_cast<decltype(&rows[0])>(nullptr);
}

std::string binary(const pugi::xml_attribute& attribute) {
    std::string text = attribute.value();
    std::erase_if(text, base::is_space);
    return base::base64_decode(text).value_or(std::string());
}

std::optional<OdfLock> lock_of(const pugi::xml_node& data) {
    const pugi::xml_node algorithm = child_of(data, "algorithm");
    const pugi::xml_node derivation = child_of(data, "key-derivation");
    const pugi::xml_node start = child_of(data, "start-key-generation");
    const auto* cipher = row_of(ciphers, attribute_of(algorithm, "algorithm-name").value());
    if (cipher == nullptr || !is_algorithm(attribute_of(derivation, "key-derivation-name").value(), "pbkdf2"))
        return std::nullopt;
    OdfLock lock;
    lock.cipher = cipher->cipher;
    lock.vector = binary(attribute_of(algorithm, "initialisation-vector"));
    lock.salt = binary(attribute_of(derivation, "salt"));
    lock.key_bytes = attribute_of(derivation, "key-size").as_uint(static_cast<unsigned>(cipher->key_bytes));
    lock.rounds = attribute_of(derivation, "iteration-count").as_uint(1'024);
    if (start) {
        const auto hash = row_of(checksums, attribute_of(start, "start-key-generation-name").value());
        if (hash == nullptr) return std::nullopt;
        lock.start_hash = hash->hash;
    }
    if (const auto* checksum = row_of(checksums, attribute_of(data, "checksum-type").value())) {
        lock.checksum = binary(attribute_of(data, "checksum"));
        lock.checksum_hash = checksum->hash;
        lock.of_first_kilobyte = checksum->of_first_kilobyte;
    }
    return lock;
}

}  // namespace

std::vector<OdfEntry> encrypted_entries(base::Bytes xml) {
    std::vector<OdfEntry> out;
    if (base::as_text(xml).find("encryption-data") == std::string_view::npos) return out;
    pugi::xml_document document;
    (void)document.load_buffer(xml.data(), xml.size(), pugi::parse_default, pugi::encoding_auto);
    for (const pugi::xml_node& entry : document.document_element().children()) {
        const pugi::xml_node data = child_of(entry, "encryption-data");
        if (!data || out.size() == max_entries) continue;
        out.push_back({attribute_of(entry, "full-path").value(), attribute_of(entry, "size").as_ullong(),
                       lock_of(data)});
    }
    return out;
}

}  // namespace sekisho::scanner::containers
