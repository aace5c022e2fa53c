// The options of sampling, of the files written and of the run itself.
#include "nanobragg/config/options/option_rows.hpp"

namespace nanobragg::config::rows {

using enum Range;
using enum Effect;

// How finely, and which pixels.
std::vector<Option> sampling() {
  return {
      {"oversample",
       {"-oversample"},
       "n",
       "sub-pixels along each axis of a pixel; 0: automatic, from the crystal's size",
       &Settings::oversample,
       non_negative},
      {"background_oversample",
       {"-background_oversample"},
       "n",
       "sub-pixels along each axis of a pixel for -background; 0: automatic, as many as its tables "
       "need",
       &Settings::background_oversample,
       non_negative},
      {"oversample_thick",
       {{"-oversample_thick", "true"}},
       "",
       "computes the sensor's absorption for every sub-pixel",
       &Settings::oversample_thick},
      {"oversample_polar",
       {{"-oversample_polar", "true"}},
       "",
       "computes the polarisation for every sub-pixel and source",
       &Settings::oversample_polar},
      {"oversample_omega",
       {{"-oversample_omega", "true"}},
       "",
       "computes the solid angle for every sub-pixel",
       &Settings::oversample_omega},
      {"interpolate",
       {{"-interpolate", "true"}, {"-nointerpolate", "false"}},
       "",
       "whether amplitudes are interpolated between reflections; automatic: where Na, Nb or Nc is "
       "at "
       "most 2",
       &Settings::interpolate},
      {"dmin_A",
       {"-dmin"},
       "Å",
       "resolution limit: what scatters at a smaller spacing is skipped; 0: none",
       &Settings::dmin_A,
       non_negative},
      {"roi_pixels",
       {"-roi"},
       "xmin xmax ymin ymax",
       "renders these pixels alone, both ends included: fast, then slow",
       &Settings::roi,
       non_negative},
      {"mask_file",
       {"-mask"},
       "FILE",
       "SMV image whose zeros are skipped, and whose header gives geometry as -img does",
       &Settings::mask_file},
  };
}

// Files to write.
std::vector<Option> files() {
  return {
      {"files",
       {"-out"},
       "FILE",
       "image in the format that the end of its name states: .bin, .img, .cbf, .tif, .png, .nxs, "
       ".h5; may be repeated; with it, the files below are written only where they are named",
       Gathered{&Settings::out_files}},
      {"float_file",
       {"-floatfile", "-floatimage"},
       "FILE",
       "photons a pixel, 4-byte floats",
       &Settings::float_file},
      {"int_file",
       {"-intfile", "-intimage"},
       "FILE",
       "SMV image without noise",
       &Settings::int_file},
      {"noise_file",
       {"-noisefile", "-noiseimage"},
       "FILE",
       "SMV image with photon noise",
       &Settings::noise_file,
       any,
       turns_noise_on},
      {"noise",
       {{"-nonoise", "false"}},
       "",
       "whether the image with noise is written; -noisefile after it turns it on again",
       &Settings::noise},
      {"pgm_file",
       {"-pgmfile", "-pgmimage"},
       "FILE",
       "grey 8-bit preview",
       &Settings::pgm_file,
       any,
       turns_pgm_on},
      {"pgm",
       {{"-nopgm", "false"}},
       "",
       "whether the grey preview is written; -pgmfile or -pgmscale after it turns it on again",
       &Settings::pgm},
      {"png_file",
       {"-pngfile"},
       "FILE",
       "coloured 8-bit preview with rings of resolution; without it none is written",
       &Settings::png_file},
      {"reflections_file",
       {"-write_reflections"},
       "FILE",
       "the amplitudes of the run: .mtz, .cif (unique reflections, with cell, symmetry and "
       "wavelength) or .hkl (h k l F, all of P1)",
       &Settings::reflections_file},
      {"predictions_file",
       {"-reflections"},
       "FILE",
       "where reflections fall, their widths, partialities and photons: .csv or .refl (DIALS)",
       &Settings::predictions_file},
  };
}

// From photons to counts.
std::vector<Option> counts() {
  return {
      {"scale",
       {"-scale"},
       "s",
       "counts a photon in the image without noise; 0: automatic, the maximum at 55000",
       &Settings::scale,
       non_negative},
      {"adc", {"-adc"}, "counts", "added to every pixel of both SMV images", &Settings::adc},
      {"pgm_scale",
       {"-pgmscale"},
       "s",
       "grey levels a photon in the preview; 0: automatic",
       &Settings::pgm_scale,
       non_negative,
       turns_pgm_on},
      {"seed",
       {"-seed"},
       "n",
       "seed of the photon noise; without it the time; below 0: continues the random numbers of "
       "the mosaic domains",
       &Settings::seed,
       seed},
  };
}

// How it is computed.
std::vector<Option> computing() {
  return {
      {"compat",
       {"-compat"},
       "MODE[,+QUIRK][,-QUIRK]",
       "physical: the physics; reference: what nanoBragg.c computes, bit for bit; oracle: the same "
       "with its authors' three unmerged fixes; then quirks by name, to reproduce (+) or repair "
       "(-)",
       &Settings::compat},
      {"kernel",
       {"-kernel"},
       "NAME",
       "the implementation that computes the image; without it the best for -compat",
       &Settings::kernel},
      {"cull_photons",
       {"-cull"},
       "photons",
       "lets sparse rendering leave out less than this of any pixel",
       &Settings::cull_photons,
       positive},
      {"dtype",
       {"-dtype"},
       "float64|float32",
       "the arithmetic in which a pixel is computed; without it float32 where that keeps within "
       "5e-6 of float64 (kernels auto, simd, sparse), else float64",
       &Settings::precision},
      {"threads",
       {"-threads"},
       "n",
       "threads that compute at once; without it one a processor",
       &Settings::threads,
       at_least_one},
      {"experiment_file",
       {"-experiment_file"},
       "FILE",
       "the whole experiment from a file that -out NAME.json, a series or a refinement wrote; "
       "flags of the spindle, the sampling and some of the crystal and the beam change it, others "
       "that describe an experiment are errors",
       &Settings::experiment_file},
      {"",
       {"-config"},
       "FILE",
       "reads options from a TOML file; flags win over it",
       &Settings::config_file},
      {"",
       {{"-show_config", "true"}},
       "",
       "prints the resolved experiment as a TOML file for -config",
       &Settings::show_config},
  };
}

// What is printed.
std::vector<Option> console() {
  return {
      {"printout",
       {{"-printout", "true"}},
       "",
       "prints the values of all pixels",
       &Settings::printout},
      {"printout_pixel_fast_slow",
       {"-printout_pixel"},
       "fast slow",
       "prints the values of one pixel",
       &Settings::printout_pixel,
       non_negative,
       turns_printout_on},
      {"trace_pixel_slow_fast",
       {"-trace_pixel"},
       "slow fast",
       "prints every step of the computation of one pixel",
       &Settings::trace_pixel,
       non_negative},
      {"progress",
       {{"-progress", "true"}, {"-noprogress", "false"}},
       "",
       "whether lines of \"N% done\" are printed; automatic: a bar where there is a terminal",
       &Settings::progress},
      {"quiet", {{"-quiet", "true"}}, "", "prints warnings and errors alone", &Settings::quiet},
      {"verbose", {{"-verbose", "true"}}, "", "prints more about each stage", &Settings::verbose},
  };
}

// Users' scripts carry these, and the reference ignores them.
std::vector<Option> ignored() {
  return {
      {"",
       {"-dispstep", "-hdiv", "-vdiv", "-molec", "-stolout"},
       "value",
       "taken with its value, and ignored",
       IgnoredValue::one},
      {"", {"-coherent"}, "", "ignored", IgnoredValue::none},
  };
}

}  // namespace nanobragg::config::rows
