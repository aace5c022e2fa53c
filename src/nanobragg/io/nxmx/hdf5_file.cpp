// Follows the links of a file by hand, so that none leads further than it may.
#include <fmt/format.h>
#include <hdf5.h>

#include <algorithm>
#include <deque>
#include <map>
#include <system_error>
#include <utility>

#include "nanobragg/base/error.hpp"
#include "nanobragg/io/nxmx/hdf5_read.hpp"
#include "nanobragg/io/nxmx/hdf5_tree.hpp"

namespace nanobragg::io::hdf5 {
namespace {

namespace fs = std::filesystem;

constexpr int kMostHops = 32;

struct OpenFile {
  fs::path path;
  Handle handle;
  fs::path folder() const { return path.has_parent_path() ? path.parent_path() : "."; }
};

// Where a path ends: at an object, at nothing, or before something that is not followed.
struct Found {
  std::optional<Handle> object;
  const OpenFile* file = nullptr;
  std::string obstacle;
};

bool is_below(const fs::path& file, const fs::path& folder) {
  const fs::path relative = file.lexically_relative(folder);
  return !relative.empty() && *relative.begin() != "..";
}

Handle open_object(const Handle& group, const std::string& name) {
  return {H5Oopen(group.get(), name.c_str(), H5P_DEFAULT), H5Oclose, "open " + name};
}

// A dataset whose numbers may stand in other files, which are looked for beside its own.
Handle open_data(const Handle& group, const std::string& name, const fs::path& folder) {
  const std::string action = "open " + name;
  const Handle access(H5Pcreate(H5P_DATASET_ACCESS), H5Pclose, action);
  if (H5Pset_efile_prefix(access.get(), folder.c_str()) < 0 ||
      H5Pset_virtual_prefix(access.get(), folder.c_str()) < 0) {
    fail(action);
  }
  return {H5Dopen2(group.get(), name.c_str(), access.get()), H5Dclose, action};
}

// A text that HDF5 writes into a buffer of a size that it tells first.
template <class Write>
std::string text_from(const Write& write, const std::string& action) {
  const ssize_t length = write(nullptr, 0);
  if (length < 0) fail(action);
  std::string text(static_cast<std::size_t>(length), '\0');
  if (write(text.data(), text.size() + 1) < 0) fail(action);
  return text;
}

class FileTree : public Tree {
 public:
  FileTree(const fs::path& path, ExternalFiles external)
      : name_(path.string()), external_(external) {
    std::error_code unknown;
    folders_ = {fs::weakly_canonical(fs::absolute(path).parent_path(), unknown),
                fs::weakly_canonical(path, unknown).parent_path()};
    file_ = &opened(path);
  }

  std::optional<Object> look(const std::string& path) const override {
    return naming(name_, [&]() -> std::optional<Object> {
      const Found found = find(*file_, parts_of(path));
      if (!found.obstacle.empty()) return unreadable(found.obstacle);
      if (!found.object) return std::nullopt;
      Object object = describe(*found.object, path);
      object.file = found.file->path.string();
      if (object.obstacle.empty()) object.obstacle = obstacle_of_data(*found.object, *found.file);
      return object;
    });
  }

  std::vector<double> numbers(const std::string& path, std::optional<Rows> rows) const override {
    return naming(name_, [&] {
      const Found found = find(*file_, parts_of(path));
      std::string obstacle = found.obstacle;
      if (obstacle.empty() && found.object) obstacle = obstacle_of_data(*found.object, *found.file);
      if (!obstacle.empty()) throw Error(path + " cannot be read (" + obstacle + ")");
      if (!found.object || H5Iget_type(found.object->get()) != H5I_DATASET) {
        throw Error("no dataset " + path);
      }
      return read_numbers(*found.object, path, rows);
    });
  }

 private:
  static Object unreadable(const std::string& obstacle) {
    Object object;
    object.kind = Kind::unreadable;
    object.obstacle = obstacle;
    return object;
  }

