// Amplitudes of a model against the sum over its atoms, and what is no model.
#include "nanobragg/io/reflections/atomic_model.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <memory>

#include "nanobragg/base/error.hpp"
#include "nanobragg/config/resolve/amplitude_column.hpp"
#include "nanobragg/io/reflections/cif_writer.hpp"
#include "nanobragg/io/reflections/reflection_cif.hpp"
#include "nanobragg/model/equivalents.hpp"
#include "support/direct_sum.hpp"

namespace nanobragg::io {
namespace {

using testing::HasSubstr;

// Selenium above its absorption edge, so that Friedel mates differ; one atom is anisotropic.
const char* const kModel =
    "CRYST1   20.000   25.000   30.000  90.00 105.00  90.00 P 1 21 1      2\n"
    "ATOM      1  N   ALA A   1       1.000   2.000   3.000  1.00 10.00           N\n"
    "ATOM      2  CA  ALA A   1       2.100   3.200   3.500  1.00 20.00           C\n"
    "ATOM      3  O   ALA A   1       4.400   2.100   9.100  0.50 30.00           O\n"
    "ANISOU    3  O   ALA A   1     3000   4000   5000    300    200    100       O\n"
    "HETATM    4 SE   MSE A   2       7.300   8.200   1.900  1.00 15.00          SE\n"
    "END\n";

constexpr double kEnergy = 13'000.0;

template <class F>
void for_each_index(const MillerBox& box, const F& f) {
  for (std::int32_t h = box.min.h; h <= box.max.h; ++h) {
    for (std::int32_t k = box.min.k; k <= box.max.k; ++k) {
      for (std::int32_t l = box.min.l; l <= box.max.l; ++l) f(MillerIndex{h, k, l});
    }
  }
}

TEST(AtomicModel, AgreesWithTheSumOverAtoms) {
  const AtomicModel model = AtomicModel::parse(kModel, "test.pdb");
  const StructureFactors f = model.amplitudes({2.0, kEnergy}, {}, -1.0);
  const test::DirectSum direct(kModel, kEnergy);
  double sum_of_squares = 0.0;
  double worst = 0.0;
  int count = 0;
  for_each_index(f.box(), [&](const MillerIndex& i) {
    if (f.at(i) < 0.0 || i == MillerIndex{}) return;
    const double expected = direct.amplitude(i);
    worst = std::max(worst, std::abs(f.at(i) - expected));
    sum_of_squares += expected * expected;
    ++count;
  });
  EXPECT_GT(count, 7000);
  EXPECT_LT(worst, 1e-3 * std::sqrt(sum_of_squares / count));
}

// Equivalents differ by the rounding of the grid: one of them is written, and none contradicts.
TEST(AtomicModel, KeepsItsSymmetryThroughAList) {
  const AtomicModel model = AtomicModel::parse(kModel, "test.pdb");
  const auto factors =
      std::make_shared<const StructureFactors>(model.amplitudes({2.0, kEnergy}, {}, -1.0));
  ASSERT_NE(factors->equivalents(), nullptr);
  EXPECT_EQ(factors->equivalents()->symmetry().mates, FriedelMates::apart);
  EXPECT_LT(factors->reflection_count(), 3 * factors->table().size() / 5);
  const std::string text =
      reflection_cif_text({.factors = factors, .cell = model.cell(), .wavelength_A = 1.0});
  const ReflectionTable table = parse_reflection_cif(text, "test.cif");
  const auto listed = config::amplitudes_of(table, config::choose_column(table, std::nullopt));
  const auto expanded =
      expand_to_p1(listed.reflections, {table.space_group, table.operations}, -1.0);
  EXPECT_EQ(expanded.contradictions, 0U);
  const StructureFactors& read = expanded.structure_factors;
  double squares = 0.0;
  for (const double f : factors->table()) squares += std::max(f, 0.0) * f;
  const double rms = std::sqrt(squares / static_cast<double>(factors->table().size()));
  std::size_t listed_positions = 0;
  for (std::size_t i = 0; i < factors->table().size(); ++i) {
    if (!factors->equivalents()->is_listed(factors->reflection_at(i))) continue;
    const MillerIndex index = factors->box().index_at(i);
    ASSERT_TRUE(read.box().contains(index));
    ASSERT_NEAR(read.at(index), factors->at(index), 1e-5 * rms);
    ASSERT_EQ(read.positions_like(read.position(index)).size(), factors->positions_like(i).size());
    ++listed_positions;
  }
  EXPECT_EQ(listed_positions, expanded.reflections);
}

TEST(AtomicModel, TheForwardScatteringIsLeftOutOrThatOfEveryElectron) {
  const AtomicModel model = AtomicModel::parse(kModel, "test.pdb");
  EXPECT_EQ(model.amplitudes({2.0, kEnergy}, {}, 1.0).at({}), 0.0);
  const ModelRange with{2.0, kEnergy, ForwardScattering::kept};
  const double in_vacuum = model.amplitudes(with, {}, 1.0).at({});
  EXPECT_NEAR(in_vacuum, test::DirectSum(kModel, kEnergy).amplitude({}), 1e-3 * in_vacuum);
  // What is between the molecules of this small model in a large cell is nearly all of it.
  const double with_solvent = model.amplitudes(with, {0.35, 46.0}, 1.0).at({});
  EXPECT_GT(with_solvent, in_vacuum);
  EXPECT_LT(with_solvent, in_vacuum + 0.35 * volume(model.cell()));
}

TEST(AtomicModel, FriedelMatesDifferWhereAnAtomAbsorbs) {
  const AtomicModel model = AtomicModel::parse(kModel, "test.pdb");
  const StructureFactors f = model.amplitudes({2.0, kEnergy}, {}, 0.0);
  EXPECT_GT(std::abs(f.at({1, 2, 3}) - f.at({-1, -2, -3})), 0.1);
  EXPECT_NEAR(f.at({1, 2, 3}), f.at({-1, 2, -3}), 1e-3) << "equal by symmetry";
  EXPECT_EQ(f.at({0, 3, 0}), 0.0) << "absent";
  EXPECT_EQ(f.at({0, 0, 0}), 0.0);
}

TEST(AtomicModel, SolventWeakensTheInnermostReflectionsAlone) {
  const AtomicModel model = AtomicModel::parse(kModel, "test.pdb");
  const StructureFactors dry = model.amplitudes({1.5, kEnergy}, {}, 0.0);
  const StructureFactors wet = model.amplitudes({1.5, kEnergy}, {0.35, 46.0}, 0.0);
  EXPECT_GT(std::abs(wet.at({0, 0, 1}) - dry.at({0, 0, 1})), 1.0);
  EXPECT_NEAR(wet.at({10, 3, 5}), dry.at({10, 3, 5}), 0.05);
}

TEST(AtomicModel, RefusesWhatIsNoModel) {
  const auto message = [](const std::string& text) -> std::string {
    try {
      AtomicModel::parse(text, "bad.pdb");
    } catch (const Error& error) {
      return error.what();
    }
    return "accepted";
  };
  const std::string atoms = std::string(kModel).substr(std::string(kModel).find("ATOM"));
  EXPECT_THAT(message(""), HasSubstr("bad.pdb: no atoms"));
  EXPECT_THAT(message("data_x\n_a.b\n"), HasSubstr("bad.pdb: cannot be read as coordinates"));
  EXPECT_THAT(message(atoms), HasSubstr("bad.pdb: no unit cell"));
  std::string group = kModel;
  group.replace(group.find("P 1 21 1"), 8, "P 1 77 1");
  EXPECT_THAT(message(group), HasSubstr("unknown space group 'P 1 77 1'"));
  std::string element = kModel;
  element.replace(element.find("  N\n"), 4, " Qq\n");
  EXPECT_THAT(message(element), HasSubstr("atom A/1(ALA)/N: unknown element"));
  std::string negative = kModel;
  negative.replace(negative.find(" 20.00 "), 7, "-20.00 ");
  EXPECT_THAT(message(negative), HasSubstr("negative B factor -20"));
}

}  // namespace
}  // namespace nanobragg::io
