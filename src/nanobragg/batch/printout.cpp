// Chooses and writes the pixels of a printout.
#include "nanobragg/batch/printout.hpp"

#include <fmt/format.h>

namespace nanobragg::batch {
namespace {

bool is_asked_for(const config::Settings& settings, PixelIndex pixel) {
  if (!settings.printout_pixel) return true;
  const auto& [fast, slow] = *settings.printout_pixel;
  return pixel == PixelIndex{static_cast<std::size_t>(slow), static_cast<std::size_t>(fast)};
}

}  // namespace

std::string printout_of_row(const config::Settings& settings, const plan::SamplingPlan& plan,
                            ImageView<const float> photons, std::size_t slow) {
  if (!settings.printout.value_or(false)) return "";
  std::string text;
  for (std::size_t fast = 0; fast < photons.shape().fast; ++fast) {
    const PixelIndex pixel{slow, fast};
    if (!plan.renders(pixel) || !is_asked_for(settings, pixel)) continue;
    text += fmt::format("{:>6} {:>6} {:.9g}\n", fast, slow, photons[pixel]);
  }
  return text;
}

}  // namespace nanobragg::batch
