// The pages of a refinement of shots: one of few shots; of many, one with all of them in a table,
// and one for each.
#pragma once

#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "nanobragg/commands/refine/shots/shot_record.hpp"

namespace nanobragg::commands {

// More shots than that have a page each.
inline constexpr std::size_t kMostShotsOnOnePage = 20;
// The name of that page, relative to the one with the table.
std::filesystem::path page_of_shot(std::size_t number);

// Grows shot by shot. Pages need nothing but each other.
class ShotsPage {
 public:
  ShotsPage(std::size_t shots, std::vector<std::string> command_line)
      : shots_(shots), command_line_(std::move(command_line)) {}

  struct Page {
    std::filesystem::path name;
    std::string text;
  };
  // The page of the shot; unset where it is on that of all.
  std::optional<Page> add(const ShotRecord& record);
  // The page of all.
  std::string text() const;

 private:
  std::size_t shots_;
  std::vector<std::string> command_line_;
  std::string rows_, sections_;  // of the table, and behind it
  struct Count {
    std::size_t all = 0, refined = 0, converged = 0;
  } count_;
};

}  // namespace nanobragg::commands
