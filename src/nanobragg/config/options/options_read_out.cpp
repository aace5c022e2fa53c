// The options of what a detector makes of photons. Any of them asks for a read-out.
#include "nanobragg/config/options/option_rows.hpp"

namespace nanobragg::config::rows {

using enum Range;

// From photons to those that are counted.
std::vector<Option> counting() {
  return {
      {"flicker",
       {"-flicker"},
       "f",
       "standard deviation of the beam's brightness from image to image, relative; 0 without it",
       &Settings::flicker,
       non_negative},
      {"dead_time_ns",
       {"-dead_time"},
       "ns",
       "dead time of a photon counter, during which it loses photons; they arrive evenly in the "
       "-exposure; 0 without it",
       &Settings::dead_time_ns,
       non_negative},
      {"count_rate_model",
       {"-count_rate_model"},
       "paralysable|nonparalysable",
       "whether a photon that is lost prolongs the dead time; paralysable without it",
       &Settings::count_rate_model},
      {"charge_sharing",
       {"-charge_sharing"},
       "w",
       "how far from an edge photons share their charge with the neighbouring pixel, of the "
       "pixel's "
       "width, up to 0.5; 0 without it",
       &Settings::charge_sharing,
       non_negative},
      {"calibration",
       {"-calibration"},
       "f",
       "standard deviation of the sensitivities of the pixels, relative, the same in every image; "
       "0 without it",
       &Settings::calibration,
       non_negative},
      {"calibration_seed",
       {"-calib_seed"},
       "n",
       "seed of those sensitivities; 123456789 without it",
       &Settings::calibration_seed,
       non_negative},
  };
}

// From photons to readings.
std::vector<Option> electronics() {
  return {
      {"gain", {"-gain"}, "counts", "counts a photon; 1 without it", &Settings::gain, positive},
      {"noise",
       {"-readout", "-readout_noise"},
       "counts",
       "standard deviation of the electronic noise; with it the pedestal -adc is in images of "
       "every format; 0 without it",
       &Settings::read_out_noise,
       non_negative},
      {"saturation",
       {"-saturation"},
       "counts",
       "largest reading, which brighter pixels have; without it that of -bits",
       &Settings::saturation,
       at_least_one},
      {"bits",
       {"-bits"},
       "n",
       "bits of the converter, up to 32; without it what the format of a file can hold",
       &Settings::bits,
       at_least_one},
      {"medium_gain",
       {"-medium_gain"},
       "counts",
       "counts a photon of an integrating pixel from -medium_gain_from on; readings are given on "
       "the scale of -gain",
       &Settings::medium_gain,
       positive},
      {"medium_gain_from",
       {"-medium_gain_from"},
       "photons",
       "charge at which a pixel switches to -medium_gain",
       &Settings::medium_gain_from,
       positive},
      {"low_gain",
       {"-low_gain"},
       "counts",
       "the same of the lowest gain, from -low_gain_from on",
       &Settings::low_gain,
       positive},
      {"low_gain_from",
       {"-low_gain_from"},
       "photons",
       "charge at which a pixel switches to -low_gain",
       &Settings::low_gain_from,
       positive},
  };
}

// Pixels that are bad, and where noise comes from.
std::vector<Option> bad_pixels_and_noise() {
  return {
      {"dead_pixels",
       {"-dead_pixels"},
       "n",
       "pixels that measure nothing: below 1 a fraction, else a number; 0 without it",
       &Settings::dead_pixels,
       non_negative},
      {"hot_pixels",
       {"-hot_pixels"},
       "n",
       "pixels that count photons that are not there: below 1 a fraction, else a number; 0 without "
       "it",
       &Settings::hot_pixels,
       non_negative},
      {"hot_photons",
       {"-hot_photons"},
       "photons",
       "mean of what a hot pixel counts in an image without light; 1000 without it",
       &Settings::hot_photons,
       positive},
      {"bad_pixel_seed",
       {"-badpix_seed"},
       "n",
       "seed of the choice of dead and hot pixels; 1 without it",
       &Settings::bad_pixel_seed,
       non_negative},
      {"noise_source",
       {"-rng"},
       "reference|counter",
       "random numbers of -noisefile: the sequence of nanoBragg.c, or each pixel's own, as the "
       "images of -out have them, with the whole read-out; reference without it where no read-out "
       "is asked for",
       &Settings::noise_source},
  };
}

}  // namespace nanobragg::config::rows
