// The truth beside the images of a series.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "nanobragg/commands/series/series.hpp"

namespace nanobragg::commands {

std::vector<std::filesystem::path> truth_files(const SeriesRequest& request);

// Writes them; returns their names.
std::vector<std::string> write_truth(const SeriesRequest& request, const io::SeriesRecord& record);

}  // namespace nanobragg::commands
