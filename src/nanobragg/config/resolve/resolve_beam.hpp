// The beam and the spindle, resolved from flags, image headers and a source file.
#pragma once

#include <span>
#include <vector>

#include "nanobragg/config/options/settings.hpp"
#include "nanobragg/config/resolve/detector_frame.hpp"
#include "nanobragg/config/resolve/inputs.hpp"
#include "nanobragg/io/lists/spectrum_file.hpp"
#include "nanobragg/model/beam.hpp"
#include "nanobragg/model/spindle.hpp"

namespace nanobragg::config {

// One source for each point of a spectrum, all in the direction of the beam.
std::vector<Source> sources_of(std::span<const io::SpectrumPoint> spectrum,
                               const Vec3<double>& beam_direction);
// By weight.
Metre mean_wavelength(std::span<const Source> sources);

// The spectrum of the file of -geometry holds where no flag gives wavelengths.
Beam resolve_beam(const Inputs& inputs, const DetectorFrame& frame);

// The beam with what flags say of its polarisation and its fluence.
Beam with_beam_flags(const Beam& base, const Settings& settings);

// Whether every source counts alike.
bool ignores_source_weights(compat::QuirkSet quirks);

// Whether flags give wavelengths, or directions, which a spectrum of a file has not.
bool gives_wavelengths(const Settings& settings);

// Angles below 0 count as not given where the reference's quirk says so.
Spindle resolve_spindle(const Settings& settings, const HeaderGeometry& header,
                        const DetectorFrame& frame, compat::QuirkSet quirks);

// The spindle with what flags say of it. Of a count, a range and a step the file's own stay as far
// as they agree with those that are given.
Spindle with_spindle_flags(const Spindle& base, const Settings& settings, compat::QuirkSet quirks);

}  // namespace nanobragg::config
