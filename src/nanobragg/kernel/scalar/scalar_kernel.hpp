// The scalar kernel: the physics written plainly; knows nothing of the reference's quirks.
#pragma once

#include "nanobragg/kernel/kernel.hpp"

namespace nanobragg::kernel::scalar {

// A row of pixels a task, on options.threads threads.
template <class Real>
RunReport render(const plan::SamplingPlan& plan, std::size_t panel, ImageView<Real> image,
                 const RunOptions& options);

}  // namespace nanobragg::kernel::scalar
