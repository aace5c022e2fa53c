// The words of a command line in the notes.
#include "nanobragg/commands/trace/trace_evidence.hpp"

#include <gtest/gtest.h>

namespace nanobragg::commands {
namespace {

TEST(ShellWords, QuoteWhatAShellWouldTakeApart) {
  EXPECT_EQ(shell_words({"nanobragg", "-cell", "79.1", "-hkl", "a b.hkl"}),
            "nanobragg -cell 79.1 -hkl 'a b.hkl'");
  EXPECT_EQ(shell_words({"it's", "", "$x"}), "'it'\\''s' '' '$x'");
}

}  // namespace
}  // namespace nanobragg::commands
