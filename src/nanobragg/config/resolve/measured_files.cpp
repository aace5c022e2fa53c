// Tables become photons by sin θ/λ, images photons a pixel.
#include "nanobragg/config/resolve/measured_files.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <numbers>
#include <system_error>
#include <utility>

#include "nanobragg/base/error.hpp"
#include "nanobragg/config/resolve/convert.hpp"
#include "nanobragg/config/resolve/geometry.hpp"
#include "nanobragg/config/resolve/resolution.hpp"
#include "nanobragg/config/resolve/resolve_beam.hpp"
#include "nanobragg/io/images/plain_images.hpp"
#include "nanobragg/io/images/registry.hpp"
#include "nanobragg/model/panel_stack.hpp"

namespace nanobragg::config {
namespace {

using io::RadialArgument;
using io::Validity;

constexpr double kPerAngstrom = 1e-10;  // of what is given per metre

// Raw floats say nothing of their shape: one row, until the detector is known.
std::optional<ImageShape> shape_of_raw(const std::string& name) {
  const io::ImageFormat* const format = io::find_format(name);
  if (format == nullptr || format->name != io::kRawFloats) return std::nullopt;
  std::error_code unknown;
  const auto bytes = std::filesystem::file_size(name, unknown);
  if (unknown || bytes == 0) return std::nullopt;
  return ImageShape{1, static_cast<std::size_t>(bytes) / sizeof(float)};
}

double stol_of_angle(double two_theta_rad, double wavelength_m) {
  return kPerAngstrom * std::sin(two_theta_rad / 2.0) / wavelength_m;
}

// sin θ/λ, Å⁻¹, of a row of a table.
double stol_of(RadialArgument argument, double at, const PanelValues& panel, double wavelength_m) {
  const auto of_radius = [&](double metres) {
    return stol_of_angle(std::atan2(metres, panel.distance.value()), wavelength_m);
  };
  switch (argument) {
    case RadialArgument::spacing_A:
      return 0.5 / at;
    case RadialArgument::inverse_d_per_A:
      return 0.5 * at;
    case RadialArgument::stol_per_A:
      return at;
    case RadialArgument::q_per_A:
      return at / (4.0 * std::numbers::pi);
    case RadialArgument::q_per_nm:
      return 0.1 * at / (4.0 * std::numbers::pi);
    case RadialArgument::two_theta_deg:
      return stol_of_angle(radians_from_degrees(at), wavelength_m);
    case RadialArgument::two_theta_rad:
      return stol_of_angle(at, wavelength_m);
    case RadialArgument::radius_mm:
      return of_radius(metres_from_mm(at));
    case RadialArgument::radius_px:
      return of_radius(at * panel.pixel_size.value());
  }
  return at;
}

RadialPhotons profile_of(const io::RadialTable& table, const PanelValues& panel,
                         double wavelength_m) {
  RadialPhotons profile{{}, table.photons};
  for (const double at : table.at) {
    profile.stol_per_A.push_back(stol_of(table.argument, at, panel, wavelength_m));
  }
  if (profile.stol_per_A.front() > profile.stol_per_A.back()) {
    std::ranges::reverse(profile.stol_per_A);
    std::ranges::reverse(profile.photons);
  }
  return profile;
}

// Pixels by how far from the beam they are.
class Rings {
 public:
  Rings(const std::vector<Panel>& panels, const BeamValues& beam)
      : panels_(panels), incident_(beam.direction) {
    const double wavelength_A = beam.wavelength.value() / kPerAngstrom;
    const double largest_sine = 0.5 * wavelength_A / best_resolution_A(panels, beam);
    rings_per_sine_ = static_cast<double>(kCount) / largest_sine;
  }
  static constexpr std::size_t kCount = 500;

  // Calls visit(pixel of the stack, ring) for each pixel.
  template <class Visit>
  void for_each(Visit visit) const {
    const PanelStack stack = stack_of(panels_);
    for (std::size_t k = 0; k < panels_.size(); ++k) {
      const PanelValues& panel = *panels_[k];
      const double pixel = panel.pixel_size.value();
      for (std::size_t slow = 0; slow < panel.shape.slow; ++slow) {
        for (std::size_t fast = 0; fast < panel.shape.fast; ++fast) {
          const Vec3<double> position = panel.corner_m +
                                        (pixel * (static_cast<double>(fast) + 0.5)) * panel.fast +
                                        (pixel * (static_cast<double>(slow) + 0.5)) * panel.slow;
          const double sine = 0.5 * length(unit(position) - incident_);
          const auto ring = static_cast<std::size_t>(sine * rings_per_sine_);
          visit(PixelIndex{stack.first_row[k] + slow, fast}, std::min(ring, kCount - 1));
        }
      }
    }
  }

