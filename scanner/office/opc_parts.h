// The XML parts of Open Packaging (ECMA-376) and OpenDocument that make a document do something:
// relationships to what lies elsewhere, fields that ask other programs, callbacks of the ribbon, Basic
// modules and events.
//
// Each part is read for itself, wherever it lies in its package and whatever its content type says. Findings:
// office.remote-template, office.template-path, office.remote-content and its kin, office.ole-link and its
// kin, office.dde and its kin, office.customui, office.odf.macro, office.odf.autoexec.
//
// Known weakness: a part that is no XML of its kind by its first 4 KB is not read (Office reads none either).
#pragma once

#include <span>

#include "scanner/format.h"

namespace sekisho::scanner::office {

// Rows for formats().
std::span<const Format> opc_part_formats();

}  // namespace sekisho::scanner::office
