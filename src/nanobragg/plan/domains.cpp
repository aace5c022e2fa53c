// Draws the orientations of mosaic domains.
#include "nanobragg/plan/domains.hpp"

#include "nanobragg/random/rotation_cap.hpp"
#include "nanobragg/random/uniform_stream.hpp"

namespace nanobragg::plan {

std::vector<Mat3<double>> mosaic_domains(const Mosaicity& mosaicity) {
  UniformStream stream(mosaicity.seed);
  std::vector<Mat3<double>> rotations;
  for (int i = 0; i < mosaicity.domains; ++i) {
    rotations.push_back(random_rotation(static_cast<float>(mosaicity.spread.value()), stream));
  }
  // The first is aligned only after its deviates are drawn, so that the others do not shift.
  rotations.front() = Mat3<double>::identity();
  return rotations;
}

}  // namespace nanobragg::plan
