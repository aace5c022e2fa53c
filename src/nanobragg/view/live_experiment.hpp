// The experiment that all windows share: changed by one, seen by all, and undone.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "nanobragg/config/options/option.hpp"
#include "nanobragg/config/options/settings.hpp"
#include "nanobragg/config/resolve/inputs.hpp"
#include "nanobragg/geometry/vec3.hpp"
#include "nanobragg/view/scene.hpp"

namespace nanobragg::view {

// Changes of one movement of a hand are undone together; they share a name.
using Movement = std::string;

// Thread-safe.
class LiveExperiment {
 public:
  // Throws Error for settings that are no experiment.
  LiveExperiment(const config::Settings& given, bool has_crystal);

  SharedScene scene() const;
  bool can_undo() const;
  bool can_redo() const;

  // Gives an option of the table a value; no elements: takes it away. Throws UsageError or Error,
  // and leaves everything as it is, where that is no experiment.
  SharedScene set(const config::Option& option, const std::vector<std::string>& elements,
                  const Movement& movement);
  // Why an option cannot be given the value that it has, as the files of the experiment fix it;
  // empty: it can.
  std::string why_fixed(const config::Option& option, const std::vector<std::string>& elements);
  // Turns the crystal, as it stands in the middle of the exposure, about an axis of the laboratory.
  SharedScene turn(const Vec3<double>& axis, double angle_rad, const Movement& movement);
  // Another experiment altogether; the one before can be had back. Throws Error for settings that
  // are none.
  SharedScene replace(const config::Settings& given);
  // Does nothing where there is nothing to undo.
  SharedScene undo();
  SharedScene redo();

  // The scene with amplitudes to the corners of the detector; the same one where it has them.
  // Null where another version has taken its place.
  SharedScene exact(std::uint64_t version);

 private:
  // How far amplitudes of an earlier scene are to be made again.
  enum class Amplitudes : std::uint8_t { kept, kept_for_now, made };

  Amplitudes needed(const config::Settings& given) const;
  // Makes `inputs_` those of the settings.
  void prepare(const config::Settings& given, Amplitudes amplitudes);
  SharedScene built(const config::Settings& given, Amplitudes amplitudes, std::uint64_t version);
  SharedScene change_to(const config::Settings& given, const Movement& movement);
  SharedScene step(std::deque<config::Settings>& from, std::deque<config::Settings>& to);
  void read(const config::Settings& given);
  config::Settings movable(const config::Option& option) const;
  config::Settings changed(const config::Option& option,
                           const std::vector<std::string>& elements) const;

  std::mutex changing_;       // held while settings are resolved, which may take long
  mutable std::mutex mutex_;  // of the scene and of what can be undone, for who looks
  bool has_crystal_;
  config::Inputs inputs_;
  config::Settings read_for_;   // what the files of `inputs_` were read for
  config::Settings additions_;  // what they add to it
  SharedScene scene_;
  std::deque<config::Settings> undo_, redo_;
  Movement last_movement_;
  // What why_fixed() found, of files of these names.
  std::string fixed_by_;
  std::map<std::string, std::string, std::less<>> fixed_;
};

}  // namespace nanobragg::view
