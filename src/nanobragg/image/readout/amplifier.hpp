// From the photons in a pixel to the number that its converter gives.
#pragma once

#include "nanobragg/model/read_out.hpp"
#include "nanobragg/random/deviates.hpp"

namespace nanobragg::image::readout {

// The reading of so many photons, which need not be whole, in the gain g to which their charge
// switches the pixel:
//   converted = round(photons·g + noise·z + pedestal), cut to 0 … largest, z a normal deviate,
//   reading   = converted                                             in the first gain,
//               round((converted − pedestal)·gain/g + pedestal)       in a lower one.
// Files hold the reading on the scale of the first gain, as those that facilities convert do: the
// coarser steps of a lower gain, and its larger noise, show. Draws a deviate where there is noise.
double reading(double photons, const ReadOut& read_out, NumberedDeviates deviates);

}  // namespace nanobragg::image::readout
