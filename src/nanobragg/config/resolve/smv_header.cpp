// Fills in the SMV header from the resolved geometry.
#include "nanobragg/config/resolve/smv_header.hpp"

#include <utility>

#include "nanobragg/io/images/smv_entries.hpp"

namespace nanobragg::config {
namespace {

using compat::Quirk;

std::vector<io::SmvEntry> reference_entries(const Job& run, const plan::SamplingPlan& plan) {
  const DetectorFrame& frame = run.origin.frame;
  return io::smv_entries({.pixel = frame.size.pixel,
                          .slow_size = frame.size.slow,
                          .wavelength = run.experiment.beam->wavelength.value(),
                          .beam_x = frame.beam_centre.x,
                          .beam_y = frame.beam_centre.y,
                          .placed = frame.placed,
                          .phi = run.experiment.spindle.start.value(),
                          .oscillation = plan.crystal.oscillation.range,
                          .twotheta = frame.placing.twotheta});
}

}  // namespace

std::vector<io::SmvEntry> smv_entries(const Job& run, const plan::SamplingPlan& plan) {
  const DetectorFrame& frame = run.origin.frame;
  std::vector<io::SmvEntry> entries = reference_entries(run, plan);
  if (!run.compute.quirks.has(Quirk::no_adc_offset)) {
    entries.push_back(io::adc_offset_entry(run.response.adc_offset));
  }
  if (run.compute.quirks.has(Quirk::smv_beam_centre)) return entries;
  const io::SmvBeamCentre centre = io::dials_beam_centre(frame.placed.beam_f, frame.placed.beam_s,
                                                         frame.size.slow, frame.size.pixel);
  return io::fitted(frame.shape, io::for_dials(std::move(entries), centre,
                                               {frame.beam_centre.x, frame.beam_centre.y}, 0.0));
}

bool reference_header_overflows(const Job& run, const plan::SamplingPlan& plan) {
  const std::vector<io::SmvEntry> entries = reference_entries(run, plan);
  constexpr std::size_t kDeclared = 512;
  return io::smv_header_text(run.origin.frame.shape, entries, io::HeaderLength::fixed_512).size() >
         kDeclared;
}

io::HeaderLength smv_header_length(compat::QuirkSet quirks) {
  return quirks.has(Quirk::smv_header_overflow) ? io::HeaderLength::fixed_512
                                                : io::HeaderLength::next_multiple;
}

}  // namespace nanobragg::config
