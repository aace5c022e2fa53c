// Equivalent reflections have one representative, others have others.
#include "nanobragg/refine/shots/unique_reflections.hpp"

#include <gtest/gtest.h>

#include <set>
#include <tuple>

#include "nanobragg/io/reflections/space_group.hpp"

namespace nanobragg::refine {
namespace {

AmplitudeSymmetry symmetry_of(const std::string& group, FriedelMates mates) {
  return {{group, io::find_space_group(group, std::nullopt).value()}, mates};
}

auto key(const MillerIndex& i) { return std::tuple(i.h, i.k, i.l); }

std::size_t representatives(const AmplitudeSymmetry& symmetry, int size) {
  std::set<std::tuple<int, int, int>> found;
  for (int h = -size; h <= size; ++h) {
    for (int k = -size; k <= size; ++k) {
      for (int l = -size; l <= size; ++l) found.insert(key(representative({h, k, l}, symmetry)));
    }
  }
  return found.size();
}

TEST(UniqueReflections, StandForAllOfTheirImages) {
  for (const char* group : {"P 1", "P 1 21 1", "P 21 21 21", "P 43 21 2", "P 61 2 2", "F 2 3"}) {
    for (const auto mates : {FriedelMates::apart, FriedelMates::equal}) {
      const AmplitudeSymmetry symmetry = symmetry_of(group, mates);
      const MillerIndex index{2, -3, 5};
      const MillerIndex best = representative(index, symmetry);
      for (const SymmetryOperation& operation : symmetry.group.operations) {
        EXPECT_EQ(key(representative(image_of(index, operation), symmetry)), key(best)) << group;
      }
      EXPECT_EQ(key(representative(best, symmetry)), key(best)) << group;
      const MillerIndex mate = representative({-2, 3, -5}, symmetry);
      EXPECT_EQ(key(mate) == key(best), mates == FriedelMates::equal) << group;
    }
  }
}

// Without symmetry each index is its own; an axis of two halves what is not on it.
TEST(UniqueReflections, AreAsManyAsOrbits) {
  constexpr int kSize = 3, kSide = 2 * kSize + 1, kAll = kSide * kSide * kSide;
  EXPECT_EQ(representatives(symmetry_of("P 1", FriedelMates::apart), kSize), kAll);
  EXPECT_EQ(representatives(symmetry_of("P 1", FriedelMates::equal), kSize), (kAll + 1) / 2);
  EXPECT_EQ(representatives(symmetry_of("P 1 2 1", FriedelMates::apart), kSize),
            (kAll + kSide) / 2);
}

// Mates stay together where a twofold axis makes them so.
TEST(UniqueReflections, HoldCentricMatesTogether) {
  const AmplitudeSymmetry symmetry = symmetry_of("P 1 2 1", FriedelMates::apart);
  EXPECT_EQ(key(representative({2, 0, 3}, symmetry)), key(representative({-2, 0, -3}, symmetry)));
  EXPECT_NE(key(representative({2, 1, 3}, symmetry)), key(representative({-2, -1, -3}, symmetry)));
}

// A list that names no group has none but the identity.
TEST(UniqueReflections, AreThemselvesWithoutAGroup) {
  EXPECT_EQ(key(representative({-2, 3, -5}, {})), key(MillerIndex{-2, 3, -5}));
}

TEST(UniqueReflections, GatherBoxes) {
  BoxedPixels pixels;
  for (const MillerIndex& index : {MillerIndex{1, 2, 3}, {0, 1, 0}, {-1, 2, -3}, {1, 2, 3}}) {
    SpotBox box;
    box.spot.index = index;
    pixels.boxes.push_back(box);
  }
  const auto found = by_reflection(pixels, symmetry_of("P 1 2 1", FriedelMates::apart), {1.5, 0.2});
  ASSERT_EQ(found.size(), 2U);
  EXPECT_EQ(key(found[0].index), key(MillerIndex{0, 1, 0}));
  EXPECT_EQ(found[0].boxes, (std::vector<std::size_t>{1}));
  EXPECT_EQ(found[1].boxes, (std::vector<std::size_t>{0, 2, 3}));
  EXPECT_EQ(found[1].prior.mean, 1.5);
  EXPECT_EQ(found[1].prior.sigma, 0.2);
}

}  // namespace
}  // namespace nanobragg::refine
