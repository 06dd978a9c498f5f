// A milter that takes everything and does nothing: what libmilter itself costs, to compare sekishod with.
// usage: null-milter SOCKET     e.g. unix:/path/null.sock. Ends on SIGTERM.
#include <libmilter/mfapi.h>

#include <cstdio>
#include <cstdlib>
#include <span>

namespace {

sfsistat on_connect(SMFICTX*, char*, _SOCK_ADDR*) { return SMFIS_CONTINUE; }
sfsistat on_text(SMFICTX*, char*) { return SMFIS_CONTINUE; }
sfsistat on_address(SMFICTX*, char**) { return SMFIS_CONTINUE; }
sfsistat on_header(SMFICTX*, char*, char*) { return SMFIS_CONTINUE; }
sfsistat on_event(SMFICTX*) { return SMFIS_CONTINUE; }
sfsistat on_body(SMFICTX*, unsigned char*, std::size_t) { return SMFIS_CONTINUE; }

}  // namespace

int main(int argc, char** argv) {
    if (argc != 2) {
        std::fputs("usage: null-milter SOCKET\n", stderr);
        return 2;
    }
    char* const socket = std::span(argv, 2)[1];
    // libmilter wants names that it may write to.
    static char name[] = "null-milter";
    smfiDesc filter{};
    filter.xxfi_name = name;
    filter.xxfi_version = SMFI_VERSION;
    filter.xxfi_flags = SMFIF_ADDHDRS;
    filter.xxfi_connect = on_connect;
    filter.xxfi_helo = on_text;
    filter.xxfi_envfrom = on_address;
    filter.xxfi_envrcpt = on_address;
    filter.xxfi_header = on_header;
    filter.xxfi_eoh = on_event;
    filter.xxfi_body = on_body;
    filter.xxfi_eom = on_event;
    filter.xxfi_abort = on_event;
    filter.xxfi_close = on_event;
    filter.xxfi_data = on_event;
    if (smfi_register(filter) != MI_SUCCESS || smfi_setconn(socket) != MI_SUCCESS ||
        smfi_opensocket(true) != MI_SUCCESS) {
        std::fprintf(stderr, "null-milter: cannot listen on %s\n", socket);
        return 1;
    }
    return smfi_main() == MI_SUCCESS ? 0 : 1;
}
