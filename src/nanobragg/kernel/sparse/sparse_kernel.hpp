// The kernel that starts from the reflections: work only where there is light.
#pragma once

#include "nanobragg/kernel/interface/kernel.hpp"
#include "nanobragg/kernel/pixel/patch.hpp"

namespace nanobragg::kernel::sparse {

// Photons of every pixel, less what plan.sampling.cull allows to be left out. Throws UsageError for
// curved detectors and for interpolated F. `sum_patch` does the work on the pixels.
template <class Real>
RunReport render(const plan::PanelPlan& plan, ImageView<Real> image, const RunOptions& options,
                 SumPatch sum_patch);

// Whether it is expected to be faster than going through all pixels and steps; false for what it
// cannot do.
bool is_worthwhile(const plan::PanelPlan& plan);

}  // namespace nanobragg::kernel::sparse
