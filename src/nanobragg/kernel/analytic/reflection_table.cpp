// Adds up what each spot sends to its pixels.
#include "nanobragg/kernel/analytic/reflection_table.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <map>
#include <numeric>
#include <span>

#include "nanobragg/base/error.hpp"
#include "nanobragg/base/parallel_for.hpp"
#include "nanobragg/kernel/analytic/spot_factors.hpp"
#include "nanobragg/kernel/analytic/spot_list.hpp"
#include "nanobragg/kernel/analytic/spot_sum.hpp"

namespace nanobragg::kernel::analytic {
namespace {

// Sums over the pixels of a spot: of photons, and of these times powers of coordinates.
struct Moments {
  double photons = 0.0;
  double fast = 0.0, slow = 0.0;
  double fast_squared = 0.0, slow_squared = 0.0;

  void add(double weight, double x, double y) {
    photons += weight;
    fast += weight * x;
    slow += weight * y;
    fast_squared += weight * x * x;
    slow_squared += weight * y * y;
  }
  void add(const Moments& other) {
    photons += other.photons;
    fast += other.fast;
    slow += other.slow;
    fast_squared += other.fast_squared;
    slow_squared += other.slow_squared;
  }
  friend Moments operator*(double by, const Moments& m) {
    return {by * m.photons, by * m.fast, by * m.slow, by * m.fast_squared, by * m.slow_squared};
  }
};

Moments moments_of(const plan::PanelPlan& plan, const SpotSum& sum, const Spot& spot) {
  Moments out;
  const RegionOfInterest& pixels = spot.footprint.pixels;
  for (std::size_t slow = pixels.first.slow; slow <= pixels.last.slow; ++slow) {
    const PixelsOfRow row = pixels_of_row(spot.footprint, slow);
    for (std::size_t fast = row.first; fast <= row.last; ++fast) {
      const PixelIndex pixel{slow, fast};
      if (!plan.renders(pixel)) continue;
      out.add(sum.photons(spot, pixel), static_cast<double>(fast) + 0.5,
              static_cast<double>(slow) + 0.5);
    }
  }
  return out;
}

// Gathers the spots of one reflection.
struct Gathered {
  PredictedReflection row;
  Moments moments;
  double brightest = -1.0;
};
using GatheredReflections = std::map<std::array<std::int32_t, 3>, Gathered>;

void add_rows(const GatheredReflections& found, std::vector<PredictedReflection>& table) {
  for (const auto& [index, of] : found) {
    PredictedReflection row = of.row;
    const Moments& m = of.moments;
    row.photons = m.photons;
    row.partiality = std::min(row.partiality, 1.0);
    row.place.fast = m.fast / m.photons;
    row.place.slow = m.slow / m.photons;
    const auto deviation = [&](double squares, double mean) {
      return std::sqrt(std::max(0.0, squares / m.photons - mean * mean));
    };
    row.place.fast_deviation = deviation(m.fast_squared, row.place.fast);
    row.place.slow_deviation = deviation(m.slow_squared, row.place.slow);
    table.push_back(row);
  }
}

// The spots of blocks of one size on a panel.
class TableOfPanel {
 public:
  TableOfPanel(const plan::PanelPlan& plan, std::size_t threads, const ReflectionFilter& is_wanted)
      : plan_(plan), beam_(spot_beam(plan_)), sum_(plan_), spots_(spots_of(plan_, threads)) {
    moments_.resize(spots_.size());
    parallel_for(spots_.size(), threads, [&](std::size_t i) {
      if (is_wanted && !is_wanted(spots_[i].index)) return;
      moments_[i] = moments_of(plan_, sum_, spots_[i]);
    });
  }

  // `share` is that of the size among all.
  void add_to(GatheredReflections& found, double share) const {
    for (std::size_t i = 0; i < spots_.size(); ++i) {
      if (!(moments_[i].photons > 0.0)) continue;
      const MillerIndex& index = spots_[i].index;
      add(spots_[i], share * moments_[i], share, found[{index.h, index.k, index.l}]);
    }
  }

 private:
  void add(const Spot& spot, const Moments& moments, double share, Gathered& to) const {
    const physics::Line& line = beam_.lines[spot.line];
    PredictedReflection& row = to.row;
    to.moments.add(moments);
    row.partiality += share * beam_.weights[spot.line] * partiality_of(spot, line);
    if (moments.photons <= to.brightest) return;
    to.brightest = moments.photons;
    const SpotExcitation excitation = excitation_of(spot, line, plan_.crystal);
    const double distance = length(excitation.point);
    row.index = spot.index;
    row.place.panel = plan_.index;
    row.excitation_error_per_A = excitation.error;
    row.spacing_A = distance > 0.0 ? 1.0 / distance : std::numeric_limits<double>::infinity();
    row.phi_rad = spot.phi_rad;
    row.diffracted = spot.footprint.direction;
  }

  plan::PanelPlan plan_;
  SpotBeam beam_;
  SpotSum sum_;
  std::vector<Spot> spots_;
  std::vector<Moments> moments_;
};

}  // namespace

void check_has_closed_form(const plan::SamplingPlan& plan) {
  const std::string why = why_not(plan.crystal, plan.detector);
  if (why.empty()) return;
  throw UsageError(fmt::format("a table of reflections for this run ({})", why), "-reflections",
                   "-gauss_cells, and -mosaic_shape gauss for a mosaic spread, have one");
}

std::vector<PredictedReflection> predicted_reflections(const plan::SamplingPlan& plan,
                                                       std::size_t threads,
                                                       const ReflectionFilter& is_wanted) {
  check_has_closed_form(plan);
  std::vector<PredictedReflection> table;
  // Blocks of all sizes make one lattice.
  for (std::size_t begin = 0; begin < plan.shares.size(); begin += plan.sizes) {
    const auto shares = std::span(plan.shares).subspan(begin, plan.sizes);
    const double of_lattice = std::accumulate(shares.begin(), shares.end(), 0.0);
    const std::size_t first = table.size();
    for (std::size_t i = 0; i < plan.detector.panels.size(); ++i) {
      const auto panel = plan::panel_plan(plan, i);
      if (!panel) continue;
      GatheredReflections found;
      for (std::size_t size = 0; size < plan.sizes; ++size) {
        const plan::CrystalSamples& crystal = plan::lattice_samples(plan, begin + size);
        TableOfPanel(plan::with_samples(*panel, plan.beam, crystal, plan.detector, plan.sampling),
                     threads, is_wanted)
            .add_to(found, of_lattice > 0.0 ? shares[size] / of_lattice : 1.0);
      }
      add_rows(found, table);
    }
    for (PredictedReflection& row : std::span(table).subspan(first)) {
      row.lattice = begin / plan.sizes;
      row.photons *= of_lattice;
    }
  }
  return table;
}

}  // namespace nanobragg::kernel::analytic
