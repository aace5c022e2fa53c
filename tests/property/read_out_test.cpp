// Every stage of a read-out has the moments and the distribution that its formula says.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

#include "nanobragg/image/readout/amplifier.hpp"
#include "nanobragg/image/readout/dead_time.hpp"
#include "nanobragg/image/readout/detector_reading.hpp"
#include "nanobragg/random/poisson_at.hpp"
#include "property/chi_squared.hpp"

namespace nanobragg {
namespace {

namespace readout = image::readout;
using testing_support::chi_squared_probability;
using testing_support::kSmallestProbability;
using testing_support::uniformity_probability;

// Standard errors: seeds are fixed, so that a right generator fails none by chance.
constexpr double kTolerated = 5.0;

struct Moments {
  double mean = 0.0, variance = 0.0, count = 0.0;
  double mean_error() const { return std::sqrt(variance / count); }
  // Of a distribution that is nearly normal.
  double variance_error() const { return variance * std::sqrt(2.0 / count); }
};

template <class Draw>
Moments moments_of(std::size_t count, const Draw& draw) {
  Moments m;
  m.count = static_cast<double>(count);
  std::vector<double> values(count);
  for (std::size_t i = 0; i < count; ++i) m.mean += (values[i] = draw(i)) / m.count;
  for (const double x : values) m.variance += (x - m.mean) * (x - m.mean) / m.count;
  return m;
}

// What fraction of a normal distribution lies below.
double below(double x) { return 0.5 * std::erfc(-x / std::sqrt(2.0)); }

// A flat image as the detector reads it.
Moments read_flat(double photons, const ReadOut& read_out) {
  const ImageShape shape{200, 200};
  Image<float> flat(shape);
  std::ranges::fill(flat.pixels(), static_cast<float>(photons));
  const readout::DetectorReading detector(read_out, std::as_const(flat).view(), {{0}, shape}, 1);
  const Image<std::int32_t> readings = detector.read(0, shape.slow, 1);
  return moments_of(shape.size(), [&](std::size_t i) { return readings.pixels()[i]; });
}

ReadOut plain(double gain, double noise, double pedestal) {
  ReadOut read_out;
  read_out.gain = gain;
  read_out.noise = noise;
  read_out.pedestal = pedestal;
  return read_out;
}

TEST(ReadOutProperty, FlickerIsANormalFactorOfAnImage) {
  constexpr double kFlicker = 0.05;
  std::vector<double> ranks;
  const Moments m = moments_of(20000, [&](std::size_t image) {
    const double factor = readout::flicker_factor(kFlicker, bits_at(7, image));
    ranks.push_back(below((factor - 1.0) / kFlicker));
    return factor;
  });
  EXPECT_NEAR(m.mean, 1.0, kTolerated * m.mean_error());
  EXPECT_NEAR(m.variance, kFlicker * kFlicker, kTolerated * m.variance_error());
  EXPECT_GT(uniformity_probability(ranks, 100), kSmallestProbability);
}

TEST(ReadOutProperty, CalibrationIsANormalPatternOfPixels) {
  const Calibration calibration{.error = 0.03, .seed = 5};
  std::vector<double> ranks;
  const Moments m = moments_of(40000, [&](std::size_t pixel) {
    const double factor = readout::calibration_factor(calibration, pixel);
    ranks.push_back(below((factor - 1.0) / calibration.error));
    return factor;
  });
  EXPECT_NEAR(m.mean, 1.0, kTolerated * m.mean_error());
  EXPECT_NEAR(m.variance, 9e-4, kTolerated * m.variance_error());
  EXPECT_GT(uniformity_probability(ranks, 100), kSmallestProbability);
}

// Photons F of an image whose pixels differ by c: variance F(1 + c²) + F²c²; then gain², noise²,
// and 1/12 of a rounding to whole numbers of a spread that is wider than one.
TEST(ReadOutProperty, VariancesAddUp) {
  struct Case {
    double photons, calibration, gain, noise;
  };
  for (const auto& [photons, c, gain, noise] :
       {Case{100.0, 0.0, 1.0, 0.0}, Case{100.0, 0.03, 1.0, 0.0}, Case{100.0, 0.0, 4.3, 0.0},
        Case{100.0, 0.0, 4.0, 3.0}, Case{0.0, 0.0, 1.0, 3.0}, Case{1e5, 0.03, 0.5, 10.0},
        Case{0.01, 0.0, 100.0, 2.0}, Case{1e7, 0.0, 1.0, 0.0}}) {
    ReadOut read_out = plain(gain, noise, 40.0);
    read_out.calibration.error = c;
    const Moments m = read_flat(photons, read_out);
    const bool is_rounded = gain != std::floor(gain) || noise > 0.0 || c > 0.0;
    const double of_photons = photons * (1.0 + c * c) + photons * photons * c * c;
    const double variance = gain * gain * of_photons + noise * noise + (is_rounded ? 1.0 / 12 : 0);
    // The fourth moment of a faint image of few photons is larger than a normal one.
    const double kurtosis = photons > 0.0 ? gain * gain * gain * gain * photons : 0.0;
    const double error = std::sqrt((2.0 * variance * variance + kurtosis) / m.count);
    EXPECT_NEAR(m.mean, gain * photons + 40.0, kTolerated * std::sqrt(variance / m.count));
    EXPECT_NEAR(m.variance, variance, kTolerated * error)
        << photons << ' ' << c << ' ' << gain << ' ' << noise;
  }
}

// Mean and variance of 200 × 200 pixels as noisify.c (bl831/nanoBragg 455534a) makes them, where
// its rules are ours. They differ on purpose: it truncates (−½ on readings that are no whole
// numbers), wraps what is below 0, flickers from pixel to pixel, and draws its photons after the
// calibration, which leaves them whole.
TEST(ReadOutProperty, AgreesWithNoisifyWhereItsRulesAreOurs) {
  struct Case {
    double photons, calibration, gain, noise, pedestal, bits;
    double mean, variance, truncated;
  };
  for (const Case& c : {Case{100, 0, 1, 0, 40, 16, 139.9405, 98.9632, 0},
                        Case{100, 0.03, 1, 0, 40, 16, 139.9812, 109.2191, 0},
                        Case{100, 0, 4, 0, 10, 16, 409.7621, 1583.4110, 0},
                        Case{100, 0, 4, 3, 10, 16, 409.2563, 1590.9101, 0.5},
                        Case{0, 0, 1, 3, 40, 16, 39.5328, 9.0946, 0.5},
                        Case{1e5, 0, 1, 0, 40, 32, 100039.4728, 99330.2785, 0},
                        Case{107, 0, 1, 0, 40, 16, 146.9154, 105.9093, 0}}) {
    ReadOut read_out = plain(c.gain, c.noise, c.pedestal);
    read_out.calibration.error = c.calibration;
    if (c.bits == 16) read_out.largest = 65535;
    const Moments m = read_flat(c.photons, read_out);
    // Both have a standard error.
    const double both = kTolerated * std::sqrt(2.0);
    EXPECT_NEAR(m.mean, c.mean + c.truncated, both * m.mean_error()) << c.photons << ' ' << c.gain;
    EXPECT_NEAR(m.variance, c.variance, both * m.variance_error()) << c.photons << ' ' << c.gain;
  }
}

TEST(ReadOutProperty, NothingIsWrappedAndBrightPixelsSaturate) {
  // noisify's case with noise beyond the pedestal: its largest reading is 65535, by wrapping.
  ReadOut dark = plain(1.0, 50.0, 40.0);
  dark.largest = 65535;
  const ImageShape shape{100, 100};
  Image<float> photons(shape);
  const readout::DetectorReading detector(dark, std::as_const(photons).view(), {{0}, shape}, 3);
  const Image<std::int32_t> readings = detector.read(0, shape.slow, 1);
  EXPECT_EQ(std::ranges::min(readings.pixels()), 0);
  EXPECT_LT(std::ranges::max(readings.pixels()), 40 + 6 * 50);
  std::ranges::fill(photons.pixels(), 1e6F);
  EXPECT_EQ(std::ranges::min(detector.read(0, shape.slow, 1).pixels()), 65535);
}

// The k-th count of a nonparalysable counter comes after k exponential gaps and k − 1 dead times:
// P(at least k) = P(Poisson(λ(1 − (k − 1)τ/T)) ≥ k).
TEST(ReadOutProperty, NonparalysableCountsHaveTheirExactDistribution) {
  const DeadTime dead{.dead_s = 0.01, .model = CountRateModel::nonparalysable, .exposure_s = 1.0};
  constexpr double kPhotons = 30.0;
  constexpr std::size_t kSamples = 100000;
  std::vector<double> observed(60), expected(60);
  for (std::size_t i = 0; i < kSamples; ++i) {
    const double n = poisson_at(kPhotons, 1, i);
    observed[static_cast<std::size_t>(readout::counted(n, dead, {2, i}))] += 1.0;
  }
  const auto at_least = [&](std::size_t k) {
    if (k == 0) return 1.0;
    const double mean = kPhotons * (1.0 - static_cast<double>(k - 1) * dead.dead_s);
    double sum = 0.0;
    double term = std::exp(-mean);
    for (std::size_t n = 0; n < k; ++n, term *= mean / static_cast<double>(n)) sum += term;
    return 1.0 - sum;
  };
  for (std::size_t k = 0; k < expected.size(); ++k) {
    expected[k] = kSamples * std::max(0.0, at_least(k) - at_least(k + 1));
  }
  EXPECT_GT(chi_squared_probability(observed, expected), kSmallestProbability);
}

// Means and variances of counters by renewal theory, which the code only uses for photons that are
// drawn already.
TEST(ReadOutProperty, CountsAreLostAtHighRates) {
  constexpr std::size_t kSamples = 40000;
  for (const CountRateModel model : {CountRateModel::paralysable, CountRateModel::nonparalysable}) {
    for (const double photons : {20.0, 80.0, 1000.0, 1e5, 1e7}) {
      for (const double load : {0.01, 0.3, 1.0}) {  // λτ
        const DeadTime dead{.dead_s = load / photons * 0.5, .model = model, .exposure_s = 0.5};
        const Moments m = moments_of(kSamples, [&](std::size_t i) {
          return readout::counted(poisson_at(photons, 3, i), dead, {4, i});
        });
        const double t = load / photons;
        const double alive = std::exp(-load);
        const double mean = model == CountRateModel::paralysable
                                ? (1.0 - alive) + photons * (1.0 - t) * alive
                                : photons / (1.0 + load) + 0.5 * std::pow(load / (1.0 + load), 2);
        const double variance = model == CountRateModel::paralysable
                                    ? photons * alive * (1.0 - 2.0 * load * alive)
                                    : photons / std::pow(1.0 + load, 3);
        EXPECT_NEAR(m.mean, mean, kTolerated * m.mean_error()) << photons << ' ' << load;
        // The formulas leave out what does not grow with the number of photons.
        EXPECT_NEAR(m.variance, variance, kTolerated * m.variance_error() + 1.5)
            << photons << ' ' << load;
      }
    }
  }
}

// Where single photons end and their moments begin.
TEST(ReadOutProperty, MomentsAreThoseOfPhotonsThatArriveOneByOne) {
  for (const CountRateModel model : {CountRateModel::paralysable, CountRateModel::nonparalysable}) {
    for (const double t : {0.001, 0.01}) {
      const DeadTime dead{.dead_s = t, .model = model, .exposure_s = 1.0};
      constexpr double kPhotons = 100.0;
      const Moments m = moments_of(40000, [&](std::size_t i) {
        return readout::counted(kPhotons, dead, {5, i});
      });
      const auto [mean, variance] = readout::counted_moments(kPhotons, dead);
      const bool is_exact = model == CountRateModel::paralysable;
      // Relative O(1/n) of a loss of a tenth and a half.
      EXPECT_NEAR(m.mean, mean, kTolerated * m.mean_error() + (is_exact ? 0.0 : 0.02));
      EXPECT_NEAR(m.variance, variance,
                  kTolerated * m.variance_error() + (is_exact ? 0.0 : 0.02 * variance));
    }
  }
}

TEST(ReadOutProperty, ACounterAtRestCountsEverything) {
  const DeadTime none{};
  EXPECT_EQ(readout::counted(1e6, none, {1, 1}), 1e6);
  const DeadTime dead{.dead_s = 1e-7};
  EXPECT_EQ(readout::counted(0.0, dead, {1, 1}), 0.0);
  EXPECT_EQ(readout::counted(1.0, dead, {1, 1}), 1.0);
}

// One photon after the other against the normal deviate that stands for many: means, variances and
// covariances of the nine places are those that integrals of the shares give.
TEST(ReadOutProperty, ChargeIsSharedByItsMeansAndCovariances) {
  constexpr double kWidth = 0.3;
  // Midpoints of u·v over a pixel: the integral of every product, by brute force.
  constexpr int kSteps = 1000;
  const auto share = [](double u, int place) {
    const double below = std::max(0.0, 0.5 * (1.0 - u / kWidth));
    const double above = std::max(0.0, 0.5 * (1.0 - (1.0 - u) / kWidth));
    return place == 0 ? below : place == 2 ? above : 1.0 - below - above;
  };
  std::array<double, 3> mean{};
  std::array<std::array<double, 3>, 3> product{};
  for (int step = 0; step < kSteps; ++step) {
    const double u = (step + 0.5) / kSteps;
    for (int i = 0; i < 3; ++i) {
      mean[i] += share(u, i) / kSteps;
      for (int j = 0; j < 3; ++j) product[i][j] += share(u, i) * share(u, j) / kSteps;
    }
  }
  const readout::ChargeSharing sharing(kWidth);
  for (const double photons : {1000.0, 1001.0}) {  // one by one, and as a normal deviate
    constexpr std::size_t kSamples = 4000;
    std::array<std::vector<double>, 9> charge;
    for (std::size_t i = 0; i < kSamples; ++i) {
      const auto shares = sharing.share(photons, {11, i});
      double sum = 0.0;
      for (std::size_t k = 0; k < 9; ++k) {
        charge[k].push_back(shares[k / 3][k % 3]);
        sum += charge[k].back();
      }
      ASSERT_NEAR(sum, photons, 1e-9 * photons);
    }
    const auto expected = [&](std::size_t a, std::size_t b) {
      return photons * (product[a / 3][b / 3] * product[a % 3][b % 3] -
                        mean[a / 3] * mean[a % 3] * mean[b / 3] * mean[b % 3]);
    };
    for (std::size_t a = 0; a < 9; ++a) {
      const double mean_a = photons * mean[a / 3] * mean[a % 3];
      EXPECT_NEAR(moments_of(kSamples, [&](std::size_t i) { return charge[a][i]; }).mean, mean_a,
                  kTolerated * std::sqrt(expected(a, a) / kSamples));
      for (std::size_t b = 0; b < 9; ++b) {
        const double mean_b = photons * mean[b / 3] * mean[b % 3];
        const Moments both = moments_of(kSamples, [&](std::size_t i) {
          return (charge[a][i] - mean_a) * (charge[b][i] - mean_b);
        });
        EXPECT_NEAR(both.mean, expected(a, b), kTolerated * both.mean_error()) << a << ' ' << b;
      }
    }
  }
}

TEST(ReadOutProperty, LowerGainsReadTheSameLightInCoarserSteps) {
  ReadOut jungfrau = plain(40.0, 3.0, 500.0);
  jungfrau.largest = 16383;
  jungfrau.switching = {{1.4, 30.0}, {0.1, 900.0}};
  for (const auto& [photons, gain] :
       {std::pair{20.0, 40.0}, std::pair{30.0, 1.4}, std::pair{500.0, 1.4}, std::pair{2e4, 0.1}}) {
    const Moments m = moments_of(20000, [&, photons = photons](std::size_t i) {
      return readout::reading(photons, jungfrau, {9, i});
    });
    const double scale = 40.0 / gain;
    EXPECT_NEAR(m.mean, 40.0 * photons + 500.0, kTolerated * m.mean_error());
    // Noise and the rounding of the converter are those of its own numbers.
    EXPECT_NEAR(m.variance, (9.0 + 1.0 / 12) * scale * scale + (gain == 40.0 ? 0.0 : 1.0 / 12),
                kTolerated * m.variance_error());
  }
  EXPECT_EQ(readout::reading(1e9, jungfrau, {9, 1}), saturation(jungfrau));
  EXPECT_NEAR(saturation(jungfrau), (16383 - 500) * 400.0 + 500, 0.5);
}

TEST(ReadOutProperty, BadPixelsAreAsManyAsAskedForAndAnywhere) {
  constexpr std::size_t kPixels = 100000;
  const auto list = readout::choose_bad_pixels({.dead = 5000, .hot = 0.03, .seed = 2}, kPixels);
  EXPECT_EQ(list.dead.size(), 5000U);
  EXPECT_EQ(list.hot.size(), 3000U);
  std::vector<std::size_t> both;
  std::ranges::set_intersection(list.dead, list.hot, std::back_inserter(both));
  EXPECT_TRUE(both.empty());
  for (const auto& chosen : {list.dead, list.hot}) {
    EXPECT_EQ(std::ranges::adjacent_find(chosen), chosen.end());
    std::vector<double> places;
    for (const std::size_t pixel : chosen) {
      places.push_back((static_cast<double>(pixel) + 0.5) / kPixels);
    }
    EXPECT_GT(uniformity_probability(places, 50), kSmallestProbability);
  }
  std::vector<double> ranks;
  const BadPixels hot{.hot_photons = 50.0};
  for (std::size_t pixel = 0; pixel < 20000; ++pixel) {
    ranks.push_back(std::exp(-readout::hot_light(hot, pixel) / 50.0));
  }
  EXPECT_GT(uniformity_probability(ranks, 100), kSmallestProbability);
}

}  // namespace
}  // namespace nanobragg
