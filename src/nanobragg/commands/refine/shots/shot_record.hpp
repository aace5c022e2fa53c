// What is kept of a refined shot: its pixels are dropped, and read again where it is refined again.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "nanobragg/commands/refine/shots/refined_shot.hpp"
#include "nanobragg/io/reflections/dials_table.hpp"
#include "nanobragg/refine/shots/merge.hpp"

namespace nanobragg::commands {

// How many a shot has: listed or predicted spots, boxes and their pixels.
struct ShotCounts {
  std::uint64_t spots = 0, boxes = 0, pixels = 0;
};

// The reduced χ² and the median correlation of a box.
struct FitFigures {
  double chi_squared = 0.0, correlation = 0.0;
};

// A row of the tables.
struct ShotRow {
  std::uint64_t number = 0;
  std::string image = {};
  std::string failure = {};  // why nothing else is known; empty: it is
  refine::Outcome outcome = refine::Outcome::converged;
  std::string why = {};
  ShotCounts counts = {};
  FitFigures fit_before = {}, fit = {};
  PlaceResiduals places_before = {}, places = {};
  refine::ErrorModel errors = {};
  std::vector<refine::RefinedParameter> parameters = {};

  bool is_refined() const { return failure.empty(); }
};

struct ShotRecord {
  ShotRow row;
  std::string identifier = {};  // of DIALS
  // Refined; what all shots share (amplitudes, mask) is not kept with it. Unset where it failed.
  std::optional<Experiment> experiment = {};
  refine::Correlations correlations = {};
  // What its pixels alone say of intensities, by index; what they say nothing of is left out.
  std::vector<refine::FactorObservation> factors = {};
  io::DialsTable spots{0};   // rows of the reflection table, of an experiment 0
  std::string details = {};  // its section of the page
};

ShotRecord record_of(const RefinedShot& shot);
// Where a later round begins, with the amplitudes and the mask of `start`.
refine::ShotResult result_of(const ShotRecord& record, const Experiment& start);

// Bytes for this program alone, and back. `name` is that of the file. Throws Error.
std::string packed(const ShotRecord& record);
ShotRecord unpacked_record(std::string_view bytes, const std::string& name);

}  // namespace nanobragg::commands
