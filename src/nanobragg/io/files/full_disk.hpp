// Full disks, told from other reasons for which a file cannot be written.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>

namespace nanobragg::io {

// Runs `write`. Where it throws an Error because a disk is full, or a quota or a limit of the size
// of files is reached, throws RunAgain instead.
void writing(const std::function<void()>& write);

// Throws RunAgain where a file cannot grow by so many bytes. Where the file is there and its file
// system can do that, the room is taken for it, so that nobody else takes it.
void check_room(const std::filesystem::path& file, std::uintmax_t bytes);

}  // namespace nanobragg::io
