// What must hold for the metrics of any two images.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <cmath>

#include "nanobragg/compare/metrics.hpp"
#include "nanobragg/compare/peaks.hpp"
#include "nanobragg/compare/radial_profile.hpp"

namespace nanobragg::compare {
namespace {

struct TwoImages {
  Image<float> x;
  Image<float> y;
  ImagePair pair() const { return ImagePair(x.view(), y.view()); }
  ImagePair swapped() const { return ImagePair(y.view(), x.view()); }
};

// Whole numbers of photons, which scale by powers of two without rounding.
TwoImages any_images() {
  const auto slow = *rc::gen::inRange<std::size_t>(1, 24);
  const auto fast = *rc::gen::inRange<std::size_t>(1, 24);
  const auto pixels = [&] {
    const auto photons =
        *rc::gen::container<std::vector<int>>(slow * fast, rc::gen::inRange(-5, 200));
    return std::vector<float>(photons.begin(), photons.end());
  };
  const ImageShape shape{slow, fast};
  return {Image<float>(shape, pixels()), Image<float>(shape, pixels())};
}

Image<float> times(const Image<float>& image, float factor) {
  Image<float> scaled = image;
  for (float& pixel : scaled.pixels()) pixel *= factor;
  return scaled;
}

RC_GTEST_PROP(Comparison, SwappingTheImagesChangesNoSign, ()) {
  const TwoImages images = any_images();
  const Metrics forth = measure(images.pair());
  const Metrics back = measure(images.swapped());
  RC_ASSERT(forth.correlation == back.correlation);
  RC_ASSERT(forth.mse == back.mse);
  RC_ASSERT(forth.max_abs_diff == back.max_abs_diff);
  RC_ASSERT(forth.max_abs_diff_at == back.max_abs_diff_at);
  RC_ASSERT(forth.sum_reference == back.sum_candidate);
  RC_ASSERT(std::abs(forth.ssim - back.ssim) < 1e-12);
  for (std::size_t i = 0; i < forth.ulp_histogram.size(); ++i) {
    RC_ASSERT(forth.ulp_histogram[i].pixels == back.ulp_histogram[i].pixels);
  }
}

RC_GTEST_PROP(Comparison, ScalingBothImagesKeepsWhatHasNoUnit, ()) {
  const TwoImages images = any_images();
  const TwoImages scaled{times(images.x, 8.0F), times(images.y, 8.0F)};
  const Metrics m = measure(images.pair());
  const Metrics s = measure(scaled.pair());
  RC_ASSERT(m.correlation == s.correlation);
  RC_ASSERT(m.sum_ratio == s.sum_ratio);
  RC_ASSERT(m.ssim == s.ssim);
  RC_ASSERT(s.mse == 64.0 * m.mse);
  RC_ASSERT(s.max_abs_diff == 8.0 * m.max_abs_diff);
}

RC_GTEST_PROP(Comparison, FiguresStayInTheirRanges, ()) {
  const TwoImages images = any_images();
  const Metrics m = measure(images.pair());
  if (m.correlation) RC_ASSERT(std::abs(*m.correlation) <= 1.0);
  RC_ASSERT(m.ssim <= 1.0 + 1e-12);
  RC_ASSERT(m.rmse() <= m.max_abs_diff * (1.0 + 1e-12));
  std::size_t pixels = 0;
  for (const UlpBucket& bucket : m.ulp_histogram) pixels += bucket.pixels;
  RC_ASSERT(pixels == m.pixels);
}

RC_GTEST_PROP(Comparison, CorrelationIgnoresScaleAndOffsetOfOneImage, ()) {
  const TwoImages images = any_images();
  TwoImages changed = images;
  for (float& pixel : changed.y.pixels()) pixel = 3.0F * pixel + 1000.0F;
  const auto before = measure(images.pair()).correlation;
  const auto after = measure(changed.pair()).correlation;
  // Equal constant images have 1 by definition; after the change they differ.
  RC_PRE(before && after);
  RC_ASSERT(std::abs(*before - *after) < 1e-12);
}

RC_GTEST_PROP(Comparison, AnImageMatchesItselfPeakByPeak, ()) {
  const TwoImages images = any_images();
  const PeakComparison peaks = compare_peaks(ImagePair(images.x.view(), images.x.view()));
  RC_ASSERT(peaks.matches.size() == peaks.reference.size());
  if (!peaks.matches.empty()) RC_ASSERT(*peaks.max_displacement_px() == 0.0);
}

RC_GTEST_PROP(Comparison, ProfilesCountEveryPixelAndPhotonOnce, ()) {
  const TwoImages images = any_images();
  const ImagePair pair = images.pair();
  const PixelPosition centre{static_cast<double>(*rc::gen::inRange(-30, 30)),
                             static_cast<double>(*rc::gen::inRange(-30, 30))};
  std::size_t pixels = 0;
  double photons = 0.0;
  for (const ProfileBin& bin : radial_profile(pair, centre, 1.5)) {
    pixels += bin.pixels;
    photons += bin.mean_candidate * static_cast<double>(bin.pixels);
  }
  RC_ASSERT(pixels == pair.shape().size());
  RC_ASSERT(std::abs(photons - measure(pair).sum_candidate) < 1e-6);
}

}  // namespace
}  // namespace nanobragg::compare
