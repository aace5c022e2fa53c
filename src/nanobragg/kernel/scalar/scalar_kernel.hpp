// The scalar kernel: the physics written plainly; knows nothing of the reference's quirks.
#pragma once

#include "nanobragg/kernel/interface/kernel.hpp"

namespace nanobragg::kernel::scalar {

// A row of pixels a task, on options.threads threads.
template <class Real>
RunReport render(const plan::PanelPlan& plan, ImageView<Real> image, const RunOptions& options);

void trace(const plan::PanelPlan& plan, std::span<const PixelIndex> pixels,
           const TraceOptions& options, const RecordSink& sink);

}  // namespace nanobragg::kernel::scalar
