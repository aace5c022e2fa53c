// Reduces a shot to what later rounds, tables and pages need.
#include "nanobragg/commands/refine/shots/shot_record.hpp"

#include <algorithm>
#include <memory>
#include <tuple>

#include "nanobragg/base/packed.hpp"
#include "nanobragg/commands/refine/shots/shot_files.hpp"
#include "nanobragg/commands/refine/shots/shot_sections.hpp"
#include "nanobragg/io/experiment/experiment_file.hpp"

namespace nanobragg::refine {

// A structured binding has to name all members: what is added to a type has to be added here.
template <class V>
requires std::same_as<std::remove_const_t<V>, FreeParameter>
auto members(V& v) {
  auto& [a, b, c, d, e, f, g, h, i] = v;
  return std::tie(a, b, c, d, e, f, g, h, i);
}
template <class V>
requires std::same_as<std::remove_const_t<V>, RefinedParameter>
auto members(V& v) {
  auto& [a, b, c, d, e] = v;
  return std::tie(a, b, c, d, e);
}
template <class V>
requires std::same_as<std::remove_const_t<V>, Correlations>
auto members(V& v) {
  auto& [a, b, c] = v;
  return std::tie(a, b, c);
}

}  // namespace nanobragg::refine

namespace nanobragg::commands {

template <class V>
requires std::same_as<std::remove_const_t<V>, ShotRow>
auto members(V& v) {
  auto& [a, b, c, d, e, f, g, h, i, j, k, l] = v;
  return std::tie(a, b, c, d, e, f, g, h, i, j, k, l);
}

namespace {

// Those that say more than nothing: factors are near 1.
std::vector<refine::FactorObservation> factors_of(const RefinedShot& shot) {
  constexpr double kLeastInformation = 0.1;
  std::vector<refine::FactorObservation> out;
  const auto& reflections = shot.shot->data.reflections;
  for (std::size_t i = 0; i < reflections.size(); ++i) {
    const refine::FactorFit& fit = shot.result->factors[i];
    if (fit.information < kLeastInformation) continue;
    out.push_back({reflections[i].index, shot.number, fit.alone, fit.information});
  }
  std::ranges::sort(out, {}, &refine::FactorObservation::index);
  return out;
}

ShotRow row_of(const RefinedShot& shot) {
  ShotRow row{.number = shot.number, .image = shot.image, .failure = shot.failure};
  if (!shot.result) return row;
  const refine::ShotResult& r = *shot.result;
  const refine::BoxedPixels& pixels = shot.shot->data.pixels;
  row.outcome = r.outcome;
  row.why = r.why;
  row.counts = {shot.shot->spots, pixels.boxes.size(), pixels.size()};
  row.fit_before = {r.before.reduced_chi_squared, r.before.median_correlation};
  row.fit = {r.after.reduced_chi_squared, r.after.median_correlation};
  row.places_before = shot.before;
  row.places = shot.after;
  row.errors = r.errors;
  row.parameters = r.parameters;
  return row;
}

// Without what all shots share.
std::string own_experiment(Experiment experiment) {
  experiment.structure_factors = std::make_shared<const StructureFactors>(0.0);
  experiment.sampling.mask = nullptr;
  return io::experiment_json({experiment, compat::QuirkSet::physical()});
}

}  // namespace

ShotRecord record_of(const RefinedShot& shot) {
  ShotRecord out{.row = row_of(shot), .identifier = shot.identifier};
  if (!shot.result) return out;
  out.experiment = shot.result->experiment;
  out.correlations = shot.result->correlations;
  out.factors = factors_of(shot);
  out.spots = spot_table(shot);
  out.details = shot_details(shot);
  return out;
}

refine::ShotResult result_of(const ShotRecord& record, const Experiment& start) {
  refine::ShotResult out{.experiment = *record.experiment};
  out.experiment.structure_factors = start.structure_factors;
  out.experiment.sampling.mask = start.sampling.mask;
  const ShotRow& row = record.row;
  out.outcome = row.outcome;
  out.why = row.why;
  out.parameters = row.parameters;
  out.correlations = record.correlations;
  out.errors = row.errors;
  out.before.reduced_chi_squared = row.fit_before.chi_squared;
  out.before.median_correlation = row.fit_before.correlation;
  out.after.reduced_chi_squared = row.fit.chi_squared;
  out.after.median_correlation = row.fit.correlation;
  return out;
}

std::string packed(const ShotRecord& record) {
  Packer to;
  to.add(record.row);
  to.add(record.identifier);
  to.add(record.experiment ? own_experiment(*record.experiment) : std::string());
  to.add(record.correlations);
  to.add(record.factors);
  to.add(record.spots.packed());
  to.add(record.details);
  return to.take();
}

ShotRecord unpacked_record(std::string_view bytes, const std::string& name) {
  Unpacker from(bytes, name);
  ShotRecord out{.row = from.take<ShotRow>()};
  from.read(out.identifier);
  const auto experiment = from.take<std::string>();
  if (!experiment.empty()) out.experiment = io::parse_experiment(experiment, name).experiment;
  from.read(out.correlations);
  from.read(out.factors);
  out.spots = io::DialsTable::parsed(from.take<std::string>(), name);
  from.read(out.details);
  return out;
}

}  // namespace nanobragg::commands
