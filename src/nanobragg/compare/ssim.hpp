// Structural similarity: whether two images look alike in every small window.
#pragma once

#include "nanobragg/compare/image_pair.hpp"

namespace nanobragg::compare {

// Mean over the region of
//   (2 µx µy + C1)(2 σxy + C2) / ((µx² + µy² + C1)(σx² + σy² + C2)),  C1 = 0.01², C2 = 0.03²,
// Wang, Bovik, Sheikh & Simoncelli, IEEE Trans. Image Process. 13 (2004) 600, eq. 13, with their
// window: a Gaussian of σ = 1.5 pixels on 11 × 11, cut at the region's edge and its weights
// renormalised.
// A pixel v is taken as √(min(v, w)/w), 0 where negative: w is the 99.9th percentile of the
// positive pixels of both images, so that a few bright spots do not make the rest alike, and the
// root gives counting noise the same spread everywhere. 1: alike; swapping the images or scaling
// both changes nothing.
double structural_similarity(const ImagePair& pair);

}  // namespace nanobragg::compare
