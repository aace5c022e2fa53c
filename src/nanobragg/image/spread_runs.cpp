// Puts lists into an image, spreads it, and takes lists from it.
#include "nanobragg/image/spread_runs.hpp"

#include <algorithm>

namespace nanobragg::image {
namespace {

using kernel::PixelRun;

// Every pixel of a panel within a reach of the runs, row by row.
std::vector<PixelRun> around(std::span<const PixelRun> runs, std::size_t reach, ImageShape panel) {
  std::vector<PixelRun> wide;
  std::vector<char> is_near(panel.fast);
  for (std::size_t slow = 0; slow < panel.slow; ++slow) {
    std::ranges::fill(is_near, 0);
    for (const PixelRun& run : runs) {
      if (slow + reach < run.first.slow || slow > run.first.slow + reach) continue;
      const std::size_t begin = run.first.fast - std::min(run.first.fast, reach);
      const std::size_t end = std::min(run.first.fast + run.count + reach, panel.fast);
      std::fill(is_near.begin() + static_cast<std::ptrdiff_t>(begin),
                is_near.begin() + static_cast<std::ptrdiff_t>(end), 1);
    }
    for (std::size_t fast = 0; fast < panel.fast; ++fast) {
      if (!is_near[fast]) continue;
      if (fast == 0 || !is_near[fast - 1]) wide.push_back({{slow, fast}, 0});
      ++wide.back().count;
    }
  }
  return wide;
}

}  // namespace

SpreadRuns::SpreadRuns(const plan::PanelPlan& plan, std::span<const PixelRun> runs,
                       std::size_t threads)
    : runs_(runs.begin(), runs.end()), sources_(runs_), threads_(threads) {
  const auto& spread = plan.detector.point_spread;
  if (!spread || runs.empty()) return;
  const double pixel_size = plan.panel.pixel_size.value();
  const ImageShape panel = plan.panel.shape;
  sources_ = around(runs, reach_of(*spread, pixel_size, panel), panel);
  PixelIndex end;
  corner_ = sources_.front().first;
  for (const PixelRun& run : sources_) {
    corner_.fast = std::min(corner_.fast, run.first.fast);
    end = {run.first.slow + 1, std::max(end.fast, run.first.fast + run.count)};
  }
  shape_ = {end.slow - corner_.slow, end.fast - corner_.fast};
  spread_.emplace(*spread, pixel_size, shape_, threads);
}

Image<double> SpreadRuns::image_of(const Runs& runs, std::span<const double> list) const {
  Image<double> image(shape_);
  for (const PixelRun& run : runs) {
    const auto row = image.view().row(run.first.slow - corner_.slow);
    std::ranges::copy(list.first(run.count), &row[run.first.fast - corner_.fast]);
    list = list.subspan(run.count);
  }
  return image;
}

std::vector<double> SpreadRuns::list_of(const Runs& runs, const Image<double>& image) const {
  std::vector<double> list;
  for (const PixelRun& run : runs) {
    const auto row = image.view().row(run.first.slow - corner_.slow);
    const auto part = row.subspan(run.first.fast - corner_.fast, run.count);
    list.insert(list.end(), part.begin(), part.end());
  }
  return list;
}

std::vector<double> SpreadRuns::spread(std::vector<double> of_sources) const {
  if (!spread_) return of_sources;
  Image<double> image = image_of(sources_, of_sources);
  spread_->apply_to(image.view(), threads_);
  return list_of(runs_, image);
}

std::vector<double> SpreadRuns::by_width(std::vector<double> of_sources) const {
  if (!spread_) return std::vector<double>(of_sources.size(), 0.0);
  Image<double> image = image_of(sources_, of_sources);
  spread_->differentiate(image.view(), threads_);
  return list_of(runs_, image);
}

std::vector<double> SpreadRuns::pulled_back(std::vector<double> of_runs) const {
  if (!spread_) return of_runs;
  Image<double> image = image_of(runs_, of_runs);
  spread_->apply_to(image.view(), threads_);
  return list_of(sources_, image);
}

}  // namespace nanobragg::image
