// Runs the programs once more, with their traces on.
#include "nanobragg/commands/compare/pixel_audit.hpp"

#include <fmt/format.h>

#include <array>

#include "nanobragg/audit/audit_report.hpp"
#include "nanobragg/base/error.hpp"
#include "nanobragg/commands/audit/explain_traces.hpp"
#include "nanobragg/commands/trace/trace_evidence.hpp"
#include "nanobragg/config/options/command_line.hpp"
#include "nanobragg/io/files/compressed.hpp"
#include "nanobragg/io/files/file.hpp"
#include "nanobragg/io/files/process.hpp"

namespace nanobragg::commands {
namespace {

namespace fs = std::filesystem;
using Words = std::vector<std::string>;

constexpr const char* kTrace = "trace.log";

// One program, and where its trace goes below the folder of the evidence.
struct Side {
  const char* word;
  const Program& program;
  fs::path trace;
};

bool is_nanobragg(const Program& program) {
  return fs::path(program.name).filename() == "nanobragg";
}

std::array<Side, 2> sides_of(const PixelAudit& audit) {
  const auto side = [](const char* word, const Program& program) {
    const fs::path folder = fs::path(word) / (is_nanobragg(program) ? "trace" : "");
    return Side{word, program, folder / kTrace};
  };
  return {side("reference", audit.programs.reference), side("candidate", audit.programs.candidate)};
}

// A name with a slash means a file beside this folder, wherever the program runs.
std::string callable(const Program& program) {
  const bool is_file = program.name.find('/') != std::string::npos;
  return is_file ? fs::absolute(program.name).lexically_normal().string() : program.name;
}

Words pixel_words(const char* flag, PixelIndex pixel) {
  return {flag, std::to_string(pixel.slow), std::to_string(pixel.fast)};
}

void append(Words& words, const Words& more) {
  words.insert(words.end(), more.begin(), more.end());
}

// What is typed behind the program's name.
Words trace_words(const PixelAudit& audit, const Side& side, const fs::path& folder) {
  Words words;
  if (is_nanobragg(side.program)) {
    words = {"trace"};
    append(words, pixel_words("--pixel", audit.pixel));
    append(words, {"--out", (folder / side.trace).parent_path().string(), "--"});
    append(words, side.program.own_flags);
    append(words, audit.experiment);
  } else {
    words = side.program.own_flags;
    append(words, audit.flags);
    append(words, pixel_words("-trace_pixel", audit.pixel));
  }
  return words;
}

std::string trace_line(const PixelAudit& audit, const Side& side, const fs::path& folder) {
  Words words{callable(side.program)};
  append(words, trace_words(audit, side, folder));
  if (is_nanobragg(side.program)) return shell_words(words) + " > /dev/null";
  return fmt::format("(cd {} && {}) > {}", shell_words({(folder / side.word / "files").string()}),
                     shell_words(words), shell_words({(folder / side.trace).string()}));
}

// Nothing where it printed a trace, else why not.
std::string trace(const PixelAudit& audit, const Side& side, const fs::path& folder) {
  const fs::path log = folder / side.trace;
  const bool is_ours = is_nanobragg(side.program);
  const fs::path output = is_ours ? folder / side.word / "trace_output.txt" : log;
  const io::ProcessResult result = io::run_process(
      {io::find_program(side.program.name), trace_words(audit, side, folder),
       folder / side.word / "files", output, folder / side.word / "trace_errors.txt"});
  if (!result.succeeded()) {
    return fmt::format("the {} program fails with its trace on ({}/trace_errors.txt)", side.word,
                       side.word);
  }
  try {
    audit::parse_trace(io::read_file(log), log.string(), audit.pixel);
  } catch (const Error& error) {
    return fmt::format("the {} program prints no trace of the pixel: {}", side.word, error.what());
  }
  return {};
}

audit::Audit audit_of(const PixelAudit& audit, const fs::path& folder) {
  const auto [reference, candidate] = sides_of(audit);
  const auto document = [&](const Side& side) {
    return audit::parse_trace(io::read_file(folder / side.trace), side.word, audit.pixel);
  };
  const audit::Document a = document(reference);
  const audit::Document b = document(candidate);
  audit::Audit result = audit::make_audit(a, b);
  try {
    Words flags = audit.programs.reference.own_flags;
    append(flags, audit.experiment);
    const config::Settings settings =
        config::parse_arguments_and_config(flags, [](const std::string& file) {
          return io::read_input(file);
        }).settings;
    result.explanation = explain_traces({a, b, result.comparison.tolerance}, settings, audit.pixel);
  } catch (const Error& error) {
    result.remarks.push_back(fmt::format("nothing is explained: {}", error.what()));
  }
  return result;
}

}  // namespace

Words pixel_commands(const PixelAudit& audit, const fs::path& folder) {
  const auto [reference, candidate] = sides_of(audit);
  Words words{io::this_program().string(), "audit", (folder / reference.trace).string(),
              (folder / candidate.trace).string(), "--explain"};
  append(words, pixel_words("--pixel", audit.pixel));
  words.emplace_back("--");
  append(words, audit.programs.reference.own_flags);
  append(words, audit.experiment);
  return {trace_line(audit, reference, folder), trace_line(audit, candidate, folder),
          shell_words(words)};
}

std::string audit_pixel(const PixelAudit& audit, const fs::path& folder) {
  for (const Side& side : sides_of(audit)) {
    const std::string problem = trace(audit, side, folder);
    if (!problem.empty()) return fmt::format("no audit: {}\n", problem);
  }
  const audit::Audit result = audit_of(audit, folder);
  io::write_file_atomically(folder / "audit.md", audit::audit_markdown(result));
  io::write_file_atomically(folder / "audit.json", audit::audit_json(result));
  return audit::audit_text(result);
}

}  // namespace nanobragg::commands
