// A table that is written part by part against the same in memory.
#include "nanobragg/io/reflections/dials_table_file.hpp"

#include <gtest/gtest.h>

#include "nanobragg/io/files/file.hpp"
#include "support/temporary_folder.hpp"

namespace nanobragg::io {
namespace {

using Doubles = std::vector<std::array<double, 1>>;
using Ids = std::vector<std::array<std::int32_t, 1>>;

DialsTable part(const Doubles& numbers) {
  DialsTable out(numbers.size());
  out.set("id", Ids(numbers.size()));
  out.set("intensity", numbers);
  return out;
}

TEST(DialsTableFile, HoldsAllParts) {
  const test::TemporaryFolder folder;
  const auto path = folder.path() / "x.refl";
  {
    DialsTableFile file(path);
    file.add(part({{1.5}, {2.5}}), 0, "first");
    file.add(part({}), 1, "second");
    file.add(part({{3.5}}), 2, "third");
    EXPECT_FALSE(std::filesystem::exists(path));
    file.commit();
  }
  DialsTable expected = part({{1.5}, {2.5}, {3.5}});
  expected.set("id", Ids{{0}, {0}, {2}});
  expected.identifiers = {{0, "first"}, {1, "second"}, {2, "third"}};
  EXPECT_EQ(read_file(path), expected.packed());
  // Nothing is left beside it.
  const auto files = std::filesystem::directory_iterator(folder.path());
  EXPECT_EQ(std::distance(begin(files), end(files)), 1);
}

}  // namespace
}  // namespace nanobragg::io
