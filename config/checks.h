// Text checks of the schema: each says what would be right, or nothing where the text is right.
#pragma once

#include <string>
#include <string_view>

namespace sekisho::config {

std::string check_milter_socket(std::string_view text);  // unix:/path or inet:port@host
std::string check_smtp_server(std::string_view text);    // inet:host:port, inet:port@host, unix:/path
std::string check_path(std::string_view text);           // absolute
std::string check_path_or_empty(std::string_view text);
std::string check_network(std::string_view text);
std::string check_domain(std::string_view text);  // "example.com" or ".example.com"
std::string check_domain_or_empty(std::string_view text);
std::string check_loopback_or_empty(std::string_view text);  // "127.0.0.1:9119" or "[::1]:9119"
std::string check_address(std::string_view text);            // local@domain, ASCII
std::string check_address_or_empty(std::string_view text);
std::string check_webhook_or_empty(std::string_view text);  // https://..., or http:// to the loopback
std::string check_reply(std::string_view text);             // printable ASCII, at most 300 bytes
std::string check_prefix(std::string_view text);            // the same, at most 60 bytes
std::string check_sha256(std::string_view text);
std::string check_finding(std::string_view text);       // an id of the findings table, yara.<rule>, or a glob
std::string check_name(std::string_view text);          // of a rule or group: letters, digits, ._-
std::string check_known_sender(std::string_view text);  // "Name <address>" or "Name <domain>"
std::string check_word(std::string_view text);          // printable ASCII without blanks and ';'
std::string check_not_empty(std::string_view text);
std::string check_argument(std::string_view text);  // of a program: no NUL; at most 4,096 bytes

}  // namespace sekisho::config
