// How well a list of amplitudes says that it knows them.
#pragma once

#include <string>
#include <vector>

#include "nanobragg/config/resolve/amplitude_file.hpp"
#include "nanobragg/model/miller_index.hpp"

namespace nanobragg::config {

struct RelativeSigma {
  MillerIndex index;  // as the file lists it, F(−) by the index of its mate
  double sigma;       // of |F|, relative to it
};

// From the column of standard uncertainties that belongs to that of the amplitudes: SIGF beside F,
// F_meas_sigma_au beside F_meas_au. Half of σ(I)/I where the file has intensities. Empty where there
// is no such column, and for lists without columns and models.
std::vector<RelativeSigma> amplitude_sigmas(const Settings& settings, const AmplitudeFile& file);

}  // namespace nanobragg::config
