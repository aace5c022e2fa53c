// The loss of a refinement and its derivatives, streamed over the pixels.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "nanobragg/image/gradient.hpp"
#include "nanobragg/refine/normal_loss.hpp"
#include "nanobragg/refine/panel_pixels.hpp"
#include "nanobragg/refine/problem.hpp"

namespace nanobragg::refine {

// The amplitude of a reflection, its mates included, as a coordinate: F = start·exp(scale·x).
struct FreeAmplitude {
  MillerIndex index;
  std::size_t position;    // in the table, one of those that show the reflection
  std::size_t reflection;  // among the unique ones of the table
};

class Objective : public NormalLoss {
 public:
  // Throws as refine() does.
  Objective(const Problem& problem, FreeParameters parameters);
  Objective(const Objective&) = delete;
  Objective& operator=(const Objective&) = delete;

  const FreeParameters& parameters() const { return parameters_; }
  std::span<const FreeAmplitude> amplitudes() const { return amplitudes_; }
  // What each coordinate moves: the parameters, then the amplitudes.
  std::span<const FreeParameter> coordinates() const { return coordinates_; }
  std::size_t size() const override { return coordinates_.size(); }
  // Coordinates that a matrix is computed of: all, or those of parameters where amplitudes are
  // many.
  std::size_t matrix_size() const;
  std::vector<std::string> names_in_matrix() const;
  std::size_t pixels() const override;
  std::span<const double> lower() const override { return limits_.lower; }
  std::span<const double> upper() const override { return limits_.upper; }
  std::span<const double> usual_step() const override { return limits_.usual_step; }

  // The loss from now on; at first that of the problem's options.
  void set_loss(const LossOptions& loss) {
    loss_ = loss;
    known_.reset();
  }
  // The brightness of the pixels that hold most photons: Σy²/Σy.
  double typical_brightness() const;

  // Draws the pixels of another step, where they are drawn; all of them without a step.
  void draw_pixels(std::optional<std::size_t> step);
  // What was evaluated last is known without computing it again.
  std::optional<Evaluation> evaluate(std::span<const double> x, Wanted wanted) const override;
  Experiment experiment_at(std::span<const double> x) const;
  // Of ln F for each unique reflection of the table: the inverse square of its standard
  // uncertainty, as if it were the only one that is refined.
  std::vector<double> amplitude_information(std::span<const double> x) const;
  // The photons of an observation, with the background where pixels count (a constant all over a
  // panel).
  Image<float> model_at(std::span<const double> x, std::size_t observation) const;
  // The mean background of each observation, photons a pixel that counts.
  std::vector<double> backgrounds_at(std::span<const double> x) const;
  // (observed − model)/√variance of an observation; 0 where no pixel counts.
  Image<float> residuals(const Image<float>& model, std::size_t observation) const;

 private:
  using Sums = Evaluation;  // that is being added up
  // One panel of one observation at some coordinates.
  struct Frame {
    const image::Differentiable& at;
    const PanelPixels& pixels;
    std::vector<Background> backgrounds;
    std::vector<double> photons;  // where the backgrounds had to be found; or empty

    double background(std::size_t pixel) const;
  };

  // An evaluation, and the backgrounds that it found.
  struct Known {
    std::vector<double> x;
    Wanted wanted;
    Evaluation evaluation;
    std::vector<std::vector<Background>> backgrounds;  // of each of pixels_
  };

  image::Differentiable differentiable(const Experiment& experiment, std::size_t observation) const;
  void for_each_frame(std::span<const double> x, const std::function<void(Frame&)>& visit) const;
  Frame frame_of(const image::Differentiable& at, std::span<const double> x, std::size_t i) const;
  void add_background(const Frame& frame, std::size_t first_row, Image<float>& image) const;
  Known evaluate_at(std::span<const double> x, Wanted wanted) const;
  bool knows(std::span<const double> x) const;
  // Work that goes through the pixels so many times, the first for the background, begins.
  void begin(std::size_t passes) const;
  // `pixels` more have been gone through.
  void advance(std::size_t pixels) const;
  class Progress : public ProgressSink {
   public:
    explicit Progress(const Objective& of) : of_(of) {}
    void advance(std::size_t pixels) override { of_.advance(pixels); }

   private:
    const Objective& of_;
  };
  void add_loss(const Frame& frame, Sums& to) const;
  void add_gradient(const Frame& frame, std::span<const double> x, Sums& to) const;
  void add_normal(const Frame& frame, std::span<const double> x, Wanted wanted, Sums& to) const;
  std::vector<double> slopes_at(std::span<const double> x) const;
  void add_restraints(std::span<const double> x, Sums& to) const;
  void choose_amplitudes();
  void add_coordinate(FreeParameter coordinate);

  const Problem& problem_;
  LossOptions loss_;
  FreeParameters parameters_;
  std::vector<FreeAmplitude> amplitudes_;
  std::vector<FreeParameter> coordinates_;
  struct Limits {
    std::vector<double> lower, upper, usual_step;
  };
  Limits limits_;                    // of the coordinates
  std::vector<PanelPixels> pixels_;  // by observation, then by panel

  mutable std::optional<Known> known_;         // with the loss and the pixels of now
  mutable std::atomic<std::size_t> seen_ = 0;  // pixels of an evaluation
  mutable std::size_t to_see_ = 0;
  mutable Progress progress_{*this};
};

}  // namespace nanobragg::refine
