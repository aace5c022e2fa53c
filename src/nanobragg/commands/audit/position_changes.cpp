// Positions of pixels on the detector, and the factors of the place: solid angle and capture.
#include <cmath>
#include <numbers>

#include "nanobragg/commands/audit/generators.hpp"

namespace nanobragg::commands {
namespace {

using kernel::reference::Formulas;
using kernel::reference::LayerOnPath;
using physics::PanelGeometry;
using physics::SensorPoint;

// A point of the sensor moved along fast and slow, in pixels.
void add_shift(Changes& changes, const char* name, const char* does, double fast, double slow) {
  changes.formulas(name, does, [=](ChangedFormulas& f) {
    f.position = [=, position = f.position](const SensorPoint& point,
                                            const PanelGeometry<double>& panel) {
      return position(point, panel) + panel.pixel_size * (fast * panel.fast + slow * panel.slow);
    };
  });
}

void add_pixels(Changes& changes, const Scene& scene) {
  add_shift(changes, "half_pixel_early", "takes the corner of a pixel for its centre", -0.5, -0.5);
  add_shift(changes, "half_pixel_late", "adds half a pixel twice", 0.5, 0.5);
  add_shift(changes, "half_pixel_early_fast", "leaves out half a pixel along fast", -0.5, 0.0);
  add_shift(changes, "half_pixel_early_slow", "leaves out half a pixel along slow", 0.0, -0.5);
  add_shift(changes, "pixel_early_fast", "counts pixels along fast from 1", -1.0, 0.0);
  add_shift(changes, "pixel_early_slow", "counts pixels along slow from 1", 0.0, -1.0);
  add_shift(changes, "pixel_early", "is one pixel too low on both axes", -1.0, -1.0);
  add_shift(changes, "pixel_late_fast", "is one pixel too high along fast", 1.0, 0.0);
  add_shift(changes, "pixel_late_slow", "is one pixel too high along slow", 0.0, 1.0);
  add_shift(changes, "pixel_late", "is one pixel too high on both axes", 1.0, 1.0);
  const double n = scene.plan.sampling.oversample;
  if (n > 1.0) {
    add_shift(changes, "half_subpixel_early", "takes the corner of a sub-pixel for its centre",
              -0.5 / n, -0.5 / n);
    add_shift(changes, "half_subpixel_late", "adds half a sub-pixel twice", 0.5 / n, 0.5 / n);
    add_shift(changes, "half_pixel_for_half_subpixel",
              "adds half a pixel to the position of a sub-pixel instead of half a sub-pixel",
              0.5 - 0.5 / n, 0.5 - 0.5 / n);
    changes.formulas("subpixels_a_pixel_apart", "places sub-pixels a whole pixel apart",
                     [n](ChangedFormulas& f) {
                       f.position = [n, position = f.position](const SensorPoint& point,
                                                               const PanelGeometry<double>& panel) {
                         const double apart = panel.pixel_size * (1.0 - 1.0 / n);
                         const auto fast = static_cast<double>(point.sub.fast);
                         const auto slow = static_cast<double>(point.sub.slow);
                         return position(point, panel) +
                                apart * (fast * panel.fast + slow * panel.slow);
                       };
                     });
    changes.formulas("subpixels_in_one_place", "evaluates every sub-pixel at the pixel's centre",
                     [](ChangedFormulas& f) {
                       f.position = [](const SensorPoint& point, PanelGeometry<double> panel) {
                         panel.oversample = 1;
                         return Formulas::position({point.pixel, {0, 0}, point.layer}, panel);
                       };
                     });
    changes.formulas("subpixels_swapped", "takes a sub-pixel's fast number for its slow one",
                     [](ChangedFormulas& f) {
                       f.position = [position = f.position](const SensorPoint& point,
                                                            const PanelGeometry<double>& panel) {
                         const PixelIndex sub{point.sub.fast, point.sub.slow};
                         return position({point.pixel, sub, point.layer}, panel);
                       };
                     });
  }
  changes.add("swapped_pixel", "takes the fast index of a pixel for the slow one").pixel =
      [](PixelIndex pixel) {
        return PixelIndex{pixel.fast, pixel.slow};
      };
  const ImageShape shape = scene.plan.detector.panels.front().shape;
  changes.add("pixel_from_far_fast_edge", "counts pixels along fast from the far edge").pixel =
      [shape](PixelIndex pixel) {
        return PixelIndex{pixel.slow, shape.fast - 1 - pixel.fast};
      };
  changes.add("pixel_from_far_slow_edge", "counts pixels along slow from the far edge").pixel =
      [shape](PixelIndex pixel) {
        return PixelIndex{shape.slow - 1 - pixel.slow, pixel.fast};
      };
}

void add_layers(Changes& changes, const Scene& scene) {
  if (scene.plan.detector.layers.range == 0.0) return;
  const auto moved = [&](const char* name, const char* does, double share, double more) {
    changes.formulas(name, does, [=](ChangedFormulas& f) {
      f.position = [=, position = f.position](const SensorPoint& point,
                                              const PanelGeometry<double>& panel) {
        const double depth = (share * point.layer + more) * panel.layer.thickness;
        return position(point, panel) + depth * panel.normal;
      };
    });
  };
  moved("layers_in_front", "moves layers of the sensor towards the sample", -2.0, 0.0);
  moved("layers_in_one_place", "puts every layer of the sensor at its front", -1.0, 0.0);
  moved("layers_at_middle", "puts a layer of the sensor at its middle, not at its front", 0.0, 0.5);
  moved("layers_at_back", "puts a layer of the sensor at its back, not at its front", 0.0, 1.0);
}

template <class Edit>
void add_captured(Changes& changes, const char* name, const char* does, Edit edit) {
  changes.formulas(name, does, [=](ChangedFormulas& f) {
    f.captured = [=](const LayerOnPath& layer) { return edit(layer); };
  });
}

double captured_at_cosine(LayerOnPath layer, double cosine) {
  layer.cosine = cosine;
  return Formulas::captured(layer);
}

// Another slant or depth, another sign.
void add_slants(Changes& changes) {
  add_captured(changes, "capture_opposite", "subtracts what reaches a layer from what leaves it",
               [](const LayerOnPath& layer) { return -Formulas::captured(layer); });
  add_captured(changes, "capture_by_squared_cosine",
               "divides the path through the sensor by the cosine of the slant twice",
               [](const LayerOnPath& layer) {
                 return captured_at_cosine(layer, layer.cosine * layer.cosine);
               });
  add_captured(
      changes, "capture_by_root_of_cosine",
      "divides the path through the sensor by the square root of the cosine of the slant",
      [](const LayerOnPath& layer) { return captured_at_cosine(layer, std::sqrt(layer.cosine)); });
  add_captured(
      changes, "capture_not_of_layer_before", "takes what reaches a layer for what it captures",
      [](const LayerOnPath& layer) {
        return std::exp(-layer.number * layer.thickness * layer.attenuation_per_m / layer.cosine);
      });
  add_captured(changes, "capture_of_half_depth",
               "takes the half-value depth for the attenuation depth", [](LayerOnPath layer) {
                 layer.attenuation_per_m *= std::numbers::ln2;
                 return Formulas::captured(layer);
               });
  add_captured(changes, "capture_of_depth_as_half",
               "takes the attenuation depth for a half-value depth", [](LayerOnPath layer) {
                 layer.attenuation_per_m /= std::numbers::ln2;
                 return Formulas::captured(layer);
               });
  add_captured(changes, "capture_of_thin_layer",
               "takes the path times the coefficient for what a layer captures",
               [](const LayerOnPath& layer) {
                 return layer.thickness * layer.attenuation_per_m / layer.cosine;
               });
}

void add_captures(Changes& changes, const Scene& scene) {
  if (scene.plan.detector.layers.range == 0.0) return;
  const double layers = scene.plan.detector.layers.count;
  add_captured(changes, "capture_without_parallax",
               "leaves the slant of the ray (parallax) out of what a layer of the sensor captures",
               [](const LayerOnPath& layer) { return captured_at_cosine(layer, 1.0); });
  add_captured(
      changes, "capture_times_cosine",
      "multiplies the path through the sensor by the cosine of the slant instead of dividing",
      [](const LayerOnPath& layer) { return captured_at_cosine(layer, 1.0 / layer.cosine); });
  add_captured(changes, "capture_of_whole_path", "takes what all layers down to this one capture",
               [](const LayerOnPath& layer) {
                 LayerOnPath all = layer;
                 all.number = 0;
                 all.thickness *= layer.number + 1;
                 return Formulas::captured(all);
               });
  add_captured(changes, "capture_of_first_layer", "takes the capture of the first layer for each",
               [](LayerOnPath layer) {
                 layer.number = 0;
                 return Formulas::captured(layer);
               });
  add_captured(changes, "capture_one_layer_deeper",
               "takes the capture of the next layer (counts from 1)", [](LayerOnPath layer) {
                 layer.number += 1;
                 return Formulas::captured(layer);
               });
  add_captured(changes, "capture_is_transmission",
               "takes what a layer lets through for what it captures",
               [](const LayerOnPath& layer) { return 1.0 - Formulas::captured(layer); });
  add_captured(changes, "capture_by_depth_reciprocal",
               "takes the attenuation depth for the attenuation coefficient",
               [](LayerOnPath layer) {
                 layer.attenuation_per_m = 1.0 / layer.attenuation_per_m;
                 return Formulas::captured(layer);
               });
  add_captured(changes, "capture_of_whole_sensor",
               "takes the capture of the whole sensor for each layer", [layers](LayerOnPath layer) {
                 layer.number = 0;
                 layer.thickness *= layers;
                 return Formulas::captured(layer);
               });
  add_captured(changes, "capture_sign_of_normal", "has the slant of the ray with the opposite sign",
               [](const LayerOnPath& layer) { return captured_at_cosine(layer, -layer.cosine); });
}

// Layers of another thickness than the plan's.
void add_thicknesses(Changes& changes, const Scene& scene) {
  const plan::SteppedRange layers = scene.plan.detector.layers;
  if (layers.range == 0.0) return;
  const auto thick = [&](const char* name, const char* does, double step) {
    changes.plan(name, does,
                 [step](plan::SamplingPlan& plan) { plan.detector.layers.step = step; });
  };
  const double n = layers.count;
  thick("layer_over_n", "divides the thickness of the sensor by the number of layers n, not n - 1",
        layers.range / n);
  thick("layer_over_n_less_1", "divides the thickness of the sensor by n - 1",
        layers.range / (n > 1.0 ? n - 1.0 : 1.0));
  thick("layer_over_n_more_1", "divides the thickness of the sensor by n + 1",
        layers.range / (n + 1.0));
  thick("layer_of_whole", "takes the thickness of the sensor for that of each layer", layers.range);
}

void add_solid_angles(Changes& changes, const Scene& scene) {
  const auto scaled = [&](const char* name, const char* does, auto factor) {
    changes.formulas(name, does, [=](ChangedFormulas& f) {
      f.solid_angle = [=, angle = f.solid_angle](const PanelGeometry<double>& panel,
                                                 const Vector& position) {
        return angle(panel, position) * factor(panel, length(position), position);
      };
    });
  };
  using Panel = PanelGeometry<double>;
  scaled("obliquity_left_out", "leaves the obliquity out of the solid angle",
         [](const Panel& panel, double r, const Vector&) { return r / panel.close_distance; });
  scaled("obliquity_twice", "multiplies the solid angle by the obliquity twice",
         [](const Panel& panel, double r, const Vector&) { return panel.close_distance / r; });
  scaled("obliquity_inverted", "divides the solid angle by the obliquity",
         [](const Panel& panel, double r, const Vector&) {
           return r / panel.close_distance * r / panel.close_distance;
         });
  scaled("obliquity_of_distance",
         "takes the distance along the beam for that along the normal in "
         "the obliquity",
         [](const Panel& panel, double, const Vector&) {
           return panel.distance / panel.close_distance;
         });
  scaled("obliquity_is_cos_twotheta", "takes cos 2 theta for the obliquity",
         [](const Panel& panel, double, const Vector& position) {
           return dot(panel.beam, position) / panel.close_distance;
         });
  scaled("obliquity_of_normal", "takes the cosine at the pixel's own place for the obliquity",
         [](const Panel& panel, double, const Vector& position) {
           return dot(panel.normal, position) / panel.close_distance;
         });
  scaled("solid_angle_by_distance",
         "divides by the detector's distance instead of the pixel's in "
         "the solid angle",
         [](const Panel& panel, double r, const Vector&) {
           return r * r / panel.distance / panel.distance;
         });
  scaled("solid_angle_by_close_distance",
         "divides by the distance along the normal instead of the pixel's in the solid angle",
         [](const Panel& panel, double r, const Vector&) {
           return r * r / panel.close_distance / panel.close_distance;
         });
  scaled("solid_angle_of_detector",
         "divides by the detector's distance, without obliquity, in the solid angle",
         [](const Panel& panel, double r, const Vector&) {
           return r * r * r / panel.distance / panel.distance / panel.close_distance;
         });
  const double n = scene.plan.sampling.oversample;
  if (n == 1.0) return;
  scaled("solid_angle_of_subpixel", "takes the solid angle of a sub-pixel for that of the pixel",
         [n](const Panel&, double, const Vector&) { return 1.0 / (n * n); });
}

}  // namespace

void add_positions(Changes& changes, const Scene& scene) {
  add_pixels(changes, scene);
  add_layers(changes, scene);
  add_captures(changes, scene);
  if (scene.plan.detector.layers.range > 0.0) add_slants(changes);
  add_thicknesses(changes, scene);
  add_solid_angles(changes, scene);
}

}  // namespace nanobragg::commands
