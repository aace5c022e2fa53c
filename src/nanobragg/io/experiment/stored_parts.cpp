// Takes experiments apart, and puts parts together again.
#include "nanobragg/io/experiment/stored_parts.hpp"

#include <fmt/format.h>

#include <memory>
#include <utility>

#include "nanobragg/base/error.hpp"
#include "nanobragg/base/suggest.hpp"
#include "nanobragg/model/check_experiment.hpp"
#include "nanobragg/model/panel_stack.hpp"

namespace nanobragg::io {
namespace {

// What `make` makes; errors say of which part. Their hints are those of flags, which do not help.
template <class Make>
auto made(const std::string& part, const Make& make) {
  try {
    return make();
  } catch (const Error& error) {
    const std::string& within = error.where();
    throw Error(error.problem(),
                within.empty() || part.empty() ? part + within : part + ", " + within);
  }
}

compat::QuirkSet quirks_of(const std::vector<std::string>& names) {
  compat::QuirkSet quirks;
  for (const std::string& name : names) {
    const compat::QuirkInfo* const row = compat::find_quirk(name);
    if (!row || row->fate == compat::Fate::never_present) {
      std::vector<std::string> known;
      for (const compat::QuirkInfo& quirk : compat::quirk_table()) known.emplace_back(quirk.name);
      const auto meant = row ? std::nullopt : nearest(name, known);
      throw Error(fmt::format("'{}' is not a quirk that this program reproduces", name), "quirks",
                  meant ? fmt::format("did you mean '{}'?", *meant) : "");
    }
    quirks = quirks.with(row->quirk);
  }
  return quirks;
}

bool is_near(const Vec3<double>& u, const Vec3<double>& v, double unit_of_length) {
  constexpr double kTolerance = 1e-6;
  return length(u - v) <= kTolerance * unit_of_length;
}

// A distance and a corner say the same.
void check_distance(const PanelValues& panel) {
  const double distance = panel.close_distance.value();
  const double of_corner = dot(panel.corner_m, panel.normal);
  if (is_near({distance, 0, 0}, {of_corner, 0, 0}, length(panel.corner_m))) return;
  throw Error(
      fmt::format("close_distance_m is {}, and corner_m is {} from the sample along normal "
                  "(they state one distance)",
                  distance, of_corner));
}

// So do the numbers of a beamline and the panel that they place.
void check_placement(const Detector& detector) {
  if (!detector.placement) return;
  if (detector.panels.size() != 1) {
    throw Error(
        fmt::format("a placement beside {} panels (it places one)", detector.panels.size()));
  }
  const PanelFrame<double> stands = placed_frame(detector, 0);
  const PlacedDetector<double> placed = place(*detector.placement);
  if (is_near(stands.corner, placed.corner, length(stands.corner)) &&
      is_near(stands.fast, placed.fast, 1.0) && is_near(stands.slow, placed.slow, 1.0) &&
      is_near(stands.normal, placed.normal, 1.0)) {
    return;
  }
  throw Error("it places the panel where panels[0] does not stand (they state one place)", "",
              "leave placement out, or change both");
}

Detector detector_of(StoredDetector stored) {
  Detector detector = std::move(stored.values);
  for (std::size_t i = 0; i < stored.panels.size(); ++i) {
    detector.panels.push_back(made(fmt::format("panels[{}]", i), [&] {
      check_distance(stored.panels[i]);
      return Panel(stored.panels[i]);
    }));
  }
  if (detector.panels.empty()) throw Error("no panels");
  if (!detector.motions.empty() && detector.motions.size() != detector.panels.size()) {
    throw Error(
        fmt::format("{} motions of {} panels", detector.motions.size(), detector.panels.size()));
  }
  made("placement", [&] {
    check_placement(detector);
    return true;
  });
  return detector;
}

Sampling sampling_of(const StoredSampling& stored, const std::vector<Panel>& panels) {
  Sampling sampling = stored.values;
  const ImageShape shape = stack_of(panels).shape;
  if (sampling.region) {
    const auto& [first, last] = *sampling.region;
    if (first.slow > last.slow || first.fast > last.fast || last.slow >= shape.slow ||
        last.fast >= shape.fast) {
      throw Error(fmt::format("no region of {} × {} pixels (fast × slow)", shape.fast, shape.slow),
                  "region");
    }
  }
  if (!stored.mask) return sampling;
  const auto mask = made("mask", [&] { return restored(*stored.mask); });
  if (!(mask.shape() == shape)) {
    throw Error(fmt::format("a mask of {} × {} pixels on a detector of {} × {} (fast × slow)",
                            mask.shape().fast, mask.shape().slow, shape.fast, shape.slow),
                "mask");
  }
  sampling.mask = std::make_shared<const Image<std::uint16_t>>(mask);
  return sampling;
}

StoredMeasured stored(const MeasuredBackground& measured) {
  StoredMeasured out{measured.name, measured.scale, {}, {}};
  if (measured.profile) out.profile = *measured.profile;
  if (measured.image) {
    const auto pixels = measured.image->pixels();
    const ImageShape shape = measured.image->shape();
    out.image = StoredImage{shape.slow, shape.fast, {pixels.begin(), pixels.end()}};
  }
  return out;
}

std::shared_ptr<const Image<double>> image_of(const StoredImage& stored) {
  const auto& [slow, fast, photons] = stored;
  if (photons.empty() || fast == 0 || photons.size() % fast != 0 || photons.size() / fast != slow) {
    throw Error(
        fmt::format("{} pixels of an image of {} × {} (fast × slow)", photons.size(), fast, slow));
  }
  return std::make_shared<const Image<double>>(ImageShape{slow, fast}, photons);
}

std::vector<MeasuredBackground> measured_of(std::optional<std::vector<StoredMeasured>> stored) {
  std::vector<MeasuredBackground> out;
  if (!stored) return out;
  for (StoredMeasured& from : *stored) {
    MeasuredBackground& to = out.emplace_back();
    to.name = from.name;
    to.scale = from.scale;
    if (from.profile) to.profile = std::make_shared<const RadialPhotons>(*std::move(from.profile));
    if (!from.image) continue;
    to.image = made(fmt::format("measured_backgrounds[{}]", out.size() - 1),
                    [&] { return image_of(*from.image); });
  }
  return out;
}

}  // namespace

StoredParts parts_of(const StoredExperiment& from) {
  const Experiment& e = from.experiment;
  StoredParts parts;
  for (const compat::QuirkInfo& row : compat::quirk_table()) {
    if (from.quirks.has(row.quirk)) parts.quirks.emplace_back(row.name);
  }
  parts.crystal = *e.crystal;
  parts.beam = *e.beam;
  parts.spindle = e.spindle;
  parts.detector.values = e.detector;
  for (const Panel& panel : e.detector.panels) parts.detector.panels.push_back(*panel);
  parts.water = e.water;
  parts.lattices = e.lattices;
  for (const AmorphousSlab& slab : e.slabs) {
    parts.backgrounds.slabs.push_back({slab, *slab.material.table});
    parts.backgrounds.slabs.back().values.material.table.reset();
  }
  for (const MeasuredBackground& measured : e.measured) {
    if (!parts.backgrounds.measured) parts.backgrounds.measured.emplace();
    parts.backgrounds.measured->push_back(stored(measured));
  }
  parts.beamstop = e.beamstop;
  parts.sampling.values = e.sampling;
  if (e.sampling.mask) parts.sampling.mask = stored(*e.sampling.mask);
  parts.structure_factors = stored(*e.structure_factors);
  return parts;
}

StoredExperiment experiment_of(StoredParts parts) {
  const compat::QuirkSet quirks = quirks_of(parts.quirks);
  Crystal crystal = made("crystal", [&] { return Crystal(parts.crystal); });
  Beam beam = made("beam", [&] { return Beam(parts.beam); });
  Detector detector = made("detector", [&] { return detector_of(std::move(parts.detector)); });
  const Sampling sampling =
      made("sampling", [&] { return sampling_of(parts.sampling, detector.panels); });
  auto factors = made("structure_factors", [&] {
    return std::make_shared<const StructureFactors>(restored(std::move(parts.structure_factors)));
  });
  std::vector<AmorphousSlab> slabs;
  for (StoredSlab& slab : parts.backgrounds.slabs) {
    slabs.push_back(std::move(slab.values));
    slabs.back().material.table = std::make_shared<const ScatteringTable>(std::move(slab.table));
  }
  StoredExperiment out{{.crystal = std::move(crystal),
                        .lattices = std::move(parts.lattices),
                        .beam = std::move(beam),
                        .spindle = parts.spindle,
                        .detector = std::move(detector),
                        .structure_factors = std::move(factors),
                        .water = parts.water,
                        .slabs = std::move(slabs),
                        .measured = measured_of(std::move(parts.backgrounds.measured)),
                        .beamstop = parts.beamstop,
                        .sampling = sampling},
                       quirks};
  made("", [&] {
    check(out.experiment);
    return true;
  });
  return out;
}

}  // namespace nanobragg::io
