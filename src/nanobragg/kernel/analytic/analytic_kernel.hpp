// The kernel that integrates spots in closed form.
#pragma once

#include "nanobragg/kernel/interface/kernel.hpp"

namespace nanobragg::kernel::analytic {

// Of plans that have closed forms (why_not in spot_list.hpp). In double precision, whatever is
// asked for: what it costs is to find the pixels.
template <class Real>
RunReport render(const plan::PanelPlan& plan, ImageView<Real> image, const RunOptions& options);

}  // namespace nanobragg::kernel::analytic
