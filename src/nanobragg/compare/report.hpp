// What a comparison found, and its summary as JSON.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "nanobragg/compare/image_pair.hpp"
#include "nanobragg/compare/metrics.hpp"
#include "nanobragg/compare/peaks.hpp"
#include "nanobragg/compare/radial_profile.hpp"

namespace nanobragg::compare {

enum class Verdict : std::uint8_t {
  pass,             // correlation and sum are within the criteria
  below_threshold,  // the correlation is not, or it is not defined
  scale_differs,    // the correlation is, the sum is not
  shapes_differ,
  program_failed,  // a program was not found, failed, or wrote no usable float image
  unreadable,      // an image file, or its content, cannot be used
};

// "pass", "below_threshold", …, as summary.json has it.
std::string_view word_of(Verdict verdict);

// How a program ended, and what it took.
struct ProgramRun {
  int exit_code = 0;  // of a program that ended by itself
  int signal = 0;     // that ended it; 0: none
  double wall_ms = 0.0;
  long peak_memory_kb = 0;
};

// One of the two things compared.
struct Source {
  std::string name;                  // for people: a program or a file
  std::vector<std::string> command;  // the literal words; empty for a file
  std::optional<ProgramRun> run;     // unset for a file
  std::optional<ImageShape> shape;   // as written, before any resampling
  std::string said;                  // the last that a program wrote to standard error
};

struct Comparison {
  ImageShape shape;
  RegionOfInterest region;
  Metrics metrics;
  PeakComparison peaks;
  PixelPosition centre;  // of the radial profile
  std::vector<ProfileBin> radial;
  ShellTable table;
};

// When two images agree.
struct Criteria {
  double threshold = 0.9999;  // least correlation
  // Largest difference of the sums, relative to the reference's; unset: the shape alone counts.
  std::optional<double> sum_tolerance = 1e-3;
};

struct Report {
  Source reference;
  Source candidate;
  Criteria criteria;
  Verdict verdict = Verdict::unreadable;
  std::string problem;                   // why there is no comparison
  std::optional<Comparison> comparison;  // unset where there was nothing to compare
  std::vector<std::string> notes;        // what a reader must know: resampled, geometry unknown
  std::vector<std::string> next = {};    // commands for a shell that look into the difference
  std::string audit = {};                // of the pixel of the largest difference
  std::string folder = {};               // where its evidence stands, once it does
};

// pass, below_threshold or scale_differs. A correlation that is not defined passes nothing.
Verdict judge(const Metrics& metrics, const Criteria& criteria);

// Whether the sums agree.
bool same_scale(const Metrics& metrics, const Criteria& criteria);

// The summary, indented, keys in a fixed order. What is not known or not defined is null.
std::string summary_json(const Report& report);

}  // namespace nanobragg::compare
