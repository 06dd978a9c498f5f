// What the readers of PDF share of libqpdf, and the one file that includes its headers: a file in memory that
// is charged for as it is read, a document made of it, and outputs that are charged as they are written.
//
// qpdf takes any std::exception for damage and goes on, so a spent Budget is thrown as something else.
// guarded() catches it. Nothing of this outlives the call of a reader.
#pragma once

// qpdf's headers warn unless they are told which of its two generations of pointers is meant; 4 is the last.
#define POINTERHOLDER_TRANSITION 4  // NOLINT(cppcoreguidelines-macro-usage)
// As C++20, clang cannot compile JSON.hh (a vector of a class within that class). Nothing here needs more of
// it than its name.
#define JSON_HH  // NOLINT(cppcoreguidelines-macro-usage)
class JSON;

#include <qpdf/InputSource.hh>
#include <qpdf/Pipeline.hh>
#include <qpdf/QPDF.hh>
#include <qpdf/QPDFEmbeddedFileDocumentHelper.hh>
#include <qpdf/QPDFExc.hh>
#include <qpdf/QPDFLogger.hh>
#include <qpdf/QPDFWriter.hh>
#include <qpdf/QUtil.hh>

#include <cstdint>
#include <exception>
#include <new>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "base/result.h"
#include "scanner/budget.h"
#include "scanner/output.h"

namespace sekisho::scanner::active {

// Thrown through qpdf where the Budget is spent, or the stack nearly is. The Budget knows the limit by then.
struct Stopped {};

// A stream's /Length may be an object that is a stream with such a /Length: qpdf resolves it by recursion.
// The stack of a thread is 8 MB.
class StackGuard {
public:
    explicit StackGuard(Budget& budget);
    void check() const;  // limit.depth: throws Stopped

private:
    Budget& budget_;
    std::uintptr_t begin_;
};

// The file, in memory, with a price.
class MeteredInput final : public InputSource {
public:
    MeteredInput(base::Bytes file, Budget& budget) : file_(file), budget_(budget), guard_(budget) {}

    std::string const& getName() const override { return name_; }
    qpdf_offset_t tell() override { return static_cast<qpdf_offset_t>(at_); }
    void rewind() override { at_ = 0; }
    void unreadCh(char) override { at_ -= at_ > 0 ? 1 : 0; }
    void seek(qpdf_offset_t offset, int whence) override;
    std::size_t read(char* buffer, std::size_t length) override;
    qpdf_offset_t findAndSkipNextEOL() override;

private:
    void charge(std::size_t bytes) const;

    base::Bytes file_;
    Budget& budget_;
    std::string name_ = "PDF";
    StackGuard guard_;
    std::size_t at_ = 0;
};

// Into the Output. Throws once: what unwinds on the way out may write again.
class OutputPipeline final : public Pipeline {
public:
    OutputPipeline(Output& output, Budget& budget)
        : Pipeline("output", nullptr), output_(output), budget_(budget) {}

    void write(unsigned char const* data, std::size_t length) override;
    void finish() override {}

private:
    Output& output_;
    Budget& budget_;
    bool stopped_ = false;
};

// Runs what calls qpdf. limit: Stopped. malformed: whatever else qpdf threw, in its words. Out of memory is
// for the caller of all.
template <class Work>
base::Result<void> guarded(Work work) {
    try {
        work();
        return {};
    } catch (const Stopped&) {
        return base::fail(base::Cause::limit);
    } catch (const std::bad_alloc&) {
        throw;
    } catch (const QPDFExc& error) {
        return base::fail(base::Cause::malformed, error.getMessageDetail());
    } catch (const std::exception& error) {
        return base::fail(base::Cause::malformed, error.what());
    }
}

// A document as qpdf has it. `key`: of an encrypted one, as bytes; its strings and streams are read with it.
class Document {
public:
    Document(base::Bytes file, std::string_view key, Budget& budget);

    QPDF& qpdf() { return qpdf_; }
    const base::Result<void>& opened() const { return opened_; }

private:
    QPDF qpdf_;
    base::Result<void> opened_;
};

}  // namespace sekisho::scanner::active
