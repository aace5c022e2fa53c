// The reference kernel: the C program's order of operations, and its quirks where they are asked
// for.
#pragma once

#include "nanobragg/kernel/interface/kernel.hpp"
#include "nanobragg/kernel/reference/formulas.hpp"

namespace nanobragg::kernel::reference {

// One thread, pixels in raster order: some quirks carry state from pixel to pixel.
template <class Real>
RunReport render(const plan::PanelPlan& plan, ImageView<Real> image, const RunOptions& options);

// Pixels before a traced one are computed as far as it depends on them: usually one is enough.
void trace(const plan::PanelPlan& plan, std::span<const PixelIndex> pixels,
           const TraceOptions& options, const RecordSink& sink);

// The record of one pixel that the plan renders, where a program computes it by these formulas.
PixelRecord changed_record(const ChangedFormulas& formulas, const plan::PanelPlan& plan,
                           PixelIndex pixel);

}  // namespace nanobragg::kernel::reference
