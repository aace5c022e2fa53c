// The lines of a placement in the three ways it can be given.
#include "nanobragg/trace/geometry_lines.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "nanobragg/trace/text_writer.hpp"

namespace nanobragg::trace {
namespace {

GeometryRecord record_of(Pivot pivot) {
  GeometryRecord record;
  record.convention = "MOSFLM";
  record.centre_mapping = "Fbeam←Ybeam_mm";
  record.placing = {.beam = {1, 0, 0},
                    .fast = {0, 0, 1},
                    .slow = {0, -1, 0},
                    .normal = {1, 0, 0},
                    .twotheta_axis = {0, 0, -1},
                    .close_f = 0.02,
                    .close_s = 0.01,
                    .beam_f = 0.03,
                    .beam_s = 0.04,
                    .distance = 0.1,
                    .close_distance = {},
                    .tilt = {0.1, 0.2, 0.3},
                    .twotheta = 0.4,
                    .pivot = pivot,
                    .corner = {}};
  record.placed = place(record.placing);
  return record;
}

std::vector<std::string> keys_of(const GeometryRecord& record) {
  std::vector<std::string> keys;
  for (const Line& line : geometry_lines(record)) keys.push_back(line.key);
  return keys;
}

Vec3<double> vector_of(const GeometryRecord& record, const std::string& key) {
  const std::vector<Line> lines = geometry_lines(record);
  const auto line = std::ranges::find(lines, key, &Line::key);
  const auto number = [&](std::size_t i) { return std::get<double>(line->fields.at(i).value); };
  return {number(0), number(1), number(2)};
}

TEST(GeometryLines, TermsAddUpToTheCorner) {
  const GeometryRecord beam = record_of(Pivot::beam);
  EXPECT_EQ(
      vector_of(beam, "term_fast") + vector_of(beam, "term_slow") + vector_of(beam, "term_beam"),
      beam.placed.corner);
  const GeometryRecord sample = record_of(Pivot::sample);
  EXPECT_EQ(vector_of(sample, "term_fast_before_rot") + vector_of(sample, "term_slow_before_rot") +
                vector_of(sample, "term_close_before_rot"),
            vector_of(sample, "pix0_before_rotation"));
  EXPECT_EQ(vector_of(sample, "pix0_after_twotheta"), sample.placed.corner);
}

TEST(GeometryLines, MatricesAreTheTiltThatWasApplied) {
  const GeometryRecord record = record_of(Pivot::beam);
  const std::vector<Line> lines = geometry_lines(record);
  const auto total = std::ranges::find(lines, "R_total", &Line::key);
  ASSERT_NE(total, lines.end());
  Mat3<double> matrix;
  for (std::size_t i = 0; i < 3; ++i) {
    const auto number = [&](std::size_t j) {
      return std::get<double>(total->fields.at(3 * i + j).value);
    };
    matrix.row[i] = {number(0), number(1), number(2)};
  }
  const Vec3<double> difference = matrix * record.placing.fast - record.placed.stages.tilted_fast;
  EXPECT_LT(length(difference), 1e-15);
}

TEST(GeometryLines, OrderFollowsThePivot) {
  EXPECT_EQ(keys_of(record_of(Pivot::sample)).front(), "detector_convention");
  EXPECT_EQ(keys_of(record_of(Pivot::beam)).front(), "fdet_after_rotz");
  EXPECT_EQ(keys_of(record_of(Pivot::beam)).back(), "DETECTOR_PIX0_VECTOR");
}

// Nothing was computed from a distance or a centre then.
TEST(GeometryLines, GivenCornerHasNoTerms) {
  GeometryRecord record = record_of(Pivot::sample);
  record.placing.corner = Vec3<double>{0.1, 0.2, 0.3};
  record.placed = place(record.placing);
  for (const std::string& key : keys_of(record)) {
    EXPECT_FALSE(key.starts_with("term_") || key.starts_with("Fclose")) << key;
  }
  EXPECT_EQ(vector_of(record, "pix0_vector"), *record.placing.corner);
}

}  // namespace
}  // namespace nanobragg::trace