 private:
  const std::vector<Panel>& panels_;
  Vec3<double> incident_;
  double rings_per_sine_;
};

// The median of each ring; of one without pixels, that of the nearest that has some.
std::vector<double> medians_of(std::vector<std::vector<double>>& rings) {
  std::vector<std::optional<double>> found(rings.size());
  for (std::size_t i = 0; i < rings.size(); ++i) {
    if (rings[i].empty()) continue;
    const auto middle = rings[i].begin() + static_cast<std::ptrdiff_t>(rings[i].size() / 2);
    std::ranges::nth_element(rings[i], middle);
    found[i] = *middle;
  }
  std::vector<double> medians(rings.size());
  for (std::size_t i = 0; i < rings.size(); ++i) {
    for (std::size_t away = 0; away < rings.size(); ++away) {
      const auto at = [&](std::size_t j) { return j < found.size() ? found[j] : std::nullopt; };
      const auto median = at(i - away) ? at(i - away) : at(i + away);
      if (!median) continue;
      medians[i] = *median;
      break;
    }
  }
  return medians;
}

// Returns how many were filled.
std::size_t fill(Image<double>& photons, const Image<Validity>& validity, const Rings& rings) {
  const auto missing = static_cast<std::size_t>(
      std::ranges::count_if(validity.pixels(), [](Validity v) { return v != Validity::valid; }));
  if (missing == 0) return 0;
  std::vector<std::vector<double>> by_ring(Rings::kCount);
  rings.for_each([&](PixelIndex pixel, std::size_t ring) {
    if (validity[pixel] == Validity::valid) by_ring[ring].push_back(photons[pixel]);
  });
  const std::vector<double> medians = medians_of(by_ring);
  rings.for_each([&](PixelIndex pixel, std::size_t ring) {
    if (validity[pixel] != Validity::valid) photons[pixel] = medians[ring];
  });
  return missing;
}

void check_image(const io::ObservedImage& image, ImageShape shape, const std::string& name) {
  const ImageShape own = image.shape();
  const bool is_raw = image.format == io::kRawFloats && own.size() == shape.size();
  if (own == shape || is_raw) return;
  throw Error(fmt::format("a background of {} × {} pixels (the detector has {} × {})", own.fast,
                          own.slow, shape.fast, shape.slow),
              name, "an image that is a background is of the same detector");
}

ResolvedMeasured resolve_image(const BackgroundValue& value, const MeasuredFile& file,
                               const std::vector<Panel>& panels, const BeamValues& beam) {
  const io::ObservedImage& image = *file.image;
  const ImageShape shape = stack_of(panels).shape;
  check_image(image, shape, value.name);
  ResolvedMeasured out;
  const double offset = value.offset.value_or(image.pedestal.value_or(0.0));
  const double gain = image.gain.value_or(1.0);
  if (gain != 1.0) {
    out.warnings.push_back(
        fmt::format("{}: the file says {:g} readings a photon, which is taken", value.name, gain));
  }
  if (image.format == "SMV" && !value.offset && !image.pedestal) {
    out.warnings.push_back(
        fmt::format("{}: a reading of 0 is taken for no photon; an SMV file does not say which is "
                    "(-background image:{}:SCALE:OFFSET)",
                    value.name, value.name));
  }
  Image<double> photons(shape);
  Image<Validity> validity(shape);
  std::ranges::copy(image.validity.pixels(), validity.pixels().begin());
  for (std::size_t i = 0; i < photons.pixels().size(); ++i) {
    if (validity.pixels()[i] != Validity::valid) continue;
    photons.pixels()[i] = (image.values.pixels()[i] - offset) / gain;
  }
  const io::ValidityCounts counts = io::counts_of(std::as_const(validity).view());
  if (counts[static_cast<std::size_t>(Validity::valid)] == 0) {
    throw Error(
        fmt::format("no pixel of the background can be used ({})", io::invalid_pixels(counts)),
        value.name);
  }
  if (fill(photons, validity, Rings(panels, beam)) > 0) {
    out.warnings.push_back(
        fmt::format("{}: {}: they take the median of the pixels at their resolution", value.name,
                    io::invalid_pixels(counts)));
  }
  if (file.exposures > 1) {
    out.warnings.push_back(
        fmt::format("{}: the first of {} exposures is the background", value.name, file.exposures));
  }
  out.background.image = std::make_shared<const Image<double>>(std::move(photons));
  return out;
}

ResolvedMeasured resolve_profile(const BackgroundValue& value, const io::RadialTable& table,
                                 const std::vector<Panel>& panels, const BeamValues& beam) {
  ResolvedMeasured out;
  const Metre wavelength = beam.sources.empty() ? beam.wavelength : mean_wavelength(beam.sources);
  const RadialPhotons profile = profile_of(table, *panels.front(), wavelength.value());
  const double largest = 0.5 / best_resolution_A(panels, beam);
  const double last = profile.stol_per_A.back();
  if (last < largest) {
    out.warnings.push_back(
        fmt::format("the profile {} ends inside the image, at {:.3g} Å: beyond it its last row, "
                    "{:g} photons a pixel, is taken (the image goes to {:.3g} Å)",
                    value.name, 0.5 / last, profile.photons.back(), 0.5 / largest));
  }
  out.background.profile = std::make_shared<const RadialPhotons>(profile);
  return out;
}

}  // namespace

MeasuredFile read_measured_file(const BackgroundValue& value, const Settings& settings) {
  MeasuredFile out;
  if (value.kind == BackgroundValue::Kind::profile) {
    out.table = io::read_radial_table(value.name);
    return out;
  }
  const auto file = io::open_image(value.name, shape_of_raw(value.name), external_files(settings));
  out.exposures = file->exposures();
  out.image = file->read(0);
  if (out.image->format == io::kPgm) {
    throw Error("a picture (the grey levels of a PGM file are not photons)", value.name,
                "give the image that it was made of");
  }
  return out;
}

ResolvedMeasured resolve_measured(const BackgroundValue& value, const MeasuredFile& file,
                                  const std::vector<Panel>& panels, const BeamValues& beam) {
  ResolvedMeasured out = file.table ? resolve_profile(value, *file.table, panels, beam)
                                    : resolve_image(value, file, panels, beam);
  out.background.name = value.name;
  out.background.scale = value.scale;
  check(out.background);
  return out;
}

}  // namespace nanobragg::config
