// Faults of ports in the crystal and the sum: wrong arguments and formulas of others.
#include "golden/faults/fault_makers.hpp"

namespace nanobragg::test {
namespace {

Change cells(std::array<double, 3> (*of)(const std::array<double, 3>&)) {
  return on_plan([of](SamplingPlan& p) { p.crystal.cells = of(p.crystal.cells); });
}

std::vector<Fault> crystals_first() {
  return {
      {"reciprocal axes for direct ones in the indices",
       &kSwung,
       {formulas([](ChangedFormulas& f) {
         f.indices = [](const Axes<double>& axes, const V& q) {
           const Axes<double> r = reciprocal_of(axes);
           return 1e-20 * V{dot(r.a, q), dot(r.b, q), dot(r.c, q)};
         };
       })},
       {"indices_of_reciprocal*"}},
      {"Nb for Nc",
       &kTurned,
       {cells([](const std::array<double, 3>& n) {
         return std::array{n[0], n[1], n[1]};
       })},
       {"cells_b_for_c"}},
      {"Na for Nb",
       &kCustom,
       {cells([](const std::array<double, 3>& n) {
         return std::array{n[0], n[0], n[2]};
       })},
       {"cells_a_for_b"}},
      {"crystal size cut to whole cells",
       &kSized,
       {cells([](const std::array<double, 3>& n) {
         return std::array{n[0] - 1, n[1] - 1, n[2] - 1};
       })},
       {"cells_one_less"}},
      {"crystal size in cells not rounded",
       &kSized,
       {cells([](const std::array<double, 3>&) {
         return std::array{3100.0 / 74, 4700.0 / 74, 2600.0 / 36};
       })},
       {"cells_of_size_not_rounded"}},
      {"crystal sizes of other axes",
       &kSized,
       {on_flags([](Settings& s) { std::swap(s.size_x_mm, s.size_z_mm); })},
       {"swapped_sizes_xz"}},
  };
}

std::vector<Fault> crystals_second() {
  return {
      {"misset in the crystal's frame",
       &kTurned,
       {turned([](plan::CrystalSamples& c) {
         constexpr double kDegree = kPi / 180.0;
         const V m{15 * kDegree, 20.5 * kDegree, 30.25 * kDegree};
         const auto turn = [&](const V& v) { return rotate_xyz(v, m); };
         const auto back = [&](V v) {
           v = rotate_xyz(v, {0, 0, -m.z});
           v = rotate_xyz(v, {0, -m.y, 0});
           return rotate_xyz(v, {-m.x, 0, 0});
         };
         const Axes<double> b = transform(c.lattice.reciprocal, back);
         // A = B·R for A = R·B, of matrices with the axes as columns.
         const Axes<double> r = transform(Axes<double>{{1, 0, 0}, {0, 1, 0}, {0, 0, 1}}, turn);
         const auto of = [&](const V& column) {
           return column.x * b.a + column.y * b.b + column.z * b.c;
         };
         c.lattice.reciprocal = {of(r.a), of(r.b), of(r.c)};
         c.lattice.direct = reciprocal_of(c.lattice.reciprocal);
       })},
       {"misset_on_the_right"}},
      {"standard orientation transposed before misset",
       &kTurned,
       {turned([](plan::CrystalSamples& c) {
         constexpr double kDegree = kPi / 180.0;
         const V m{15 * kDegree, 20.5 * kDegree, 30.25 * kDegree};
         const auto back = [&](V v) {
           v = rotate_xyz(v, {0, 0, -m.z});
           v = rotate_xyz(v, {0, -m.y, 0});
           return rotate_xyz(v, {-m.x, 0, 0});
         };
         const auto& [x, y, z] = transform(c.lattice.reciprocal, back);
         const Axes<double> t{{x.x, y.x, z.x}, {x.y, y.y, z.y}, {x.z, y.z, z.z}};
         const auto turn = [&](const V& v) { return rotate_xyz(v, m); };
         c.lattice.reciprocal = transform(t, turn);
         c.lattice.direct = reciprocal_of(c.lattice.reciprocal);
       })},
       {"cell_axes_transposed"}},
      {"spindle without the part along its axis",
       &kTurned,
       {on_plan([](SamplingPlan& p) {
         auto& c = p.crystal;
         const V axis = c.continuous.spindle_axis;
         const Axes<double> zero = plan::in_metres(c.lattice.direct);
         c.lattices.clear();
         for (const double phi : c.phi_rad) {
           for (const auto& domain : c.domains) {
             c.lattices.push_back(transform(zero, [&](const V& v) {
               return domain * (std::cos(phi) * v + std::sin(phi) * cross(axis, v));
             }));
           }
         }
       })},
       {"spindle_without_part_along_axis"}},
  };
}

std::vector<Fault> crystals_third() {
  return {
      {"volume of the cell in the direct axes",
       &kTurned,
       {turned([](plan::CrystalSamples& c) {
         const auto scaled = [&](const V& v) { return (1.0 / c.lattice.volume) * v; };
         c.lattice.direct = transform(c.lattice.direct, scaled);
       })},
       {"direct_axes_alone_over_volume"}},
      {"a along x, b in the plane of x and y",
       &kSkewed,
       {turned([](plan::CrystalSamples& c) {
         constexpr double kDegree = kPi / 180.0;
         const double alpha = 82 * kDegree, beta = 97 * kDegree, gamma = 105 * kDegree;
         const V m{15 * kDegree, 20.5 * kDegree, 30.25 * kDegree};
         const double cy = (std::cos(alpha) - std::cos(gamma) * std::cos(beta)) / std::sin(gamma);
         const double cz = std::sqrt(std::pow(std::sin(beta), 2) - cy * cy);
         const Axes<double> direct{{54.0, 0, 0},
                                   {58.0 * std::cos(gamma), 58.0 * std::sin(gamma), 0},
                                   {36 * std::cos(beta), 36 * cy, 36 * cz}};
         const auto turn = [&](const V& v) { return rotate_xyz(v, m); };
         c.lattice.direct = transform(direct, turn);
         c.lattice.reciprocal = reciprocal_of(c.lattice.direct);
       })},
       {"a_along_x", "cell_a_along_x*"}},
      {"c along z, a in the plane of x and z",
       &kSkewed,
       {turned([](plan::CrystalSamples& c) {
         constexpr double kDegree = kPi / 180.0;
         const double alpha = 82 * kDegree, beta = 97 * kDegree, gamma = 105 * kDegree;
         const V m{15 * kDegree, 20.5 * kDegree, 30.25 * kDegree};
         const double bx = (std::cos(gamma) - std::cos(alpha) * std::cos(beta)) / std::sin(beta);
         const double by = std::sqrt(std::pow(std::sin(alpha), 2) - bx * bx);
         const Axes<double> direct{{54.0 * std::sin(beta), 0, 54.0 * std::cos(beta)},
                                   {58.0 * bx, 58.0 * by, 58.0 * std::cos(alpha)},
                                   {0, 0, 36}};
         const auto turn = [&](const V& v) { return rotate_xyz(v, m); };
         c.lattice.direct = transform(direct, turn);
         c.lattice.reciprocal = reciprocal_of(c.lattice.direct);
       })},
       {"cell_c_along_z_bstar_along_y*"}},
  };
}

const double kVolume = 74.0 * 78.0 * 36.0 * std::sin(97.0 * kPi / 180.0);

std::vector<Fault> sums_first() {
  return {
      {"factors in the sum, by a flag",
       &kTurned,
       {on_flags([](Settings& s) { s.oversample_omega = true; })},
       {"oversample_omega*"}},
      {"one sub-pixel more",
       &kTurned,
       {on_flags([](Settings& s) { *s.oversample += 1; })},
       {"oversample_one_more"}},
      {"two axes of the amplitudes swapped",
       &kTurned,
       {amplitude([](const AmplitudeAt& at) {
         return at.table.at(physics::nearest_index(V{at.nearest.y, at.nearest.x, at.nearest.z}));
       })},
       {"amplitude_khl"}},
      {"amplitude of the Friedel mate",
       &kTurned,
       {amplitude(
           [](const AmplitudeAt& at) { return at.table.at(physics::nearest_index(-at.nearest)); })},
       {"amplitude_opposite"}},
      {"capture negative",
       &kLayers,
       {formulas([](ChangedFormulas& f) {
         f.captured = [](const LayerOnPath& layer) { return -Formulas::captured(layer); };
       })},
       {"capture_opposite"}},
      {"capture by the square of the slant",
       &kLayers,
       {formulas([](ChangedFormulas& f) {
         f.captured = [](LayerOnPath layer) {
           layer.cosine *= layer.cosine;
           return Formulas::captured(layer);
         };
       })},
       {"capture_by_squared_cosine"}},
  };
}

std::vector<Fault> sums_second() {
  return {
      {"layers of the whole over their number",
       &kLayers,
       {on_plan([](SamplingPlan& p) { p.detector.layers.step = p.detector.layers.range / 5; })},
       {"layer_over_n"}},
      {"a lattice factor over all cells",
       &kTurned,
       {formulas([](ChangedFormulas& f) {
         f.lattice = [](const LatticeAt& at) {
           LatticeFactor v = Formulas::lattice(at);
           v.amplitude /= 210.0;
           return v;
         };
       })},
       {"lattice_without_cells"}},
      {"F of the cell over its volume",
       &kTurned,
       {amplitude([](const AmplitudeAt& at) { return Formulas::amplitude(at) / kVolume; })},
       {"F_cell: cell volume*"}},
      {"a mean of the steps",
       &kTurned,
       {last_step([](const LastStep&) { return 1.0 / 3.0; })},
       {"*spindle*"}},
      {"sum over the first sub-pixel alone",
       &kTurned,
       {counted([](const TermPlace& at) { return at.sub == PixelIndex{}; })},
       {"subpixel_first_alone"}},
      {"steps of the domains left out",
       &kTurned,
       {on_plan([](SamplingPlan& p) { p.steps /= 4.0; })},
       {"steps_without_domains*", "steps_without_subpixels*"}},
      {"F and F_latt multiplied before the sum",
       &kTurned,
       {intensity([](double cell, double lattice) { return cell * lattice; })},
       {"amplitudes_not_squared"}},
  };
}

}  // namespace

std::vector<Fault> ported_crystals_and_sums() {
  return joined(
      {crystals_first(), crystals_second(), crystals_third(), sums_first(), sums_second()});
}

}  // namespace nanobragg::test
