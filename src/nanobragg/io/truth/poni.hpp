// Detector calibrations of pyFAI (.poni).
#pragma once

#include <filesystem>
#include <string>

#include "nanobragg/io/images/detector_image.hpp"

namespace nanobragg::io {

// Distance and point of normal incidence (PONI) of one panel, its three rotations, the wavelength
// (m, rad), and pixel size and shape of the detector, in version 2 of the format. pyFAI turns the
// point (slow − Poni1, fast − Poni2, Dist) by −Rot1, −Rot2 and Rot3 about its axes 1, 2, 3, of
// which 3 is the beam (Kieffer, Valls, Blanc & Hennig (2020), J. Synchrotron Rad. 27, 558). Axis 2
// is across the beam, along the spindle as far as that goes; axis 1 completes the three as slow,
// fast and normal of the panel do, so that azimuths have the sense in which the image is stored.
std::string poni(const ImageDescription& image);

// Throws Error for what the format has no words for: several panels, a curved detector.
void check_poni(const std::filesystem::path& path, const Experiment& experiment);
void write_poni(const std::filesystem::path& path, const DetectorImage& image);

}  // namespace nanobragg::io
