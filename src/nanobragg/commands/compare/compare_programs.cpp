// One program after the other, then their images.
#include "nanobragg/commands/compare/compare_programs.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cstring>
#include <optional>
#include <utility>

#include "nanobragg/base/error.hpp"
#include "nanobragg/commands/compare/comparison.hpp"
#include "nanobragg/commands/compare/evidence.hpp"
#include "nanobragg/commands/compare/pixel_audit.hpp"
#include "nanobragg/commands/compare/program_flags.hpp"
#include "nanobragg/commands/compare/program_image.hpp"
#include "nanobragg/config/options/file_settings.hpp"
#include "nanobragg/config/options/toml.hpp"
#include "nanobragg/io/files/compressed.hpp"
#include "nanobragg/io/files/file.hpp"
#include "nanobragg/io/files/folder.hpp"
#include "nanobragg/io/files/process.hpp"

namespace nanobragg::commands {
namespace {

namespace fs = std::filesystem;

// One side of the comparison, from its folder to its image.
struct Side {
  std::string word;  // "reference" or "candidate"
  compare::Source source;
  std::optional<Image<float>> image;
  std::string problem;  // why there is no image
};

std::string name_of(const Program& program) {
  std::string name = fs::path(program.name).filename().string();
  if (!program.own_flags.empty()) name += fmt::format(" {}", fmt::join(program.own_flags, " "));
  return name;
}

std::string failure_of(const io::ProcessResult& result, const std::string& word) {
  const std::string how = result.signal != 0 ? fmt::format("ended by signal {}, {}", result.signal,
                                                           strsignal(result.signal))
                                             : fmt::format("exit code {}", result.exit_code);
  return fmt::format("the {} program failed ({}): what it said is in {}/stderr.txt", word, how,
                     word);
}

// What a program that runs in its folder calls the configuration: evidence is moved when it is
// complete, and the command is to hold then, too.
constexpr const char* kConfig = "../../config.toml";

// Both programs get a copy of a configuration file in which names of files are absolute, and which
// leaves the outputs to the flags. The name of the copy is `name`.
std::vector<std::string> with_config(std::vector<std::string> flags, const std::string& name) {
  for (std::size_t i = 0; i + 1 < flags.size(); ++i) {
    if (flags[i] == "-config") flags[i + 1] = name;
  }
  return flags;
}

// The settings of the configuration file, if there is one.
std::optional<config::Settings> config_of(const std::vector<std::string>& flags,
                                          const SimulationFlags& original) {
  const auto flag = std::ranges::find(flags, "-config");
  if (flag == flags.end() || flag + 1 == flags.end()) return std::nullopt;
  const std::string& file = *(flag + 1);
  return portable_settings(config::parse_toml(io::read_input(file), file), original.folder);
}

std::vector<std::string> command_of(const fs::path& program, const Program& side,
                                    const std::vector<std::string>& flags) {
  std::vector<std::string> command{program.string()};
  command.insert(command.end(), side.own_flags.begin(), side.own_flags.end());
  command.insert(command.end(), flags.begin(), flags.end());
  command.insert(command.end(), {"-floatfile", kFloatImage});
  return command;
}

// The end of what a program said, in whole lines; a program in trouble may say a great deal.
std::string last_words(const fs::path& file) {
  constexpr std::size_t kMostCharacters = 4000;
  std::string text = io::read_file(file);
  if (text.size() <= kMostCharacters) return text;
  const std::size_t cut = text.find('\n', text.size() - kMostCharacters);
  return "...\n" + text.substr(cut == std::string::npos ? text.size() - kMostCharacters : cut + 1);
}

struct Task {
  std::string word;
  const Program& program;
  const std::vector<std::string>& flags;
  const std::vector<ImageShape>& shapes;
};

// Runs one program; a folder that is in use is the user's to sort out, all else is this side's
// problem.
Side run_side(const Task& task, const fs::path& evidence) {
  Side side{
      task.word, {name_of(task.program), {}, std::nullopt, std::nullopt, {}}, std::nullopt, {}};
  const fs::path folder = evidence / task.word;
  io::make_folder(folder);
  side.source.command = command_of(task.program.name, task.program, task.flags);
  io::write_file_atomically(folder / kCommandFile,
                            fmt::format("{}\n", fmt::join(side.source.command, "\n")));
  io::make_folder(folder / "files");
  try {
    const fs::path file = io::find_program(task.program.name);
    const std::vector<std::string>& words = side.source.command;
    const io::ProcessResult result = io::run_process({file,
                                                      {words.begin() + 1, words.end()},
                                                      folder / "files",
                                                      folder / "stdout.txt",
                                                      folder / "stderr.txt"});
    side.source.run = {result.exit_code, result.signal, result.wall_ms, result.peak_memory_kb};
    side.source.said = last_words(folder / "stderr.txt");
    if (!result.succeeded()) {
      side.problem = failure_of(result, task.word);
      return side;
    }
    side.image = read_program_image(folder / "files", task.shapes);
    side.source.shape = side.image->shape();
  } catch (const Error& error) {
    side.problem = fmt::format("the {} program: {}", task.word, error.what());
  }
  return side;
}

std::string problems_of(const Side& reference, const Side& candidate) {
  if (reference.problem.empty()) return candidate.problem;
  if (candidate.problem.empty()) return reference.problem;
  return reference.problem + "; " + candidate.problem;
}

std::vector<io::NamedFile> files_read(const ProgramPair& programs,
                                      const std::vector<std::string>& flags,
                                      const std::optional<config::Settings>& config) {
  std::vector<io::NamedFile> files = files_named_in(flags);
  const auto add = [&](const std::vector<io::NamedFile>& more) {
    files.insert(files.end(), more.begin(), more.end());
  };
  if (config) add(config::files_read(*config));
  for (const auto& [option, program] : {std::pair{"--reference", &programs.reference},
                                        std::pair{"--candidate", &programs.candidate}}) {
    add(files_named_in(program->own_flags));
    if (program->name.find('/') != std::string::npos) add({{option, program->name}});
  }
  return files;
}

// What both programs are told, and the same flags as they are typed where this program runs.
struct GivenFlags {
  std::vector<std::string> told, typed;
};

// Of programs that differ: what looks into the pixel of the largest difference.
void look_into_pixel(compare::Report& report, const ProgramPair& programs, const GivenFlags& given,
                     const CompareOptions& options, const fs::path& evidence) {
  const auto& pixel = report.comparison->metrics.max_abs_diff_at;
  const bool are_alike = report.reference.shape == report.candidate.shape;
  if (report.verdict == compare::Verdict::pass || !pixel || !are_alike) return;
  const PixelAudit audit{*pixel, programs, given.told, given.typed};
  report.next = pixel_commands(audit, options.folder);
  if (options.audits == PixelAudits::run) report.audit = audit_pixel(audit, evidence);
}

}  // namespace

compare::Report compare_programs(const ProgramPair& programs, const SimulationFlags& original,
                                 const CompareOptions& options) {
  const auto portable = [&](const Program& program) {
    return Program{program.name, portable_flags(program.own_flags, original.folder)};
  };
  const ProgramPair own{portable(programs.reference), portable(programs.candidate)};
  const std::vector<std::string> flags = portable_flags(original.flags, original.folder);
  const std::optional<config::Settings> config = config_of(flags, original);
  const fs::path out = fs::absolute(options.folder).lexically_normal();
  EvidenceFolder folder(out, files_read(own, flags, config));
  const CompareOptions inside = with_folder(options, folder.path());
  const fs::path config_file = inside.folder / "config.toml";
  if (config) io::write_file_atomically(config_file, config::to_toml(*config));

  const FlagGeometryResult geometry = geometry_of_flags(with_config(flags, config_file.string()));
  std::vector<ImageShape> shapes;
  if (options.shape) shapes.push_back(*options.shape);
  if (geometry.geometry && !options.shape) shapes.push_back(geometry.geometry->shape);

  // Both run before an image is read, so that this program's own memory does not show in theirs.
  const std::vector<std::string> told = with_config(flags, kConfig);
  const std::string config_out = (out / "config.toml").string();
  Side reference = run_side({"reference", own.reference, told, shapes}, inside.folder);
  Side candidate = run_side({"candidate", own.candidate, told, shapes}, inside.folder);
  compare::Report report;
  report.reference = reference.source;
  report.candidate = candidate.source;
  report.criteria = options.criteria;
  if (!reference.image || !candidate.image) {
    report = finish_without_images(std::move(report), compare::Verdict::program_failed,
                                   problems_of(reference, candidate), inside);
  } else {
    report = finish_comparison(
        std::move(report), {std::move(*reference.image), std::move(*candidate.image)}, geometry,
        compare::Verdict::program_failed, inside, [&](compare::Report& done) {
          look_into_pixel(done, own, {told, with_config(flags, config_out)}, options,
                          inside.folder);
        });
  }
  const fs::path moved = folder.move(report);
  report.folder = (moved == out ? options.folder : options.folder / moved.filename()).string();
  return report;
}

}  // namespace nanobragg::commands
