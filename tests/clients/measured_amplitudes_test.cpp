// Models and amplitudes of the PDB, from Debian packages, against each other and against gemmi.
#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <gemmi/mtz.hpp>
#include <optional>

#include "nanobragg/config/amplitude_column.hpp"
#include "nanobragg/io/atomic_model.hpp"
#include "nanobragg/io/gzip.hpp"
#include "nanobragg/io/mtz.hpp"
#include "support/direct_sum.hpp"

namespace nanobragg {
namespace {

namespace fs = std::filesystem;

// Where packages are installed, or unpacked by `dpkg-deb -x PACKAGE FOLDER`.
std::optional<std::string> find_file(const std::string& path) {
  const char* folder = std::getenv("NANOBRAGG_CLIENT_FILES");
  for (const fs::path& root : {fs::path(folder == nullptr ? "/" : folder), fs::path("/")}) {
    if (fs::exists(root / path)) return (root / path).string();
  }
  return std::nullopt;
}

const char* const kMtz = "usr/share/doc/libpdb-redo-dev/examples/1cbs_map.mtz";
const char* const kCif = "usr/share/doc/libcifpp-dev/examples/1cbs.cif.gz";
const char* const kPdb = "usr/lib/R/site-library/bio3d/examples/1hel.pdb";
constexpr double kEnergy = 12'398.42;

io::ReflectionTable measured(const std::string& file) {
  return io::parse_mtz(io::read_maybe_compressed(file), file);
}

TEST(MeasuredAmplitudes, ExpandAsGemmiExpandsThem) {
  const auto file = find_file(kMtz);
  if (!file) GTEST_SKIP() << "apt-get install libpdb-redo-dev (or unpack it)";
  const io::ReflectionTable table = measured(*file);
  const auto listed = config::amplitudes_of(table, config::choose_column(table, "FP"));
  const auto expanded = expand_to_p1(listed.reflections, table.operations, -1.0);
  gemmi::Mtz mtz;
  mtz.read_file(*file);
  const gemmi::GroupOps operations = mtz.spacegroup->operations();
  const gemmi::Mtz::Column& fp = mtz.get_column_with_label("FP");
  std::size_t images = 0;
  for (std::size_t i = 0; i < static_cast<std::size_t>(mtz.nreflections); ++i) {
    const gemmi::Miller hkl = mtz.get_hkl(i * mtz.columns.size());
    for (const gemmi::Op& op : operations.sym_ops) {
      const gemmi::Miller image = op.apply_to_hkl(hkl);
      for (const int sign : {1, -1}) {
        const MillerIndex at{sign * image[0], sign * image[1], sign * image[2]};
        ASSERT_EQ(static_cast<float>(expanded.structure_factors.at(at)), fp[i]);
        ++images;
      }
    }
  }
  EXPECT_GT(images, expanded.reflections);
  EXPECT_EQ(expanded.reflections, 110'674U);
}

// R = Σ|Fo − sFc| / ΣFo with one scale and one overall B factor, the best of a fine grid of them.
double r_factor(const std::vector<MergedReflection>& observed, const StructureFactors& model,
                const CellParameters<double>& cell) {
  double best = 1.0;
  for (double b = -5.0; b <= 5.0; b += 0.25) {
    double cross = 0.0;
    double square = 0.0;
    const auto calculated = [&](const MergedReflection& r) {
      const double h = r.index.h / cell.a;
      const double k = r.index.k / cell.b;
      const double l = r.index.l / cell.c;
      return model.at(r.index) * std::exp(-b * (h * h + k * k + l * l) / 4.0);
    };
    for (const MergedReflection& r : observed) {
      cross += r.amplitude * calculated(r);
      square += calculated(r) * calculated(r);
    }
    double difference = 0.0;
    double sum = 0.0;
    for (const MergedReflection& r : observed) {
      difference += std::abs(r.amplitude - cross / square * calculated(r));
      sum += r.amplitude;
    }
    best = std::min(best, difference / sum);
  }
  return best;
}

TEST(MeasuredAmplitudes, AModelExplainsThem) {
  const auto data = find_file(kMtz);
  const auto coordinates = find_file(kCif);
  if (!data || !coordinates) {
    GTEST_SKIP() << "apt-get install libpdb-redo-dev libcifpp-dev (or unpack them)";
  }
  const io::ReflectionTable table = measured(*data);
  const auto listed = config::amplitudes_of(table, config::choose_column(table, "FP"));
  const auto model = io::AtomicModel::parse(io::read_maybe_compressed(*coordinates), *coordinates);
  const double dry =
      r_factor(listed.reflections, model.amplitudes({1.79, kEnergy}, {}, 0.0), model.cell());
  const double wet = r_factor(listed.reflections,
                              model.amplitudes({1.79, kEnergy}, {0.35, 46.0}, 0.0), model.cell());
  EXPECT_LT(dry, 0.20);
  // 0.1833: what is left is anisotropic, and scaled away by refinement programs alone.
  EXPECT_LT(wet, 0.185);
}

TEST(MeasuredAmplitudes, OfModelsAgreeWithTheSumOverAtoms) {
  const auto cif = find_file(kCif);
  const auto pdb = find_file(kPdb);
  if (!cif || !pdb) GTEST_SKIP() << "apt-get install libcifpp-dev r-cran-bio3d (or unpack them)";
  for (const std::string& file : {*cif, *pdb}) {
    const std::string text = io::read_maybe_compressed(file);
    const auto factors = io::AtomicModel::parse(text, file).amplitudes({2.0, kEnergy}, {}, -1.0);
    const test::DirectSum direct(text, kEnergy);
    const auto& [low, high] = factors.box();
    double squares = 0.0;
    double worst = 0.0;
    int count = 0;
    // Each step is odd and divides no index range, so all zones are met.
    for (int h = low.h; h <= high.h; h += 7) {
      for (int k = low.k; k <= high.k; k += 5) {
        for (int l = low.l; l <= high.l; l += 3) {
          const double computed = factors.at({h, k, l});
          if (computed < 0.0 || (h == 0 && k == 0 && l == 0)) continue;
          const double expected = direct.amplitude({h, k, l});
          worst = std::max(worst, std::abs(computed - expected));
          squares += expected * expected;
          ++count;
        }
      }
    }
    EXPECT_GT(count, 300) << file;
    EXPECT_LT(worst, 1e-3 * std::sqrt(squares / count)) << file;
  }
}

}  // namespace
}  // namespace nanobragg
