// What words and files say of a shot, as settings and choices.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "nanobragg/commands/refine/shots/shots_request.hpp"
#include "nanobragg/config/options/settings.hpp"
#include "nanobragg/io/geometry/dials_list.hpp"

namespace nanobragg::commands {

// How amplitudes are refined.
struct AmplitudeChoice {
  bool is_free = false;  // nothing is known of them
  double sigma = 0.0;    // of a factor on an intensity
  bool by_file = false;  // the sigmas of the file take its place, where it has some
};
// The words of --amplitudes; "auto" restrains amplitudes that are known. Throws UsageError.
AmplitudeChoice amplitude_choice(const std::string& text, bool are_known);
// The amplitude of all reflections where none is known, electrons.
inline constexpr double kFreeAmplitude = 100.0;

// The numbers that --shots names, of so many, in rising order. Throws UsageError.
std::vector<std::size_t> chosen_shots(const std::optional<std::string>& text, std::size_t size);

// Throws UsageError for gains, errors and counts that are none.
void check_numbers(const ShotsRequest& request);

// Spots need closed forms: Gaussian in shape and in mosaic turns. What the flags say stays.
void take_closed_forms(config::Settings& settings);
// The sensor of the file, where the flags have none.
void take_sensor(const std::optional<io::ListedSensor>& sensor, config::Settings& settings);

}  // namespace nanobragg::commands