  const OpenFile& opened(const fs::path& path) const {
    std::error_code unknown;
    const fs::path place = fs::weakly_canonical(path, unknown);
    const auto known = files_.find(place);
    if (known != files_.end()) return known->second;
    return files_.emplace(place, OpenFile{place, open_file(path, Access::read)}).first->second;
  }

  // Where a file is that another names, as HDF5 looks for it: an absolute name that leads nowhere
  // may have been written before the files were moved.
  static fs::path place_of(const std::string& name, const OpenFile& from) {
    std::error_code unknown;
    const fs::path given(name);
    if (given.is_relative()) return from.folder() / given;
    return fs::exists(given, unknown) ? given : from.folder() / given.filename();
  }

  // Why a file may not be opened; empty where it may.
  std::string obstacle_of_file(const fs::path& place) const {
    std::error_code unknown;
    const fs::path canonical = fs::weakly_canonical(place, unknown);
    bool is_beside = external_ == ExternalFiles::anywhere;
    for (const fs::path& folder : folders_) is_beside = is_beside || is_below(canonical, folder);
    if (!is_beside) {
      return fmt::format(
          "it leads to '{}', outside the folder of this file: "
          "-external_files follows it for -geometry and -crystal",
          canonical.string());
    }
    if (!fs::exists(canonical, unknown)) {
      return fmt::format("it leads to '{}', which is not there", canonical.string());
    }
    if (!fs::is_regular_file(canonical, unknown)) {
      return fmt::format("it leads to '{}', which is not a file", canonical.string());
    }
    return "";
  }

  Found find(const OpenFile& start, const std::vector<std::string>& path) const {
    std::deque<std::string> rest(path.begin(), path.end());
    const OpenFile* file = &start;
    Handle group = open_object(file->handle, "/");
    std::string through;          // the last link
    std::size_t behind_link = 0;  // names that are left when its end is reached
    for (int hops = 0; !rest.empty();) {
      const std::string name = std::exchange(rest.front(), "");
      rest.pop_front();
      const bool is_group = H5Iget_type(group.get()) == H5I_GROUP;
      const htri_t is_there = is_group ? H5Lexists(group.get(), name.c_str(), H5P_DEFAULT) : 0;
      if (is_there < 0) fail("look for " + name);
      if (is_there == 0) {
        return {std::nullopt, file,
                rest.size() < behind_link || through.empty()
                    ? ""
                    : fmt::format("it leads to {}, which is not there", through)};
      }
      H5L_info_t info{};
      if (H5Lget_info(group.get(), name.c_str(), &info, H5P_DEFAULT) < 0) fail("look at " + name);
      if (info.type == H5L_TYPE_HARD) {
        group = opened_member(group, name, *file);
        continue;
      }
      if (++hops > kMostHops) return {std::nullopt, file, "its links lead in a circle"};
      std::string value(info.u.val_size, '\0');
      if (H5Lget_val(group.get(), name.c_str(), value.data(), value.size(), H5P_DEFAULT) < 0) {
        fail("read the link " + name);
      }
      if (info.type == H5L_TYPE_EXTERNAL) {
        const auto [place, target] = external_target(value, *file);
        if (std::string obstacle = obstacle_of_file(place); !obstacle.empty()) {
          return {std::nullopt, file, std::move(obstacle)};
        }
        file = &opened(place);
        value = "/" + target;
        through = fmt::format("'{}' of '{}'", target, place.string());
      } else if (info.type == H5L_TYPE_SOFT) {
        value.resize(value.find('\0') == std::string::npos ? value.size() : value.find('\0'));
        through = fmt::format("'{}'", value);
      } else {
        return {std::nullopt, file, "its link is of an unknown kind"};
      }
      if (value.starts_with('/')) group = open_object(file->handle, "/");
      const std::vector<std::string> parts = parts_of(value);
      behind_link = rest.size();
      rest.insert(rest.begin(), parts.begin(), parts.end());
    }
    return {std::move(group), file, ""};
  }

  static Handle opened_member(const Handle& group, const std::string& name, const OpenFile& file) {
    {
      Handle object = open_object(group, name);
      if (H5Iget_type(object.get()) != H5I_DATASET) return object;
    }
    return open_data(group, name, file.folder());
  }

