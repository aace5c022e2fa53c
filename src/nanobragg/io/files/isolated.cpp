// Forks, and talks through a pair of sockets.
#include "nanobragg/io/files/isolated.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <system_error>

#include "nanobragg/base/error.hpp"

namespace nanobragg::io {
namespace {

[[noreturn]] void fail(const char* action) {
  throw Error(fmt::format("cannot {} ({})", action, std::generic_category().message(errno)));
}

// A crash is reported by its signal, not by handlers that this process has set up for itself, nor
// by what a library prints on its way down.
void become_quiet() {
  constexpr std::array kSignals{SIGSEGV, SIGBUS, SIGABRT, SIGFPE, SIGILL, SIGTERM, SIGINT, SIGXCPU};
  for (const int number : kSignals) ::signal(number, SIG_DFL);
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  const rlimit no_core{0, 0};
  ::setrlimit(RLIMIT_CORE, &no_core);
  const int nowhere = ::open("/dev/null", O_WRONLY | O_CLOEXEC);
  if (nowhere >= 0) {
    ::dup2(nowhere, STDOUT_FILENO);
    ::dup2(nowhere, STDERR_FILENO);
  }
}

}  // namespace

Line::~Line() { ::close(socket_); }

bool Line::send_bytes(const void* from, std::size_t size) const {
  const char* bytes = static_cast<const char*>(from);
  while (size > 0) {
    const ssize_t sent = ::send(socket_, bytes, size, MSG_NOSIGNAL);
    if (sent < 0 && errno == EINTR) continue;
    if (sent <= 0) return false;
    bytes += sent;
    size -= static_cast<std::size_t>(sent);
  }
  return true;
}

bool Line::receive_bytes(void* to, std::size_t size) const {
  char* bytes = static_cast<char*>(to);
  while (size > 0) {
    const ssize_t got = ::recv(socket_, bytes, size, 0);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return false;
    bytes += got;
    size -= static_cast<std::size_t>(got);
  }
  return true;
}

bool Line::send(std::string_view message) const {
  const std::size_t size = message.size();
  return send_bytes(&size, sizeof size) && send_bytes(message.data(), size);
}

bool Line::receive(std::string& message) const {
  std::size_t size = 0;
  if (!receive_bytes(&size, sizeof size)) return false;
  message.resize(size);
  return receive_bytes(message.data(), size);
}

Isolated::Isolated(const std::function<void(const Line&)>& work)
    : Isolated(work, [] {
        std::array<int, 2> ends{};
        if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) != 0) {
          fail("talk to another process");
        }
        return Ends{ends[0], ends[1]};
      }()) {}

Isolated::Isolated(const std::function<void(const Line&)>& work, Ends ends)
    : line_(ends.here), child_(::fork()) {
  if (child_ == 0) {
    ::close(ends.here);
    become_quiet();
    const Line line(ends.there);
    int code = 0;
    try {
      work(line);
    } catch (...) {
      code = 1;
    }
    // Nothing of the copy is tidied up: it belongs to the other process.
    ::_exit(code);
  }
  ::close(ends.there);
  if (child_ < 0) fail("start another process");
}

Isolated::~Isolated() {
  if (child_ <= 0) return;
  ::kill(child_, SIGKILL);
  while (::waitpid(child_, nullptr, 0) < 0 && errno == EINTR) {
  }
}

std::string Isolated::ending() {
  int status = 0;
  pid_t ended = 0;
  while ((ended = ::waitpid(child_, &status, 0)) < 0 && errno == EINTR) {
  }
  child_ = 0;
  if (ended > 0 && WIFSIGNALED(status)) {
    const int number = WTERMSIG(status);
    if (number == SIGXCPU) return "it takes longer than any readable file";
    return fmt::format("signal {}: {}", number, strsignal(number));
  }
  return "it ended early";
}

void allow_seconds(unsigned seconds) {
  rusage used{};
  rlimit limit{};
  if (::getrusage(RUSAGE_SELF, &used) != 0 || ::getrlimit(RLIMIT_CPU, &limit) != 0) return;
  const auto spent = static_cast<rlim_t>(used.ru_utime.tv_sec + used.ru_stime.tv_sec) + 1;
  limit.rlim_cur =
      limit.rlim_max == RLIM_INFINITY ? spent + seconds : std::min(limit.rlim_max, spent + seconds);
  ::setrlimit(RLIMIT_CPU, &limit);
}

}  // namespace nanobragg::io
