// The stages of a panel's image after the crystal, in their order: a new one has a row in each of
// these functions.
#pragma once

#include <cstddef>

#include "nanobragg/image/amorphous.hpp"
#include "nanobragg/image/background.hpp"
#include "nanobragg/image/beamstop_shadow.hpp"
#include "nanobragg/image/measured_backgrounds.hpp"
#include "nanobragg/kernel/interface/kernel.hpp"
#include "nanobragg/kernel/interface/pixel_record.hpp"

namespace nanobragg::image {

// Of one panel of a plan; plan and curves outlive it. Thread-safe.
class Stages {
 public:
  // The background is left out where the kernel has put it in.
  Stages(const plan::PanelPlan& plan, kernel::Water water, const AmorphousCurves& curves)
      : background_(plan, water),
        amorphous_(plan, curves),
        profiles_(plan, curves),
        shadow_(plan),
        images_(plan) {}

  // Whether an image is what the kernel makes of it.
  bool are_absent() const {
    return background_.is_dark() && amorphous_.is_absent() && profiles_.is_absent() &&
           shadow_.is_absent() && images_.is_absent();
  }

  // To the pixels that the plan renders of an image of the panel.
  template <class Real>
  void apply_to(ImageView<Real> image, std::size_t threads) const {
    background_.apply_to(image, threads);
    amorphous_.apply_to(image, threads);
    profiles_.apply_to(image, threads);
    shadow_.apply_to(image, threads);
    images_.apply_to(image, threads);
  }
  // To photons and their derivatives by the inputs of the plan and by amplitudes.
  void apply_to(const kernel::PixelBatch& batch, kernel::PixelSlopes& slopes) const {
    background_.apply_to(batch, slopes);
    amorphous_.apply_to(batch, slopes);
    profiles_.apply_to(batch, slopes);
    shadow_.apply_to(batch, slopes);
    images_.apply_to(batch, slopes);
  }
  // To the record of a pixel.
  void apply_to(kernel::PixelRecord& record) const {
    background_.apply_to(record);
    amorphous_.apply_to(record);
    profiles_.apply_to(record);
    record.transmission = shadow_.transmission(record.pixel);
    record.photons *= record.transmission;
    images_.apply_to(record);
  }

 private:
  Background background_;
  Amorphous amorphous_;
  ProfileBackground profiles_;
  BeamstopShadow shadow_;
  ImageBackground images_;
};

}  // namespace nanobragg::image
