// Files that stand encoded within texts, as news and old mail programs put them there: uuencode, yEnc,
// BinHex.
#pragma once

#include "scanner/extraction.h"
#include "scanner/mime/ambiguity.h"
#include "scanner/mime/content.h"
#include "scanner/mime/decoders.h"

namespace sekisho::scanner::mime {

class TextBlocks {
public:
    // References outlive it. Each block that stands in a text is noted in `ambiguities`: an attachment to
    // Outlook and others whatever the type says, and text to the rest.
    TextBlocks(Extraction& extraction, Ambiguities& ambiguities)
        : extraction_(extraction), ambiguities_(ambiguities) {}

    // All of these answer false where the budget is spent.

    // Adds what stands encoded in `text`; `like`: the part that holds it, for its flags and readings.
    bool add_all(base::Bytes text, const ChildSpec& like);
    // An entity that is declared to be in `encoding` (uuencode, yEnc, BinHex), and the texts around its
    // block. Without a block: uuencode without its first line is decoded, the others are as they stand.
    bool add_entity(ChildSpec spec, base::Bytes raw, const StoragePtr& storage, Encoding encoding);

private:
    bool add_base64_blocks(base::Bytes bytes, const ChildSpec& like);
    // `likely`: it is worth a look at how others read lines that are not even.
    bool add_uuencoded(ChildSpec spec, const UuBlock& block, bool likely = true);
    bool add_undone(ChildSpec spec, base::Bytes raw, const StoragePtr& storage);
    // `first` of `text`, which has no end, and what follows it up to an end, as one.
    bool add_to_the_end(ChildSpec spec, base::Bytes text, const UuBlock& first);
    // Damaged lines as others read them, where that is not `known`.
    bool add_other_ways(ChildSpec spec, const UuBlock& block, StoragePtr known);
    bool add_yenc(ChildSpec spec, const YencBlock& block);
    bool add_binhex(ChildSpec spec, const BinHexBlock& block);

    Extraction& extraction_;
    Ambiguities& ambiguities_;
};

}  // namespace sekisho::scanner::mime
