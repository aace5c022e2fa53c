// Traces: no text may crash a reader, and a trace that can be read matches itself.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <optional>
#include <string_view>

#include "nanobragg/base/error.hpp"
#include "nanobragg/trace/audit_report.hpp"
#include "nanobragg/trace/document.hpp"

namespace {

using namespace nanobragg;

std::optional<trace::Document> try_parse(std::string_view text) {
  try {
    return trace::parse_trace(text, "fuzz");
  } catch (const Error&) {
    return std::nullopt;
  }
}

void require(bool holds) {
  if (!holds) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto document = try_parse(text);
  if (!document) return 0;
  const trace::Audit same = trace::make_audit(*document, *document, {});
  require(same.comparison.matches());
  require(same.comparison.rows.size() == document->entries.size());

  // Against what the first half of the text holds, if anything.
  const auto half = try_parse(text.substr(0, size / 2));
  if (!half) return 0;
  try {
    const trace::Audit audit = trace::make_audit(*document, *half, {});
    require(!trace::audit_text(audit).empty());
    require(!trace::audit_markdown(audit).empty());
    require(!trace::audit_json(audit).empty());
  } catch (const Error&) {
  }
  return 0;
}
