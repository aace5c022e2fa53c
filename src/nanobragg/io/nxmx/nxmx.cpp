// Creates NXmx files, continues them, and gives them their names.
#include "nanobragg/io/nxmx/nxmx.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <optional>
#include <system_error>

#include "nanobragg/base/error.hpp"
#include "nanobragg/io/files/file.hpp"
#include "nanobragg/io/nxmx/fields.hpp"
#include "nanobragg/io/nxmx/hdf5_isolated.hpp"
#include "nanobragg/io/nxmx/layout.hpp"
#include "nanobragg/io/series/series_files.hpp"
#include "nanobragg/io/series/series_lock.hpp"

namespace nanobragg::io {
namespace {

namespace fs = std::filesystem;
using hdf5::Access;

void move_file(const fs::path& from, const fs::path& to) {
  if (std::rename(from.c_str(), to.c_str()) == 0) return;
  throw Error(
      fmt::format("cannot write '{}' ({})", to.string(), std::generic_category().message(errno)));
}

// How many exposures of these settings a file holds. Throws Error where they are others.
std::size_t exposures_in(const fs::path& file, const SeriesPlan& plan) {
  const nxmx::Fields fields(hdf5::open_tree(file, ExternalFiles::beside), file.string(), 0);
  const auto data = fields.look(nxmx::kData);
  if (!data || data->shape.empty() || fields.text(nxmx::kIdentity) != plan.identity) {
    throw Error(
        "the file is there already, of other settings or inputs (this run cannot continue it)",
        file.string(), "remove it, or give another name");
  }
  return data->shape.front();
}

// HDF5 leaves a file that it could not write to the end in a state that it cannot read, so there
// must be room before it begins: for the pixels as they are and what it keeps about them.
void check_room(const fs::path& file, ImageShape shape) {
  constexpr std::uintmax_t kAbout = std::uintmax_t{256} << 10;
  const std::uintmax_t needed = shape.size() * sizeof(float) + kAbout;
  std::error_code unknown;
  const fs::space_info space = fs::space(fs::absolute(file).parent_path(), unknown);
  if (unknown || space.available >= needed) return;
  throw Error(fmt::format("no room for another exposure (it may need {} kB, {} are free)",
                          needed >> 10, space.available >> 10),
              file.string(), "make room; the same command continues from there");
}

// Opened for every exposure again: where HDF5 puts things depends on what it remembers of a file
// since it was opened, and a series that was stopped in between is to have the same bytes. Whoever
// is killed while HDF5 writes leaves a file that may be damaged in places which still can be read:
// it has a name of its own for that time.
class NxmxSeries : public FrameSeries {
 public:
  NxmxSeries(const fs::path& path, const SeriesPlan& plan)
      : path_(path), partial_(partial_name(path)), open_(name_while_writing(path)) {
    check_writable(path);
    lock_.emplace(path);
    if (fs::exists(open_)) {
      throw Error("an earlier run was stopped while it wrote this file: it may be damaged",
                  open_.string(), "remove it to start again");
    }
    is_finished_ = fs::exists(path);
    if (is_finished_ || fs::exists(partial_)) {
      complete_ = exposures_in(is_finished_ ? path : partial_, plan);
      is_found_ = true;
      return;
    }
    check_room(partial_, {});
    add(Access::create, [&](const hdf5::Handle& file) { nxmx::write_layout(file, plan); });
  }

  std::size_t complete() const override { return complete_; }

  void append(const DetectorImage& image) override {
    check_room(partial_, image.counts.shape());
    add(Access::append, [&](const hdf5::Handle& file) { nxmx::append_exposure(file, image); });
    ++complete_;
  }

  void finish() override {
    if (is_finished_) return;
    move_file(partial_, path_);
    is_finished_ = true;
  }

 private:
  template <class Write>
  void add(Access access, const Write& write) {
    if (access == Access::append) move_file(partial_, open_);
    const auto change = [&] {
      hdf5::naming(open_, [&] {
        const hdf5::Handle file = hdf5::open_file(open_, access);
        write(file);
        hdf5::flush(file);
      });
    };
    // What another run left may be damaged.
    if (is_found_) {
      hdf5::write_isolated(open_, change);
    } else {
      change();
    }
    move_file(open_, partial_);
  }

  fs::path path_;
  std::optional<SeriesLock> lock_;
  fs::path partial_;
  fs::path open_;  // what is partial, while it is written
  bool is_finished_ = false;
  bool is_found_ = false;  // from an earlier run
  std::size_t complete_ = 0;
};

}  // namespace

void write_nxmx(const fs::path& path, const DetectorImage& image) {
  AtomicFile target(path);
  hdf5::naming(path, [&] {
    const hdf5::Handle file = hdf5::open_file(target.place(), Access::create);
    nxmx::write_layout(file, {.first = image.description});
    nxmx::append_exposure(file, image);
    hdf5::flush(file);
  });
  target.commit();
}

std::unique_ptr<FrameSeries> open_nxmx_series(const fs::path& path, const SeriesPlan& plan) {
  return std::make_unique<NxmxSeries>(path, plan);
}

std::optional<std::string> nxmx_settings(const fs::path& path) {
  const nxmx::Fields fields(hdf5::open_tree(path, ExternalFiles::beside), path.string(), 0);
  return fields.text(nxmx::kSettings);
}

}  // namespace nanobragg::io
