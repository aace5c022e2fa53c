// nanobragg audit: names the first divergence between two traces of a pixel.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <filesystem>

#include "commands.hpp"
#include "nanobragg/base/error.hpp"
#include "nanobragg/io/file.hpp"
#include "nanobragg/trace/audit_report.hpp"
#include "nanobragg/trace/document.hpp"
#include "options.hpp"

namespace nanobragg::app {
namespace {

constexpr int kDiverged = 3;

struct AuditOptions {
  std::string a, b;
  double tolerance_rel = 1e-6;
  std::string out;
  std::vector<std::size_t> pixel;  // slow, fast
};

std::optional<int> read_options(AuditOptions& values, const std::vector<std::string>& arguments) {
  CLI::App options("Names the first divergence between two traces of a pixel.", "nanobragg audit");
  options.add_option("A", values.a, "a trace: text with lines of TRACE_C, TRACE_PY or TRACE_CPP")
      ->required();
  options.add_option("B", values.b, "another trace of the same pixel")->required();
  options.add_option("--tolerance", values.tolerance_rel, "largest relative difference of a match");
  options.add_option("--out", values.out, "folder for summary.md and metrics.json");
  options.add_option("--pixel", values.pixel, "the pixel, slow and fast")->expected(2);
  return parse_options(options, arguments);
}

}  // namespace

int audit(const std::vector<std::string>& arguments) {
  AuditOptions options;
  if (const auto code = read_options(options, arguments)) return *code;
  const trace::Document a = trace::parse_trace(io::read_file(options.a), options.a);
  const trace::Document b = trace::parse_trace(io::read_file(options.b), options.b);
  const trace::Audit result = trace::make_audit(a, b, options.tolerance_rel);
  std::fputs(trace::audit_text(result).c_str(), stdout);
  if (!options.out.empty()) {
    std::filesystem::create_directories(options.out);
    io::write_file_atomically(std::filesystem::path(options.out) / "summary.md",
                              trace::audit_markdown(result));
    io::write_file_atomically(std::filesystem::path(options.out) / "metrics.json",
                              trace::audit_json(result));
  }
  return result.comparison.matches() ? 0 : kDiverged;
}

}  // namespace nanobragg::app