  static std::pair<fs::path, std::string> external_target(const std::string& value,
                                                          const OpenFile& from) {
    unsigned flags = 0;
    const char* file = nullptr;
    const char* object = nullptr;
    if (H5Lunpack_elink_val(value.data(), value.size(), &flags, &file, &object) < 0) {
      fail("read a link to another file");
    }
    return {place_of(file, from), object};
  }

  // Why the numbers of a dataset cannot be read; empty where they are in its own file, or in
  // others that may be read.
  std::string obstacle_of_data(const Handle& object, const OpenFile& file) const {
    if (H5Iget_type(object.get()) != H5I_DATASET) return "";
    const Handle created(H5Dget_create_plist(object.get()), H5Pclose, "look at a dataset");
    const int raw = H5Pget_external_count(created.get());
    for (int i = 0; i < raw; ++i) {
      std::string name(kLongestName, '\0');
      off_t offset = 0;
      Size size = 0;
      if (H5Pget_external(created.get(), static_cast<unsigned>(i), name.size(), name.data(),
                          &offset, &size) < 0) {
        fail("look at a dataset");
      }
      name.resize(std::min(name.size(), name.find('\0')));
      std::string obstacle = obstacle_of_file(place_of(name, file));
      if (!obstacle.empty()) return obstacle;
    }
    if (H5Pget_layout(created.get()) == H5D_VIRTUAL) return obstacle_of_parts(created, file);
    return "";
  }

  // Of a virtual dataset. HDF5 would read parts that are not there as zeros.
  std::string obstacle_of_parts(const Handle& created, const OpenFile& file) const {
    const std::string action = "look at a virtual dataset";
    std::size_t parts = 0;
    if (H5Pget_virtual_count(created.get(), &parts) < 0) fail(action);
    for (std::size_t i = 0; i < parts; ++i) {
      const auto part = [&](auto get) {
        return text_from(
            [&](char* to, std::size_t size) { return get(created.get(), i, to, size); }, action);
      };
      std::string obstacle =
          obstacle_of_part(part(H5Pget_virtual_filename), part(H5Pget_virtual_dsetname), file);
      if (!obstacle.empty()) return obstacle;
    }
    return "";
  }

  std::string obstacle_of_part(const std::string& name, const std::string& dataset,
                               const OpenFile& file) const {
    // The part's number may stand in its name.
    if (name.find('%') != std::string::npos || dataset.find('%') != std::string::npos) {
      return fmt::format("its parts '{}' of '{}' are not named one by one", dataset, name);
    }
    const OpenFile* source = &file;
    if (name != ".") {
      const fs::path place = place_of(name, file);
      std::string obstacle = obstacle_of_file(place);
      if (!obstacle.empty()) return obstacle;
      source = &opened(place);
    }
    // Each once: parts may have parts.
    const auto [seen, is_new] = seen_.try_emplace({source->path, dataset}, "");
    if (!is_new) return seen->second;
    const Found found = find(*source, parts_of(dataset));
    seen->second = found.obstacle;
    if (found.object) seen->second = obstacle_of_data(*found.object, *found.file);
    if (!found.object && found.obstacle.empty()) {
      seen->second =
          fmt::format("its part '{}' of '{}' is not there", dataset, source->path.string());
    }
    return seen->second;
  }

  static constexpr std::size_t kLongestName = 4096;

  std::string name_;
  ExternalFiles external_;
  std::vector<fs::path> folders_;  // of the file as it is named, and as it is
  mutable std::map<fs::path, OpenFile> files_;
  // Parts of virtual datasets, with what is wrong with them.
  mutable std::map<std::pair<fs::path, std::string>, std::string> seen_;
  const OpenFile* file_ = nullptr;
};

}  // namespace

std::unique_ptr<Tree> open_tree_here(const fs::path& path, ExternalFiles external) {
  return std::make_unique<FileTree>(path, external);
}

}  // namespace nanobragg::io::hdf5
