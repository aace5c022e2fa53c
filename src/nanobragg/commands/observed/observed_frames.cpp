// Counts the exposures of files, and finds those of a pattern.
#include "nanobragg/commands/observed/observed_frames.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <memory>
#include <system_error>
#include <utility>

#include "nanobragg/base/error.hpp"
#include "nanobragg/io/files/text.hpp"
#include "nanobragg/io/images/registry.hpp"
#include "nanobragg/io/series/series_files.hpp"

namespace nanobragg::commands {
namespace {

namespace fs = std::filesystem;

constexpr const char* kOption = "--frames";
constexpr const char* kExample = "1-20 or 3,5-8, for example; frames count from 1";

std::size_t frame_number(std::string_view text, const std::string& whole) {
  const auto number = io::integer_prefix(text);
  const bool is_number = number && number->length == text.size() && number->value >= 0;
  if (!is_number) {
    throw UsageError(fmt::format("'{}' is not a list of frames", whole), kOption, kExample);
  }
  return static_cast<std::size_t>(number->value);
}

bool is_pattern(const std::string& word) {
  std::error_code unknown;
  return io::has_number(word) && !fs::exists(word, unknown);
}

// The files of a pattern by their numbers.
std::map<std::size_t, fs::path> files_of(const std::string& pattern) {
  std::map<std::size_t, fs::path> found;
  fs::path folder = fs::path(pattern).parent_path();
  if (folder.empty()) folder = ".";
  std::error_code unknown;
  for (const auto& entry : fs::directory_iterator(folder, unknown)) {
    const auto number = io::number_of(pattern, entry.path().filename().string());
    if (number) found[*number] = fs::path(pattern).parent_path() / entry.path().filename();
  }
  if (found.empty()) {
    throw UsageError(fmt::format("no file like '{}'", pattern), "--image",
                     "# stand for the digits of a number");
  }
  return found;
}

std::size_t exposures_in(const fs::path& file, io::ExternalFiles external) {
  const io::ImageFormat* const named = io::find_format(file);
  if (named != nullptr && named->name == io::kRawFloats) return 1;
  const io::ImageFormat* const format = io::format_by_content(file);
  if (format == nullptr || !format->holds_several) return 1;
  const std::size_t exposures = format->open(file, external)->exposures();
  if (exposures == 0) throw Error("no exposures (its array of images is empty)", file.string());
  return exposures;
}

// Every number between the first and the last that is wanted must be there.
void check_gaps(const std::map<std::size_t, fs::path>& files, const std::string& pattern,
                const std::vector<FrameRange>* wanted) {
  const std::size_t first = files.begin()->first;
  const std::size_t last = files.rbegin()->first;
  for (std::size_t number = first; number <= last; ++number) {
    if (files.contains(number) || (wanted != nullptr && !contains(*wanted, number))) continue;
    throw Error(
        fmt::format("no file for frame {} (the series goes from {} to {})", number, first, last),
        pattern, "--frames chooses those that are there");
  }
}

void check_all_found(const std::vector<FrameRange>& wanted, const std::vector<ObservedFrame>& all) {
  const auto is_there = [&](std::size_t number) {
    return std::ranges::find(all, number, &ObservedFrame::number) != all.end();
  };
  for (const FrameRange& range : wanted) {
    for (const std::size_t number : {range.first, range.last}) {
      if (is_there(number)) continue;
      throw UsageError(fmt::format("no frame {} (they go from {} to {})", number,
                                   all.front().number, all.back().number),
                       kOption, kExample);
    }
  }
}

}  // namespace

std::vector<FrameRange> parse_frames(const std::string& text) {
  std::vector<FrameRange> ranges;
  std::string_view rest = text;
  while (true) {
    const std::size_t comma = std::min(rest.find(','), rest.size());
    const std::string_view word = io::trim(rest.substr(0, comma));
    const std::size_t dash = word.find('-');
    const std::size_t first = frame_number(word.substr(0, dash), text);
    const std::size_t last =
        dash == std::string_view::npos ? first : frame_number(word.substr(dash + 1), text);
    if (last < first) {
      throw UsageError(fmt::format("frames {} to {} (they end before they begin)", first, last),
                       kOption, kExample);
    }
    ranges.push_back({first, last});
    if (comma == rest.size()) return ranges;
    rest.remove_prefix(comma + 1);
  }
}

bool contains(const std::vector<FrameRange>& ranges, std::size_t number) {
  return std::ranges::any_of(ranges, [&](const FrameRange& range) {
    return number >= range.first && number <= range.last;
  });
}

std::string ObservedFrame::name() const {
  return exposures == 1 ? file.string() : fmt::format("{}, frame {}", file.string(), number);
}

ObservedFrames find_frames(const std::vector<std::string>& words,
                           const std::optional<std::string>& choice, io::ExternalFiles external) {
  std::vector<FrameRange> wanted;
  if (choice) wanted = parse_frames(*choice);
  std::vector<ObservedFrame> all;
  ObservedFrames out;
  for (const std::string& word : words) {
    const std::size_t before = all.size();
    std::vector<std::pair<std::size_t, fs::path>> files;
    // The numbers of one pattern are those of its files; several words are counted through.
    const bool counts_by_name = words.size() == 1 && is_pattern(word);
    if (is_pattern(word)) {
      const auto found = files_of(word);
      check_gaps(found, word, choice && counts_by_name ? &wanted : nullptr);
      files.assign(found.begin(), found.end());
    } else {
      files = {{1, word}};
    }
    for (const auto& [number, file] : files) {
      const std::size_t exposures = exposures_in(file, external);
      for (std::size_t i = 0; i < exposures; ++i) {
        const bool by_name = counts_by_name && exposures == 1;
        const std::size_t first = files.front().first;
        all.push_back({file, i, by_name ? number : all.size() + 1,
                       by_name ? number - first : all.size(), exposures, external});
      }
    }
    out.is_unchosen_series |= !choice && all.size() > before + 1;
  }
  if (choice) {
    check_all_found(wanted, all);
    std::erase_if(all, [&](const ObservedFrame& f) { return !contains(wanted, f.number); });
  }
  out.list = std::move(all);
  return out;
}

void for_each_frame(const ObservedFrames& frames, std::optional<ImageShape> shape,
                    const std::function<void(const ObservedFrame&, io::ObservedImage)>& visit) {
  std::unique_ptr<io::ImageFile> open;
  const ObservedFrame* last = nullptr;
  for (const ObservedFrame& frame : frames.list) {
    if (last == nullptr || last->file != frame.file) {
      open = io::open_image(frame.file, shape, frame.external);
    }
    last = &frame;
    visit(frame, open->read(frame.exposure));
  }
}

}  // namespace nanobragg::commands
