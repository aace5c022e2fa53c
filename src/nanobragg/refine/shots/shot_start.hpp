// What a shot is begun with, and judged by.
#pragma once

#include <vector>

#include "nanobragg/refine/shots/refine_shot.hpp"

namespace nanobragg::refine {

// Photons of the pixels of each box beside those that hold its spot: their median.
std::vector<double> medians_around(const ShotData& data);

// The boxes with most photons beside their background, at most so many, with their reflections.
ShotData strongest(const ShotData& data, std::size_t boxes);

// The photons of all spots by those that the model at its start sends to the same pixels.
double scale_of_start(const ShotData& data, const ShotLoss& start);

// Medians around as background, and no spots: what is known before anything is modelled.
ModelOfPixels model_without_spots(const ShotData& data);

// The mean of the larger of what a model expects of the spot and what is measured of it, over the
// pixels of the box that are at most two pixels away along each axis.
std::vector<double> spot_levels(const ShotData& data, const ModelOfPixels& model);

std::vector<double> model_variances(const ErrorModel& errors, const ShotData& data,
                                    const ModelOfPixels& model);
ErrorModel errors_of(const ShotData& data, const ModelOfPixels& model);

// How well a state describes the pixels, `free` of whose numbers were refined besides planes and
// factors.
ShotFit fit_of(const ShotData& data, const ShotLoss::State& state, const ModelOfPixels& model,
               std::span<const double> variances, std::size_t free);

}  // namespace nanobragg::refine
