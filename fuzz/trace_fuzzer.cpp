// Traces: no text may crash a reader, and a trace that can be read matches itself.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <optional>
#include <string_view>

#include "nanobragg/audit/audit_report.hpp"
#include "nanobragg/audit/document.hpp"
#include "nanobragg/base/error.hpp"

namespace {

using namespace nanobragg;

std::optional<audit::Document> try_parse(std::string_view text) {
  try {
    return audit::parse_trace(text, "fuzz");
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
  const audit::Audit same = audit::make_audit(*document, *document, {});
  require(same.comparison.matches());
  require(same.comparison.rows.size() == document->entries.size());

  // Against what the first half of the text holds, if anything.
  const auto half = try_parse(text.substr(0, size / 2));
  if (!half) return 0;
  try {
    const audit::Audit audit = audit::make_audit(*document, *half, {});
    require(!audit::audit_text(audit).empty());
    require(!audit::audit_markdown(audit).empty());
    require(!audit::audit_json(audit).empty());
  } catch (const Error&) {
  }
  return 0;
}
