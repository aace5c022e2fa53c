// What a detector makes of the photons that are expected in its pixels: the numbers of its
// read-out.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

namespace nanobragg {

// More than this no 32-bit image can hold beside its marks: the two numbers above, and 2³¹ itself,
// mean bad pixels to readers.
inline constexpr double kLargestReading = 2147483645.0;

// What a photon does that arrives while its pixel is still busy with another.
enum class CountRateModel : std::uint8_t {
  paralysable,     // it is lost, and the pixel stays busy for a dead time from its arrival on
  nonparalysable,  // it is lost
};

// Photon counters lose photons that follow each other closely.
struct DeadTime {
  double dead_s = 0.0;  // 0: none
  CountRateModel model = CountRateModel::paralysable;
  double exposure_s = 1.0;  // during which the photons arrive evenly
};

// A gain to which a pixel switches when its charge reaches that of so many photons.
struct GainStep {
  double gain;  // readings a photon
  double from_photons;
};

// How much pixels differ in what they read of the same light; the same in every image.
struct Calibration {
  double error = 0.0;  // standard deviation of the factor, about 1
  std::uint64_t seed = 123456789;
};

// Pixels that are always bad. Below 1 their number is a fraction of all pixels.
struct BadPixels {
  double dead = 0.0;            // they measure nothing
  double hot = 0.0;             // they count photons that are not there
  double hot_photons = 1000.0;  // in each image: the mean of the hot pixels' means, exponential
  std::uint64_t seed = 1;
};

// Where the random numbers of an image of counts come from.
enum class NoiseSource : std::uint8_t {
  reference,  // the sequence of nanoBragg.c, pixel after pixel
  counter,    // each pixel has its own, whatever is drawn for others
};

struct ReadOut {
  double flicker = 0.0;  // standard deviation of the factor of an image, about 1
  DeadTime dead_time;
  // How far from an edge of a pixel photons share their charge with the neighbour beyond, of the
  // pixel's width; at most ½, 0: nowhere. Photon counters, which have a dead time, share none.
  double charge_sharing = 0.0;
  Calibration calibration;
  double gain = 1.0;                // readings a photon, before any switching
  std::vector<GainStep> switching;  // at most two, each to a lower gain at a larger charge
  double noise = 0.0;               // of the electronics, standard deviation, readings
  // The reading of no photon. Unset: none is added but what the format of a file demands.
  std::optional<double> pedestal;
  // The largest number of the converter. Whatever is brighter gives this one.
  double largest = kLargestReading;
  BadPixels bad;
};

// Throws Error for numbers that no detector has.
void check(const ReadOut& read_out);

// The largest reading of an image. Readings of lower gains are scaled to those of the first.
double saturation(const ReadOut& read_out);

}  // namespace nanobragg
