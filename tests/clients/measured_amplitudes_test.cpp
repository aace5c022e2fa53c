// Amplitudes and models of the PDB, from Debian packages, against gemmi and the sum over atoms.
#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <gemmi/mtz.hpp>

#include "nanobragg/config/resolve/amplitude_column.hpp"
#include "nanobragg/io/files/compressed.hpp"
#include "nanobragg/io/reflections/atomic_model.hpp"
#include "nanobragg/io/reflections/mtz.hpp"
#include "support/direct_sum.hpp"

namespace nanobragg {
namespace {

namespace fs = std::filesystem;

const char* const kMtz = "/usr/share/doc/libpdb-redo-dev/examples/1cbs_map.mtz";
const char* const kCif = "/usr/share/doc/libcifpp-dev/examples/1cbs.cif.gz";
const char* const kPdb = NANOBRAGG_TEST_DATA "/../examples/lysozyme/1hel.pdb";
constexpr double kEnergy = 12'398.42;

io::ReflectionTable measured(const std::string& file) {
  return io::parse_mtz(io::read_input(file), file);
}

TEST(MeasuredAmplitudes, ExpandAsGemmiExpandsThem) {
  if (!fs::exists(kMtz)) {
    GTEST_SKIP() << "apt-get install --no-install-recommends libpdb-redo-dev";
  }
  const io::ReflectionTable table = measured(kMtz);
  const auto listed = config::amplitudes_of(table, config::choose_column(table, "FP"));
  const auto expanded =
      expand_to_p1(listed.reflections, {table.space_group, table.operations}, -1.0);
  gemmi::Mtz mtz;
  mtz.read_file(kMtz);
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

// One in some hundred indices of a box; the steps are odd, so that no class of them is left out.
std::vector<MillerIndex> sample_of(const MillerBox& box) {
  std::vector<MillerIndex> sample;
  for (int h = box.min.h; h <= box.max.h; h += 7) {
    for (int k = box.min.k; k <= box.max.k; k += 5) {
      for (int l = box.min.l; l <= box.max.l; l += 3) sample.push_back({h, k, l});
    }
  }
  return sample;
}

// Largest difference from the sum over atoms, relative to the r.m.s. amplitude.
double largest_error(const std::string& file) {
  const std::string text = io::read_input(file);
  const auto factors = io::AtomicModel::parse(text, file).amplitudes({2.0, kEnergy}, {}, -1.0);
  const test::DirectSum direct(text, kEnergy);
  double squares = 0.0;
  double worst = 0.0;
  int count = 0;
  for (const MillerIndex& index : sample_of(factors.box())) {
    const double computed = factors.at(index);
    if (computed < 0.0 || index == MillerIndex{}) continue;
    const double expected = direct.amplitude(index);
    worst = std::max(worst, std::abs(computed - expected));
    squares += expected * expected;
    ++count;
  }
  EXPECT_GT(count, 300) << file;
  return worst / std::sqrt(squares / count);
}

TEST(MeasuredAmplitudes, OfModelsAgreeWithTheSumOverAtoms) {
  if (!fs::exists(kCif)) {
    GTEST_SKIP() << "apt-get install --no-install-recommends libcifpp-dev";
  }
  EXPECT_LT(largest_error(kCif), 1e-3);
  EXPECT_LT(largest_error(kPdb), 1e-3);
}

}  // namespace
}  // namespace nanobragg
