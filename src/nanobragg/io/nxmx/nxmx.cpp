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
#include "nanobragg/io/files/full_disk.hpp"
#include "nanobragg/io/nxmx/fields.hpp"
#include "nanobragg/io/nxmx/hdf5_isolated.hpp"
#include "nanobragg/io/nxmx/layout.hpp"
#include "nanobragg/io/nxmx/master_layout.hpp"
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
void check_room_for(const fs::path& file, ImageShape shape) {
  constexpr std::uintmax_t kAbout = std::uintmax_t{256} << 10;
  check_room(file, shape.size() * sizeof(float) + kAbout);
}

// What stands in a file, and how an exposure is added to it.
struct Layout {
  void (*begin)(const hdf5::Handle& file, const SeriesPlan& plan);
  void (*append)(const hdf5::Handle& file, const DetectorImage& image);
};

// What to do with a file that a run was writing to when it ended.
enum class Damaged : std::uint8_t { refuse, begin_again };

// Opened for every exposure again: where HDF5 puts things depends on what it remembers of a file
// since it was opened, and a series that was stopped in between is to have the same bytes. Whoever
// is killed while HDF5 writes leaves a file that may be damaged in places which still can be read:
// it has a name of its own for that time.
class NxmxSeries : public FrameSeries {
 public:
  NxmxSeries(const fs::path& path, const SeriesPlan& plan, const Layout& layout, Damaged damaged)
      : path_(path),
        layout_(layout),
        partial_(partial_name(path)),
        open_(name_while_writing(path)) {
    check_writable(path);
    lock_.emplace(path);
    if (fs::exists(open_)) set_aside(damaged);
    is_finished_ = fs::exists(path);
    if (is_finished_ || fs::exists(partial_)) {
      complete_ = exposures_in(is_finished_ ? path : partial_, plan);
      is_found_ = true;
      return;
    }
    check_room_for(partial_, {});
    add(Access::create, [&](const hdf5::Handle& file) { layout_.begin(file, plan); });
  }

  std::size_t complete() const override { return complete_; }

  void append(const DetectorImage& image) override {
    check_room_for(partial_, image.counts.shape());
    add(Access::append, [&](const hdf5::Handle& file) { layout_.append(file, image); });
    ++complete_;
  }

  void finish() override {
    if (is_finished_) return;
    // What was taken for another exposure is given back.
    fs::resize_file(partial_, fs::file_size(partial_));
    move_file(partial_, path_);
    is_finished_ = true;
  }

 private:
  void set_aside(Damaged damaged) const {
    if (damaged == Damaged::refuse) {
      throw Error("an earlier run was stopped while it wrote this file: it may be damaged",
                  open_.string(), "remove it to start again");
    }
    fs::remove(open_);
  }

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
  const Layout& layout_;
  std::optional<SeriesLock> lock_;
  fs::path partial_;
  fs::path open_;  // what is partial, while it is written
  bool is_finished_ = false;
  bool is_found_ = false;  // from an earlier run
  std::size_t complete_ = 0;
};

constexpr Layout kWhole{nxmx::write_layout, nxmx::append_exposure};
constexpr Layout kPixels{nxmx::write_data_layout, nxmx::append_pixels};

std::unique_ptr<FrameSeries> open_whole(const fs::path& path, const SeriesPlan& plan) {
  return std::make_unique<NxmxSeries>(path, plan, kWhole, Damaged::refuse);
}

std::unique_ptr<FrameSeries> open_data(const fs::path& path, const SeriesPlan& plan) {
  return std::make_unique<NxmxSeries>(path, plan, kPixels, Damaged::begin_again);
}

void write_master(const fs::path& path, const MasterContent& content) {
  AtomicFile target(path);
  hdf5::naming(path, [&] {
    const hdf5::Handle file = hdf5::open_file(target.place(), Access::create);
    nxmx::write_master_layout(file, content);
    hdf5::flush(file);
  });
  target.commit();
}

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

const SeriesFormat& nxmx_series() {
  static constexpr SeriesFormat kFormat{open_whole, open_data, exposures_in, write_master};
  return kFormat;
}

std::optional<std::string> nxmx_settings(const fs::path& path) {
  const nxmx::Fields fields(hdf5::open_tree(path, ExternalFiles::beside), path.string(), 0);
  return fields.text(nxmx::kSettings);
}

}  // namespace nanobragg::io
