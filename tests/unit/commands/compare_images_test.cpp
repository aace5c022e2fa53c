// Image files of several formats against one another.
#include "nanobragg/commands/compare/compare_images.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "nanobragg/base/error.hpp"
#include "nanobragg/io/images/pgm.hpp"
#include "nanobragg/io/images/raw_float.hpp"
#include "nanobragg/io/images/smv.hpp"
#include "support/program.hpp"

namespace nanobragg::commands {
namespace {

namespace fs = std::filesystem;
using compare::Verdict;
using testing::HasSubstr;

class CompareImages : public testing::Test {
 protected:
  void SetUp() override {
    options_.folder = root_.path() / "out";
    const Image<float> floats(kShape, {1, 2, 4, 8, 16, 32});
    const Image<std::uint16_t> counts(kShape, {1, 2, 4, 8, 16, 32});
    const Image<std::uint8_t> greys(kShape, {1, 2, 4, 8, 16, 32});
    io::write_raw_float(path("a.bin"), floats.view());
    io::write_smv(path("b.IMG"), counts.view(), {}, io::HeaderLength::next_multiple);
    io::write_pgm(path("c.pgm"), greys.view(), 1.0);
  }
  fs::path path(const std::string& name) const { return root_.path() / name; }
  compare::Report run(const std::string& a, const std::string& b) const {
    return compare_images(path(a), path(b), options_);
  }

  static constexpr ImageShape kShape{2, 3};
  test::TemporaryFolder root_;
  CompareOptions options_;
};

TEST_F(CompareImages, FormatsAreToldByTheirNames) {
  EXPECT_EQ(run("a.bin", "b.IMG").verdict, Verdict::pass);
  EXPECT_EQ(run("b.IMG", "c.pgm").verdict, Verdict::pass);
  options_.shape = kShape;
  const auto report = run("a.bin", "a.bin");
  EXPECT_EQ(report.verdict, Verdict::pass);
  EXPECT_TRUE(fs::exists(options_.folder / "report.html"));
  EXPECT_EQ(report.comparison->metrics.sum_reference, 63.0);
}

TEST_F(CompareImages, RawFloatsAloneNeedAShape) { EXPECT_THROW(run("a.bin", "a.bin"), UsageError); }

TEST_F(CompareImages, WhatCannotBeReadIsReported) {
  options_.shape = ImageShape{2, 2};
  EXPECT_EQ(run("a.bin", "a.bin").verdict, Verdict::unreadable);
  const auto report = run("absent.bin", "b.IMG");
  EXPECT_EQ(report.verdict, Verdict::unreadable);
  EXPECT_THAT(report.problem, HasSubstr("absent.bin"));
  EXPECT_THAT(test::read_bytes(options_.folder / "summary.json"), HasSubstr("absent.bin"));
}

TEST_F(CompareImages, ShapesThatDiffer) {
  io::write_raw_float(path("small.bin"), Image<float>({1, 2}, {1, 2}).view());
  options_.shape = ImageShape{1, 2};
  EXPECT_EQ(run("b.IMG", "small.bin").verdict, Verdict::shapes_differ);
}

}  // namespace
}  // namespace nanobragg::commands
