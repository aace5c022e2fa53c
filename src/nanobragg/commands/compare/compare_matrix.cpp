// Reads the matrix with toml++ and runs its cases.
#include "nanobragg/commands/compare/compare_matrix.hpp"

#include <fmt/format.h>
#include <toml++/toml.h>

#include <algorithm>
#include <set>

#include "nanobragg/base/error.hpp"
#include "nanobragg/commands/compare/program_flags.hpp"
#include "nanobragg/compare/verdict.hpp"
#include "nanobragg/config/options/toml_nesting.hpp"
#include "nanobragg/io/files/compressed.hpp"

namespace nanobragg::commands {
namespace {

namespace fs = std::filesystem;

std::string place_of(const fs::path& file, const toml::source_region& source) {
  return fmt::format("{}:{}", file.string(), source.begin.line);
}

std::vector<std::string> flags_of(const toml::node_view<const toml::node>& flags,
                                  const std::string& where) {
  if (const auto text = flags.value<std::string>()) return words_of(*text);
  const toml::array* list = flags.as_array();
  if (list == nullptr) throw Error("a case has no flags (a text or a list of texts)", where);
  std::vector<std::string> words;
  for (const toml::node& word : *list) {
    const auto text = word.value<std::string>();
    if (!text) throw Error("a flag is not text (put it in quotes)", where);
    words.push_back(*text);
  }
  return words;
}

// The name is that of a folder, and must stay inside the evidence.
bool is_folder_name(const std::string& name) {
  return !name.empty() && name.front() != '.' && name.find('/') == std::string::npos;
}

MatrixCase case_of(const toml::node& node, const fs::path& file) {
  const std::string where = place_of(file, node.source());
  const toml::table* table = node.as_table();
  if (table == nullptr) throw Error("a case is not a table", where);
  for (const auto& [key, value] : *table) {
    if (key != "name" && key != "flags") {
      throw Error(fmt::format("unknown key '{}' (a case has name and flags)", key.str()),
                  place_of(file, value.source()));
    }
  }
  const auto name = (*table)["name"].value<std::string>();
  if (!name || !is_folder_name(*name)) {
    throw Error("a case without a name fit for a folder (no slash, no leading dot)", where);
  }
  return {*name, flags_of((*table)["flags"], where)};
}

toml::table parse(const fs::path& file) {
  const std::string text = io::read_input(file);
  config::check_toml_nesting(text, file.string());
  try {
    return toml::parse(text, file.string());
  } catch (const toml::parse_error& error) {
    throw Error(fmt::format("not valid TOML ({})", error.description()),
                place_of(file, error.source()));
  }
}

std::string line_of(const std::string& name, const compare::Report& report, std::size_t width) {
  const std::string start =
      fmt::format("{:<16} {:<{}}", compare::word_of(report.verdict), name, width);
  if (!report.comparison) return fmt::format("{}  {}", start, report.problem);
  const compare::Metrics& m = report.comparison->metrics;
  return fmt::format("{}  correlation {:<18}  max |Δ| {:<10}  sum ratio {}", start,
                     m.correlation ? compare::correlation_text(*m.correlation) : "undefined",
                     compare::short_number(m.max_abs_diff),
                     m.sum_ratio ? fmt::format("{:.9g}", *m.sum_ratio) : "undefined");
}

}  // namespace

CompareMatrix read_matrix(const fs::path& file) {
  const toml::table root = parse(file);
  for (const auto& [key, value] : root) {
    if (key != "inputs" && key != "case") {
      throw Error(fmt::format("unknown key '{}' (a matrix has inputs and case)", key.str()),
                  place_of(file, value.source()));
    }
  }
  CompareMatrix matrix;
  const std::string inputs = root["inputs"].value_or(std::string("."));
  matrix.folder = fs::absolute("." / file.parent_path() / inputs).lexically_normal();
  const toml::array* cases = root["case"].as_array();
  if (cases == nullptr) throw Error("no [[case]] in the matrix", file.string());
  std::set<std::string> names;
  for (const toml::node& node : *cases) {
    matrix.cases.push_back(case_of(node, file));
    if (!names.insert(matrix.cases.back().name).second) {
      throw Error(fmt::format("two cases of the name '{}'", matrix.cases.back().name),
                  place_of(file, node.source()));
    }
  }
  return matrix;
}

std::vector<compare::Report> compare_matrix(
    const CompareMatrix& matrix, const ProgramPair& programs, const CompareOptions& options,
    const std::function<void(const std::string& line)>& report_line) {
  std::size_t width = 0;
  for (const MatrixCase& one : matrix.cases) width = std::max(width, one.name.size());
  std::vector<compare::Report> reports;
  for (const MatrixCase& one : matrix.cases) {
    CompareOptions of_case = options;
    of_case.folder = options.folder / one.name;
    reports.push_back(compare_programs(programs, {one.flags, matrix.folder}, of_case));
    report_line(line_of(one.name, reports.back(), width));
  }
  return reports;
}

}  // namespace nanobragg::commands
