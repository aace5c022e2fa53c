// The trace of a simulation as a document, without a text between.
#pragma once

#include <span>
#include <string>

#include "nanobragg/audit/document.hpp"
#include "nanobragg/trace/line.hpp"

namespace nanobragg::audit {

// Of lines in the order in which they are printed; its numbers are exact.
Document document_of(std::span<const trace::Line> lines, const std::string& name);

}  // namespace nanobragg::audit
