// nanobragg compare: two programs on the same flags, a matrix of such runs, or two images.
#include <algorithm>
#include <array>
#include <cstdio>
#include <filesystem>
#include <limits>

#include "commands.hpp"
#include "nanobragg/base/error.hpp"
#include "nanobragg/commands/compare/compare_images.hpp"
#include "nanobragg/commands/compare/compare_matrix.hpp"
#include "nanobragg/commands/compare/compare_programs.hpp"
#include "nanobragg/commands/compare/program_flags.hpp"
#include "nanobragg/compare/verdict.hpp"
#include "nanobragg/io/files/process.hpp"
#include "options.hpp"

namespace nanobragg::app {
namespace {

struct Switches {
  bool external = false, resample = false, save_difference = false;
  bool shape_only = false, audit = false;
};

struct Arguments {
  std::vector<std::string> images;
  std::string reference, candidate, reference_flags, candidate_flags, matrix;
  std::vector<std::size_t> shape, roi;
  std::string folder = "comparison";
  Switches switches;
  commands::CompareOptions options;
};

void describe(Options& app, Arguments& a) {
  app.footer(
      "Words after -- are simulation flags for both programs; -floatfile is added.\n"
      "Exit codes: 0 pass, 1 wrong usage or a file that cannot be read or written, 2 a program "
      "failed,\n3 the correlation or the sum differs, 4 the shapes differ.");
  app.add_option(
         "IMAGES", a.images,
         "two images: raw floats, SMV, CBF, TIFF, PNG, NXmx or PGM; what measures nothing is "
         "left out")
      .takes(0, 2);
  app.add_option("--frames", a.options.frames,
                 "of images of several exposures, counted from 1: 3, 1-20 or 1,5-8 [all]");
  app.add_flag("--external-files", a.switches.external,
               "follow what in the images leads to files outside their folder (HDF5)");
  app.add_option("--reference", a.reference, "program to compare with [this one]");
  app.add_option("--candidate", a.candidate, "program to judge [this one]");
  app.add_option("--reference-flags", a.reference_flags,
                 "flags for the reference alone, in quotes");
  app.add_option("--candidate-flags", a.candidate_flags,
                 "flags for the candidate alone, in quotes");
  app.add_option("--matrix", a.matrix, "TOML file of named command lines to compare on");
  app.add_option("--roi", a.roi, "compare these pixels alone: xmin xmax ymin ymax, fast then slow")
      .takes(4)
      .check(pixel_index());
  app.add_option("--shape", a.shape, "slow and fast pixels of raw float images")
      .takes(2)
      .check(pixel_count());
  app.add_option("--threshold", a.options.criteria.threshold,
                 "least correlation that passes [0.9999]")
      .check(between(-1.0, 1.0));
  app.add_option("--sum-tolerance", a.options.criteria.sum_tolerance,
                 "largest difference of the sums that passes, relative [1e-3]")
      .check(between(0.0, std::numeric_limits<double>::max(), Shown::no));
  app.add_flag("--shape-only", a.switches.shape_only, "judge the pattern alone: any scale passes");
  app.add_flag("--audit", a.switches.audit,
               "where two programs differ, trace and audit the pixel of the largest difference");
  app.add_flag("--resample", a.switches.resample, "bring the candidate onto the reference's shape");
  app.add_option("--png-scale", a.options.png_percentile,
                 "percentile of the pixels that is shown brightest [99.5]")
      .check(between(0.0, 100.0));
  app.add_flag("--save-diff", a.switches.save_difference,
               "write difference.bin, candidate - reference");
  app.add_option("--out", a.folder, "folder for the evidence [comparison]");
}

commands::CompareOptions options_of(const Arguments& a) {
  commands::CompareOptions options = a.options;
  options.folder = a.folder;
  if (a.switches.external) options.external = io::ExternalFiles::anywhere;
  if (a.switches.resample) options.shapes = commands::ShapePolicy::resample;
  if (a.switches.shape_only) options.criteria.sum_tolerance.reset();
  if (a.switches.audit) options.audits = commands::PixelAudits::run;
  if (a.switches.save_difference) options.difference_file = commands::DifferenceFile::raw_float;
  if (!a.shape.empty()) options.shape = ImageShape{a.shape[0], a.shape[1]};
  if (!a.roi.empty()) options.region = RegionOfInterest{{a.roi[2], a.roi[0]}, {a.roi[3], a.roi[1]}};
  return options;
}

commands::ProgramPair programs_of(const Arguments& a) {
  const auto program = [](const std::string& name, const std::string& flags) {
    return commands::Program{name.empty() ? io::this_program().string() : name,
                             commands::words_of(flags)};
  };
  return {program(a.reference, a.reference_flags), program(a.candidate, a.candidate_flags)};
}

int exit_code(compare::Verdict verdict) {
  // pass, below_threshold, scale_differs, shapes_differ, program_failed, unreadable
  constexpr std::array<int, 6> kCodes{0, 3, 3, 4, 2, 1};
  return kCodes.at(static_cast<std::size_t>(verdict));
}

int print_report(const compare::Report& report) {
  std::fputs(compare::console_text(report).c_str(), report.comparison ? stdout : stderr);
  std::printf("%s/report.html shows it, %s/summary.json has the figures\n", report.folder.c_str(),
              report.folder.c_str());
  std::fputs(compare::next_text(report).c_str(), stdout);
  return exit_code(report.verdict);
}

int run_matrix(const Arguments& a) {
  const commands::CompareMatrix matrix = commands::read_matrix(a.matrix);
  const auto print_line = [](const std::string& line) {
    std::puts(line.c_str());
    std::fflush(stdout);
  };
  const auto reports = commands::compare_matrix(matrix, programs_of(a), options_of(a), print_line);
  const auto count = [&](int code) {
    return std::count_if(reports.begin(), reports.end(),
                         [&](const auto& report) { return exit_code(report.verdict) == code; });
  };
  std::printf("%td of %zu cases pass\n", count(0), reports.size());
  // What keeps a case from being compared weighs more than a figure that is too low.
  for (const int code : {2, 1, 4, 3}) {
    if (count(code) > 0) return code;
  }
  return 0;
}

int run(const Arguments& a, const std::vector<std::string>& flags) {
  if (a.images.size() == 1) throw UsageError("one image has nothing to be compared with");
  const bool has_programs = !a.reference.empty() || !a.candidate.empty() ||
                            !a.reference_flags.empty() || !a.candidate_flags.empty();
  if (!a.images.empty() && (has_programs || !a.matrix.empty() || !flags.empty())) {
    throw UsageError("images and programs at once", "", "compare two images or two programs");
  }
  if (!a.images.empty() && a.switches.audit) {
    throw UsageError("--audit of two images (which do not say how they were computed)", "",
                     "compare two programs, or audit two traces");
  }
  if (!a.images.empty()) {
    return print_report(commands::compare_images(a.images[0], a.images[1], options_of(a)));
  }
  if (!has_programs) {
    throw UsageError("nothing to compare", "", "nanobragg compare --help shows what can be");
  }
  if (!a.matrix.empty() && !flags.empty()) {
    throw UsageError("flags and a matrix at once", "", "write the flags into the matrix");
  }
  if (!a.matrix.empty()) return run_matrix(a);
  const commands::SimulationFlags told{flags, std::filesystem::current_path()};
  return print_report(commands::compare_programs(programs_of(a), told, options_of(a)));
}

}  // namespace

int compare(const std::vector<std::string>& words) {
  const auto end = std::find(words.begin(), words.end(), "--");
  const std::vector<std::string> flags(end == words.end() ? end : end + 1, words.end());
  Arguments arguments;
  Options app("Compares two programs, or two images, pixel by pixel.", "nanobragg compare");
  describe(app, arguments);
  try {
    if (const auto code = parse_options(app, {words.begin(), end})) return *code;
    return run(arguments, flags);
  } catch (const UsageError& error) {
    // 2 says here that a program failed.
    std::fprintf(stderr, "nanobragg: %s\n", error.what());
    return 1;
  }
}

}  // namespace nanobragg::app
