// Asks another process what a file holds, and keeps the answers.
#include <fmt/format.h>

#include <unordered_map>
#include <utility>

#include "nanobragg/base/error.hpp"
#include "nanobragg/base/memory.hpp"
#include "nanobragg/io/files/files_read.hpp"
#include "nanobragg/io/files/isolated.hpp"
#include "nanobragg/io/nxmx/hdf5.hpp"
#include "nanobragg/io/nxmx/hdf5_isolated.hpp"
#include "nanobragg/io/nxmx/hdf5_message.hpp"
#include "nanobragg/io/nxmx/hdf5_tree.hpp"

namespace nanobragg::io::hdf5 {
namespace {

namespace fs = std::filesystem;

// Computing that a single answer may take; the largest images take less than one.
constexpr unsigned kMostSeconds = 10;

[[noreturn]] void refuse_damaged(const std::string& action, const fs::path& path,
                                 const std::string& ending) {
  throw Error(fmt::format("HDF5 cannot {} this file ({})", action, ending), path.string(),
              "the file is damaged: h5repack may save what is in it");
}

// Answers until the other side closes. The first message says whether the file can be opened.
void serve(const Line& line, const fs::path& path, ExternalFiles external) {
  // The caller decides where HDF5 looks for further files.
  for (const char* name : {"HDF5_EXT_PREFIX", "HDF5_VDS_PREFIX", "HDF5_EXTFILE_PREFIX"}) {
    ::unsetenv(name);
  }
  std::unique_ptr<Tree> tree;
  allow_seconds(kMostSeconds);
  line.send(
      thrown_by([&] { tree = naming(path, [&] { return open_tree_here(path, external); }); }));
  std::string request;
  while (tree && line.receive(request)) {
    allow_seconds(kMostSeconds);
    const Reply reply = answer(*tree, request);
    line.send(reply.message);
    line.send_bytes(reply.numbers.data(), reply.numbers.size() * sizeof(double));
  }
}

class ChildTree : public Tree {
 public:
  ChildTree(const fs::path& path, ExternalFiles external)
      : path_(path), child_([&](const Line& line) { serve(line, path, external); }) {
    std::string error;
    if (!child_.line().receive(error)) give_up();
    if (!error.empty()) throw_answer(error);
  }

  std::optional<Object> look(const std::string& path) const override {
    const auto known = known_.find(path);
    if (known != known_.end()) return known->second;
    Packer request;
    request.put(static_cast<std::size_t>(Verb::look));
    request.put(path);
    const std::string message = ask(request.take());
    Unpacker in(message);
    std::optional<Object> object;
    if (kind_of(in) == Answer::object) object = in.object();
    // What the other process has read, this one has.
    if (object && !object->file.empty()) note_read(object->file);
    return known_[path] = std::move(object);
  }

  std::vector<double> numbers(const std::string& path, std::optional<Rows> rows) const override {
    Packer request;
    request.put(static_cast<std::size_t>(rows ? Verb::rows : Verb::numbers));
    request.put(path);
    if (rows) {
      request.put(rows->first);
      request.put(rows->count);
    }
    const std::string message = ask(request.take());
    Unpacker in(message);
    if (kind_of(in) != Answer::numbers) throw Error("an answer without numbers", path_.string());
    const std::size_t count = in.number();
    check_fits_in_memory(static_cast<double>(count) * sizeof(double), path,
                         "the file may be damaged");
    std::vector<double> values(count);
    if (!child_.line().receive_bytes(values.data(), count * sizeof(double))) give_up();
    return values;
  }

 private:
  std::string ask(const std::string& request) const {
    std::string message;
    if (!child_.line().send(request) || !child_.line().receive(message)) give_up();
    return message;
  }

  static Answer kind_of(Unpacker& message) {
    const auto kind = static_cast<Answer>(message.number());
    if (kind == Answer::error || kind == Answer::usage_error) throw_error(message, kind);
    return kind;
  }

  [[noreturn]] static void throw_answer(const std::string& message) {
    Unpacker in(message);
    throw_error(in, static_cast<Answer>(in.number()));
  }

  [[noreturn]] void give_up() const { refuse_damaged("read", path_, child_.ending()); }

  fs::path path_;
  mutable Isolated child_;
  mutable std::unordered_map<std::string, std::optional<Object>> known_;
};

}  // namespace

std::unique_ptr<Tree> open_tree(const fs::path& path, ExternalFiles external) {
  return std::make_unique<ChildTree>(path, external);
}

void write_isolated(const fs::path& path, const std::function<void()>& write) {
  Isolated child([&](const Line& line) {
    allow_seconds(kMostSeconds);
    line.send(thrown_by(write));
  });
  std::string error;
  if (!child.line().receive(error)) refuse_damaged("write to", path, child.ending());
  if (error.empty()) return;
  Unpacker in(error);
  throw_error(in, static_cast<Answer>(in.number()));
}

}  // namespace nanobragg::io::hdf5
