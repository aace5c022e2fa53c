// The amplitude of the unit cell, and what it is squared to.
#include <fmt/format.h>

#include <cmath>

#include "nanobragg/commands/audit/generators.hpp"
#include "nanobragg/commands/audit/index_changes.hpp"

namespace nanobragg::commands {
namespace {

using kernel::reference::AmplitudeAt;
using kernel::reference::Formulas;

using Own = const std::function<decltype(Formulas::amplitude)>&;
using At = const AmplitudeAt&;

template <class Edit>
void add_amplitude(Changes& changes, const std::string& name, const std::string& does, Edit edit) {
  changes.formulas(name, does, [=](ChangedFormulas& f) {
    f.amplitude = [=, own = f.amplitude](const AmplitudeAt& at) { return edit(own, at); };
  });
}

double at_index(At at, const Vector& index) {
  return Formulas::amplitude({at.table, index, index, false});
}

// Other reflections.
void add_reflections(Changes& changes) {
  for (const IndexChange& change : kIndexChanges) {
    add_amplitude(
        changes, fmt::format("amplitude_{}", change.name),
        fmt::format("looks the amplitude up at {}", change.does), [=](Own own, At at) {
          return own({at.table, change.of(at.hkl), change.of(at.nearest), at.interpolated});
        });
  }
  for (int h = -1; h <= 1; ++h) {
    for (int k = -1; k <= 1; ++k) {
      for (int l = -1; l <= 1; ++l) {
        if (h == 0 && k == 0 && l == 0) continue;
        const Vector offset(
            Vector{static_cast<double>(h), static_cast<double>(k), static_cast<double>(l)});
        add_amplitude(
            changes, fmt::format("amplitude_at_{:+}{:+}{:+}", h, k, l),
            fmt::format("looks the amplitude up at h{:+} k{:+} l{:+} (a table that is off by "
                        "one, or another rounding)",
                        h, k, l),
            [=](Own, At at) { return at_index(at, at.nearest + offset); });
      }
    }
  }
}

void add_values(Changes& changes) {
  add_amplitude(changes, "amplitude_by_floor",
                "looks the amplitude up at the whole numbers below the indices", [=](Own, At at) {
                  return at_index(at, each(at.hkl, [](double x) { return std::floor(x); }));
                });
  add_amplitude(changes, "amplitude_by_truncation",
                "looks the amplitude up at the indices cut off towards 0", [=](Own, At at) {
                  return at_index(at, each(at.hkl, [](double x) { return std::trunc(x); }));
                });
  add_amplitude(changes, "amplitude_by_ceiling",
                "looks the amplitude up at the whole numbers above the indices", [=](Own, At at) {
                  return at_index(at, each(at.hkl, [](double x) { return std::ceil(x); }));
                });
  add_amplitude(changes, "amplitude_of_magnitudes",
                "looks the amplitude up at the magnitudes of the indices", [=](Own, At at) {
                  return at_index(at, each(at.nearest, [](double x) { return std::abs(x); }));
                });
  add_amplitude(changes, "amplitude_default", "takes -default_F for every amplitude",
                [](Own, At at) { return at.table.default_amplitude(); });
  add_amplitude(changes, "amplitude_nearest",
                "takes the nearest amplitude instead of interpolating",
                [=](Own, At at) { return at_index(at, at.nearest); });
  add_amplitude(changes, "amplitude_0_where_missing",
                "takes 0, not -default_F, for what the list lacks", [](Own own, At at) {
                  const double f = own(at);
                  return f == at.table.default_amplitude() ? 0.0 : f;
                });
  add_amplitude(changes, "amplitude_squared", "takes intensities for amplitudes (squares F twice)",
                [](Own own, At at) { return own(at) * own(at); });
  add_amplitude(changes, "amplitude_root",
                "takes the square root of the amplitudes (takes F for intensities)",
                [](Own own, At at) { return std::sqrt(std::abs(own(at))); });
  add_amplitude(changes, "amplitude_0", "takes 0 for every amplitude", [](Own, At) { return 0.0; });
  add_amplitude(changes, "amplitude_1", "takes 1 for every amplitude", [](Own, At) { return 1.0; });
}

// What a list lacks, and where its table ends.
void add_edges(Changes& changes, const MillerBox& box) {
  add_amplitude(changes, "amplitude_not_at_upper_edge",
                "takes -default_F at the highest indices of the table (a bound that is off by one)",
                [box](Own own, At at) {
                  const MillerIndex i = physics::nearest_index(at.nearest);
                  const bool at_edge = i.h == box.max.h || i.k == box.max.k || i.l == box.max.l;
                  return at_edge ? at.table.default_amplitude() : own(at);
                });
  add_amplitude(changes, "amplitude_not_at_lower_edge",
                "takes -default_F at the lowest indices of the table (a bound that is off by one)",
                [box](Own own, At at) {
                  const MillerIndex i = physics::nearest_index(at.nearest);
                  const bool at_edge = i.h == box.min.h || i.k == box.min.k || i.l == box.min.l;
                  return at_edge ? at.table.default_amplitude() : own(at);
                });
  add_amplitude(changes, "amplitude_of_mate_where_missing",
                "takes the Friedel mate's amplitude where the list lacks a reflection",
                [](Own own, At at) {
                  const double f = own(at);
                  return f == at.table.default_amplitude() ? at_index(at, -at.nearest) : f;
                });
}

void add_interpolations(Changes& changes, const Scene& scene) {
  if (!scene.plan.crystal.structure_factors->has_table()) return;
  const MillerBox& box = scene.plan.crystal.structure_factors->box();
  add_edges(changes, box);
  // The polynomial through other nodes than the two on either side.
  for (const double shift : {1.0, -1.0}) {
    add_amplitude(changes,
                  fmt::format("amplitude_interpolated_{}", shift > 0.0 ? "above" : "below"),
                  fmt::format("interpolates amplitudes through points one index too {}",
                              shift > 0.0 ? "high" : "low"),
                  [shift](Own own, At at) {
                    if (!at.interpolated) return own(at);
                    const Vector moved = at.hkl + shift * Vector{1, 1, 1};
                    return physics::can_interpolate(moved, at.table.box())
                               ? physics::tricubic_amplitude(moved, at.table)
                               : own(at);
                  });
  }
  add_amplitude(
      changes, "amplitude_interpolated", "interpolates amplitudes", [box](Own own, At at) {
        return physics::can_interpolate(at.hkl, box) ? physics::tricubic_amplitude(at.hkl, at.table)
                                                     : own(at);
      });
  add_amplitude(changes, "amplitude_trilinear", "interpolates amplitudes linearly",
                [=](Own, At at) {
                  const Vector low = each(at.hkl, [](double x) { return std::floor(x); });
                  const Vector t = at.hkl - low;
                  double sum = 0.0;
                  for (int i = 0; i < 8; ++i) {
                    const Vector corner{i & 1 ? 1.0 : 0.0, i & 2 ? 1.0 : 0.0, i & 4 ? 1.0 : 0.0};
                    const auto share = [](double at_corner, double x) {
                      return at_corner > 0.0 ? x : 1.0 - x;
                    };
                    sum += share(corner.x, t.x) * share(corner.y, t.y) * share(corner.z, t.z) *
                           at_index(at, low + corner);
                  }
                  return sum;
                });
  // A table is read with another order of its axes, or from 0 on.
  add_amplitude(changes, "amplitude_from_lowest",
                "counts the indices of the table from its lowest ones", [=](Own, At at) {
                  const Vector lowest{static_cast<double>(box.min.h),
                                      static_cast<double>(box.min.k),
                                      static_cast<double>(box.min.l)};
                  return at_index(at, at.nearest - lowest);
                });
}

void add_intensities(Changes& changes) {
  const auto intensity = [&](const char* name, const char* does, auto of) {
    changes.formulas(name, does, [=](ChangedFormulas& f) {
      f.intensity = [=](double cell, double lattice, const kernel::reference::TermPlace&) {
        return of(cell, lattice);
      };
    });
  };
  intensity("F_cell_not_squared", "does not square F_cell in the intensity",
            [](double cell, double lattice) { return cell * lattice * lattice; });
  intensity("F_latt_not_squared", "does not square F_latt in the intensity",
            [](double cell, double lattice) { return cell * cell * lattice; });
  intensity("F_latt_magnitude", "takes the magnitude of F_latt for its square in the intensity",
            [](double cell, double lattice) { return cell * cell * std::abs(lattice); });
  intensity("amplitudes_not_squared", "squares neither F_cell nor F_latt in the intensity",
            [](double cell, double lattice) { return cell * lattice; });
  intensity("F_cell_left_out", "leaves F_cell out of the intensity",
            [](double, double lattice) { return lattice * lattice; });
  intensity("F_latt_left_out", "leaves F_latt out of the intensity",
            [](double cell, double) { return cell * cell; });
  intensity(
      "F_cell_fourth_power", "squares F_cell twice in the intensity",
      [](double cell, double lattice) { return cell * cell * cell * cell * lattice * lattice; });
  intensity("F_latt_fourth_power", "squares F_latt twice in the intensity",
            [](double cell, double lattice) {
              return cell * cell * lattice * lattice * lattice * lattice;
            });
  intensity("amplitudes_added", "adds F_cell and F_latt before it squares them",
            [](double cell, double lattice) { return (cell + lattice) * (cell + lattice); });
}

}  // namespace

void add_amplitudes(Changes& changes, const Scene& scene) {
  add_reflections(changes);
  add_values(changes);
  add_interpolations(changes, scene);
  add_intensities(changes);
}

}  // namespace nanobragg::commands
