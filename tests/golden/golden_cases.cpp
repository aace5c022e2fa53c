// Reads case.json and expectation.json.
#include "golden/golden_cases.hpp"

#include <algorithm>
#include <fstream>
#include <nlohmann/json.hpp>
#include <ostream>

namespace nanobragg::test {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

json read_json(const fs::path& file) {
  std::ifstream in(file);
  return json::parse(in);
}

void read_expectation(const json& expectation, GoldenCase& out) {
  out.has_expectation = true;
  if (expectation.contains("physical_arguments")) {
    out.physical_arguments = expectation["physical_arguments"];
  }
  out.equals_reference_kernel = expectation.value("equals_reference_kernel", false);
  out.tolerance = expectation.value("tolerance_of_maximum", out.tolerance);
  for (const json& run : expectation.value("equals_sum_of", json::array())) {
    out.equals_sum_of.push_back(
        {run["arguments"], run.value("weight", 1.0), run.value("bin", std::size_t{1})});
  }
}

}  // namespace

void PrintTo(const GoldenCase& golden, std::ostream* out) { *out << golden.name; }

std::vector<GoldenCase> golden_cases() {
  std::vector<GoldenCase> cases;
  for (const auto& entry : fs::directory_iterator(fs::path(NANOBRAGG_TEST_DATA) / "golden/cases")) {
    GoldenCase out;
    out.folder = entry.path();
    out.name = entry.path().filename().string();
    out.arguments = read_json(out.folder / "case.json")["args"];
    out.physical_arguments = out.arguments;
    if (fs::exists(out.folder / "expectation.json")) {
      read_expectation(read_json(out.folder / "expectation.json"), out);
    }
    cases.push_back(std::move(out));
  }
  std::ranges::sort(cases, {}, &GoldenCase::name);
  return cases;
}

}  // namespace nanobragg::test
