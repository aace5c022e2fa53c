// The files of the page, compiled into the program.
#pragma once

#include <span>
#include <string_view>

namespace nanobragg::view {

struct Asset {
  std::string_view name;  // "index.html", "panels/chart.js"
  std::string_view type;  // of its content
  std::string_view text;
};

std::span<const Asset> assets();

// Differs from one set of assets to another: a page of another version must not talk to this one.
std::string_view page_version();

}  // namespace nanobragg::view
