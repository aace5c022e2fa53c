// Which reflections light up, and where on a panel.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "nanobragg/kernel/pixel/patch.hpp"
#include "nanobragg/physics/lattice/lattice_point.hpp"
#include "nanobragg/plan/sampling_plan.hpp"

namespace nanobragg::kernel::sparse {

// The Ewald construction with thick reciprocal lattice points: a point excites the directions whose
// scattering vectors come closer to it than the spot radius. Derived in docs/physics.md.
class ReflectionSearch {
 public:
  // Why it cannot search, as a clause; empty: it can.
  static std::string why_not(const plan::DetectorSamples& detector,
                             const plan::CrystalSamples& crystal);
  // Throws UsageError where it cannot. The plan outlives the search.
  explicit ReflectionSearch(const plan::PanelPlan& plan);

  // Row by row of reciprocal space. Outside the patches each pixel loses less than the plan's
  // `cull`, summed over all sources and orientations, or nothing that a float can hold. Nothing
  // where more than `most_points` rows and reciprocal lattice points would have to be looked at.
  std::optional<std::vector<Patch>> patches(const plan::Ray<double>& source,
                                            const Axes<double>& lattice, double most_points) const;
  // Throws Error beyond kMostPoints, some minutes' work.
  std::vector<Patch> patches(const plan::Ray<double>& source, const Axes<double>& lattice) const;
  static constexpr double kMostPoints = 1e10;

  // Rows of reciprocal space that one search looks at, of the source that reaches farthest.
  double rows() const;

 private:
  struct Rows;

  double amplitude(MillerIndex index) const;
  double spot_radius_per_m(double amplitude) const;
  double largest_scattering_vector(const plan::Ray<double>& source) const;
  double largest_displacement_factor() const;
  MillerBox bounds(const Axes<double>& lattice, double largest_q) const;
  double rows_within(const Axes<double>& lattice, double largest_q) const;
  // Returns how many points it looked at, which it does not from `most_points` on.
  double search(const Rows& rows, std::array<int, 3> index, double most_points,
                std::vector<Patch>& found) const;
  void add(const plan::Ray<double>& source, MillerIndex index, const Vec3<double>& point,
           std::vector<Patch>& found) const;
  std::optional<Patch> cone_on_panel(const Vec3<double>& axis, double cosine) const;

  const plan::PanelPlan& plan_;
  const PanelValues& panel_;
  physics::LatticeSize<double> size_;
  double shrinking_;                    // of the smallest cell of a domain
  Vec3<double> away_;                   // across the panel's plane, away from the sample
  Vec3<double> dual_fast_, dual_slow_;  // give a point's coordinates along fast and slow
  double sensor_m_;                     // depth of the last layer
  double photons_;                      // a pixel's at most, for |F·F_lattice| = 1
  double largest_spot_radius_;          // m⁻¹
};

}  // namespace nanobragg::kernel::sparse
