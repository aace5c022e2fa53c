// What a photon counter counts of the photons that reach it.
#pragma once

#include "nanobragg/model/read_out.hpp"
#include "nanobragg/random/deviates.hpp"

namespace nanobragg::image::readout {

// The mean and the variance of what is counted of n photons, n ≥ 1, that reach a counter at rest at
// random times of the exposure T. With t = τ/T and x = n·t:
// - paralysable: a photon counts where none came in the τ before it. Of the n − 1 gaps between n
//   uniform points, k given ones are all longer than τ with the probability q_k = (1 − k·t)ⁿ
//   (Feller, An Introduction to Probability Theory and Its Applications II, I.7), so that exactly
//     mean = 1 + (n − 1) q₁,  variance = (n − 1) q₁ + (n − 1)(n − 2) q₂ − (n − 1)² q₁².
// - nonparalysable: a renewal process (Feller II, XI.4) of the mean rate λ has the mean
//   λT/(1 + λτ) + (λτ)²/2(1 + λτ)² and the variance λT/(1 + λτ)³; less what the scatter of n itself
//   makes of it,
//     mean = n/(1 + x) + x²/2(1 + x)² + x/(1 + x)³,  variance = n·x/(1 + x)⁴,
//   right to relative O(1/n).
struct CountMoments {
  double mean, variance;
};
CountMoments counted_moments(double photons, const DeadTime& dead_time);

// A draw of it. Where x is below 0.01, the lost ones are a Poisson deviate of their mean: their
// variance is right to 3 %. Else up to a hundred photons arrive one by one, and more are a normal
// deviate of those moments, rounded.
double counted(double photons, const DeadTime& dead_time, NumberedDeviates deviates);

}  // namespace nanobragg::image::readout
