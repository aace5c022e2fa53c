// Which steps a recorder keeps.
#include "nanobragg/kernel/interface/pixel_recorder.hpp"

#include <gtest/gtest.h>

namespace nanobragg::kernel {
namespace {

// Two sources, three spindle steps, two domains; how many steps of each source are kept.
std::vector<std::size_t> kept(StepSelection selection) {
  PixelRecorder recorder({7, 8}, 0, selection);
  recorder.begin_point({});
  for (std::size_t source = 0; source < 2; ++source) {
    SourceRecord record;
    record.index = source;
    recorder.begin_source(record);
    for (std::size_t i = 0; i < 6; ++i) {
      StepRecord step;
      step.spindle_step = i / 2;
      step.domain = i % 2;
      recorder.add_step(step);
    }
  }
  std::vector<std::size_t> counts;
  for (const SourceRecord& source : recorder.record().points.front().sources) {
    counts.push_back(source.steps.size());
  }
  return counts;
}

TEST(PixelRecorder, KeepsWhatIsShownOrAll) {
  EXPECT_EQ(kept(StepSelection::first_of_each), (std::vector<std::size_t>{3, 1}));
  EXPECT_EQ(kept(StepSelection::all), (std::vector<std::size_t>{6, 6}));
}

TEST(Precision, RoundsToTheNearestNumberItHas) {
  EXPECT_EQ(rounded_to(Precision::float64, 0.1), 0.1);
  EXPECT_EQ(rounded_to(Precision::float32, 0.1), static_cast<double>(0.1F));
}

}  // namespace
}  // namespace nanobragg::kernel
