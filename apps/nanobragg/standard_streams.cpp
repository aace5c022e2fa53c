// Looks after the three streams with POSIX calls.
#include "standard_streams.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <initializer_list>

namespace nanobragg::app {

void keep_places_of_streams() {
  for (const int stream : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
    if (::fcntl(stream, F_GETFD) >= 0) continue;
    // The first free number is that of the stream. Reading from it, or writing to it, fails.
    const int opened = ::open("/dev/null", stream == STDIN_FILENO ? O_WRONLY : O_RDONLY);
    if (opened < 0) return;
  }
}

bool flush_output() {
  const bool failed_before = std::ferror(stdout) != 0;
  errno = 0;
  const bool arrived = std::fflush(stdout) == 0 && !failed_before;
  if (arrived) return true;
  // Why an earlier write failed is not known any more: the reason shows again.
  if (errno == 0 && ::write(STDOUT_FILENO, "\n", 1) > 0) errno = 0;
  if (errno == EPIPE) return false;
  std::fprintf(stderr, "nanobragg: cannot write to standard output (%s)\n",
               errno != 0 ? std::strerror(errno) : "not all of it was written");
  return false;
}

}  // namespace nanobragg::app
