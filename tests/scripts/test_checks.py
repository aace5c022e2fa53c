"""Tests of the checks in scripts/: small texts that must pass, and small texts that must fail."""
import os
import sys
import tempfile
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "scripts"))

import check_budgets  # noqa: E402
import check_clang  # noqa: E402
import check_includes  # noqa: E402
import check_references  # noqa: E402
import check_text  # noqa: E402
from cpp_scanner import scan  # noqa: E402
from cpp_tokens import ScanError  # noqa: E402


def functions(text):
    """The functions of a C++ text by name."""
    return {f.name: f for f in scan(text).functions}


def members(text):
    """The number of data members of each class of a C++ text."""
    return {c.name: c.members for c in scan(text).classes}


class Clang(unittest.TestCase):
    ENTRY = {"directory": "/b", "file": "/s/src/base/error.cpp",
             "command": "/usr/bin/ccache /usr/bin/c++ -DX -I/s/src -O3 -mmove-max=256 "
                        "--param=a=1 -std=c++20 -o e.o -c /s/src/base/error.cpp"}

    def test_leaves_out_what_gcc_alone_knows(self):
        self.assertEqual(check_clang.syntax_options(self.ENTRY), ["-DX", "-I/s/src", "-std=c++20"])

    def test_looks_at_a_source_once(self):
        other = self.ENTRY | {"file": "/s/tests/x.cpp"}
        entries = [self.ENTRY, self.ENTRY, other]
        self.assertEqual(len(check_clang.chosen(entries, [])), 2)
        self.assertEqual(check_clang.chosen(entries, [Path("/s/tests")]), [other])

    def test_looks_again_when_a_header_is_newer(self):
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            header, stamp, rule = folder / "a.hpp", folder / "ok", folder / "d"
            header.write_text("")
            rule.write_text(f"a.o: \\\n  {header}\n")
            stamp.write_text("-DX")
            os.utime(header, (1, 1))
            self.assertTrue(check_clang.is_unchanged(stamp, rule, "-DX"))
            self.assertFalse(check_clang.is_unchanged(stamp, rule, "-DY"))
            later = stamp.stat().st_mtime + 10
            os.utime(header, (later, later))
            self.assertFalse(check_clang.is_unchanged(stamp, rule, "-DX"))


class ScannerFunctions(unittest.TestCase):
    def test_counts_parameters(self):
        cases = {
            "int f() { return 0; }": 0,
            "int f(void);": 0,
            "int f(int a, std::map<int, long> b = {{1, 2}, {3, 4}});": 2,
            "void f(std::function<void(int, int)> a, int (*b)(int, int));": 2,
            "template <class A, class B> auto f(A a, B b, int c) -> std::pair<A, B> { return {}; }": 3,
            "template <class T> requires std::integral<T> void f(T a, T b) {}": 2,
            "template <class T> requires requires(T x) { x.y; x.z; } void f(T a) {}": 1,
            "[[nodiscard]] constexpr int f(int a, int b) noexcept(true) { return a < b; }": 2,
            'extern "C" int f(const char* a, long b) { return 0; }': 2,
            "namespace x { static const Vec3<T>& f(int a) { return g; } }": 1,
            "HWY_MACRO(x) int f(int a, int b, int c) { return 0; }": 3,
            "int f(char separator = '{', char other = '\\'', const char* s = \"}\\\"\") { return 1; }": 3,
        }
        for text, count in cases.items():
            with self.subTest(text):
                self.assertEqual(functions(text)["f"].parameters, count)

    def test_members_of_classes_are_functions(self):
        text = """class A : public B<int, long> {
         public:
          explicit A(int a, int b) : a_(a), b_{b}, c_(f({1, 2})), B<int, long>(a) {}
          A(const A&) = delete;
          bool operator()(int x, int y) const override { return x < y; }
          T& operator[](int i) { return t_[i]; }
          operator bool() const { return true; }
          virtual void pure(int a, int b, int c) = 0;
          ~A() = default;
        };"""
        found = [(f.name, f.parameters) for f in scan(text).functions]
        self.assertEqual(found, [("A", 2), ("A", 1), ("operator()", 2), ("operator[]", 1),
                                 ("operatorbool", 0), ("pure", 3), ("A", 0)])

    def test_measures_lines_from_signature_to_brace(self):
        found = functions("// x\nint f(int a,\n      int b) {\n  return a;\n}\nint g() { return 1; }\n")
        self.assertEqual((found["f"].first_line, found["f"].last_line), (2, 5))
        self.assertEqual((found["g"].first_line, found["g"].last_line), (6, 6))

    def test_data_is_no_function(self):
        text = """constexpr auto kTable = std::to_array<Row>({{1, "a"}, {2, "b"}});
        std::vector<int> v{1, 2, 3};
        int array[] = {1, 2};
        enum class E : int { a, b };
        template <> struct std::hash<X>;
        using F = int(int, int);
        #define MACRO(a) do { if (a) { \\
          f(); } } while (0)
        """
        self.assertEqual(functions(text), {})

    def test_names_tests_by_suite(self):
        self.assertIn("Suite.Case", functions("TEST(Suite, Case) { EXPECT_EQ(1, 1); }"))

    def test_strings_and_directives_hide_brackets(self):
        text = 'int f() {\n  auto s = R"x(\n#if {\n{ )x";\n#ifdef A\n  if (a) {\n#else\n  if (b) {\n' \
               "#endif\n  }\n  // }\n  int n = 1'000;\n}\nint g() { return 0; }\n"
        found = functions(text)
        self.assertEqual((found["f"].last_line, found["g"].first_line), (13, 14))

    def test_brackets_that_do_not_pair_are_an_error(self):
        for text in ("int f() {", "int f() { g(]; }", "}"):
            with self.subTest(text), self.assertRaises(ScanError):
                scan(text)


class ScannerNesting(unittest.TestCase):
    def nesting(self, body):
        return functions("void f() {" + body + "}")["f"].nesting

    def test_counts_blocks_with_and_without_braces(self):
        cases = {
            "a(); b = {1, {2, 3}};": 0,
            "if (a) b(); else c();": 1,
            "if (a) { b(); } else if (c) { d(); } else { e(); }": 1,
            "for (;;) for (int x : {1, 2}) if (x) y();": 3,
            "while (a) { do { b(); } while (c); }": 2,
            "switch (a) { case A::b: { c(); } default: if (d) e(); }": 2,
            "try { if (a) b(); } catch (...) { c(); }": 2,
            "if constexpr (a) { if (auto b = c(); b) d(); }": 2,
            "g([&](int a) { for (;;) { h([] { return 1; }); } });": 3,
            "const auto [a, b] = c; auto& [d, e] = c[1]; x[i][j] = [k] { return k; }();": 1,
            "struct L { int m() { if (a) if (b) if (c) return 1; return 0; } int x; }; if (a) b();": 1,
        }
        for body, depth in cases.items():
            with self.subTest(body):
                self.assertEqual(self.nesting(body), depth)


class ScannerMembers(unittest.TestCase):
    def test_counts_data_alone(self):
        text = """struct S {
          int a, b;
          std::array<int, 3> c{1, 2, 3};
          std::optional<std::pair<int, int>> d, e;
          std::function<void(int, int)> f;
          static constexpr int kNot = 1;
          using T = int;
          enum class E { x, y, z };
          struct Inner { int q, r; };
          friend bool operator==(const S&, const S&) = default;
          template <class U> U g(U u) const { return u; }
          int h = std::max(1, 2);
          unsigned bits : 3;
          alignas(64) double buffer[4];
        };"""
        self.assertEqual(members(text), {"S": 9, "Inner": 2})


class Budgets(unittest.TestCase):
    def problems(self, text, path="src/x.cpp", exceptions=()):
        return check_budgets.compare(list(check_budgets.measure(path, text)), dict(exceptions))

    def test_each_budget_is_kept_or_broken(self):
        pairs = [
            ("// x\n" * 400, "// x\n" * 401),
            ("void f() {\n" + "\n" * 58 + "}", "void f() {\n" + "\n" * 59 + "}"),
            ("void f(int, int, int, int, int, int);", "void f(int, int, int, int, int, int, int);"),
            ("void f() { if (a) if (a) if (a) if (a) b(); }",
             "void f() { if (a) if (a) if (a) if (a) if (a) b(); }"),
            ("struct S { int " + ", ".join("abcdefghijkl") + "; };",
             "struct S { int " + ", ".join("abcdefghijklm") + "; };"),
            ("auto f = [](int a, int b) { return a; };",
             "auto f = [](int a, int b, int c, int d, int e, int g, int h) { return a; };"),
        ]
        for kept, broken in pairs:
            with self.subTest(broken):
                self.assertEqual(self.problems(kept), [])
                self.assertEqual(len(self.problems(broken)), 1)

    def test_python_has_the_same_budgets(self):
        nested = "def f():\n" + "".join("  " * i + "if a:\n" for i in range(1, 6)) + "  " * 6 + "b()\n"
        for broken in (
            nested,
            "def f(a, b, c, d, e, g, h): pass",
            "def f():\n" + "  a()\n" * 60,
            "class A:\n  def f(self):\n" + "".join(f"    self.a{i} = 1\n" for i in range(13)),
        ):
            with self.subTest(broken):
                self.assertEqual(len(self.problems(broken, "scripts/x.py")), 1)
        chain = "def f():\n  if a: b()\n" + "  elif c: d()\n" * 5
        self.assertEqual(self.problems(chain, "scripts/x.py"), [])

    def test_exceptions_are_used_or_stale(self):
        text = "void f(int, int, int, int, int, int, int);"
        exception = {("src/x.cpp", "parameters", "f"): "reason"}
        self.assertEqual(self.problems(text, exceptions=exception), [])
        stale = self.problems("void f();", exceptions=exception)
        self.assertEqual(len(stale), 1)
        self.assertIn("nothing needs the exception", stale[0])


class Includes(unittest.TestCase):
    def problems(self, path, text):
        return [p for _, p in check_includes.include_problems(Path(path), text)]

    def test_downwards_and_sideways_are_allowed(self):
        for path, target in (
            ("src/nanobragg/model/beam.hpp", '"nanobragg/base/units.hpp"'),
            ("src/nanobragg/model/beam.cpp", '"nanobragg/model/beam.hpp"'),
            ("src/nanobragg/kernel/scalar/scalar.cpp", '"nanobragg/kernel/interface/kernel.hpp"'),
            ("src/nanobragg/kernel/scalar/scalar.cpp", '"nanobragg/kernel/scalar/pixel.hpp"'),
            ("src/nanobragg/kernel/registry.cpp", '"nanobragg/kernel/scalar/scalar.hpp"'),
            ("src/nanobragg/image/pipeline.cpp", '"nanobragg/kernel/scalar/scalar.hpp"'),
            ("src/nanobragg/io/images/png.cpp", "<png.h>"),
            ("src/nanobragg/io/hkl.cpp", "<fstream>"),
            ("src/nanobragg/io/images/smv.cpp", '"nanobragg/build_info.hpp"'),
            ("apps/nanobragg/main.cpp", '"nanobragg/commands/run.hpp"'),
            ("apps/nanobragg/main.cpp", "<iostream>"),
            ("src/nanobragg/model/beam.hpp", "<vector>"),
        ):
            with self.subTest(path=path, target=target):
                self.assertEqual(self.problems(path, f"#include {target}\n"), [])

    def test_the_wrong_direction_is_named(self):
        for path, target in (
            ("src/nanobragg/base/error.cpp", '"nanobragg/model/beam.hpp"'),
            ("src/nanobragg/io/images/smv.cpp", '"nanobragg/config/options/settings.hpp"'),
            ("src/nanobragg/base/error.cpp", "<nanobragg/model/beam.hpp>"),
            ("src/nanobragg/kernel/scalar/scalar.cpp", '"nanobragg/kernel/reference/pixel.hpp"'),
            ("src/nanobragg/kernel/interface/kernel.hpp", '"nanobragg/kernel/simd/pack.hpp"'),
            ("src/nanobragg/kernel/simd/registry.cpp", '"nanobragg/kernel/scalar/scalar.hpp"'),
            ("src/nanobragg/misc/x.cpp", '"nanobragg/base/error.hpp"'),
            ("src/nanobragg/io/images/smv.cpp", '"nanobragg/misc/x.hpp"'),
            ("src/nanobragg/io/images/smv.cpp", '"smv.hpp"'),
            ("src/nanobragg/io/images/png.hpp", "<png.h>"),
            ("src/nanobragg/config/options/toml.hpp", "<toml++/toml.h>"),
            ("apps/nanobragg/run.hpp", "<fmt/format.h>"),
            ("src/nanobragg/model/beam.hpp", '"nlohmann/json.hpp"'),
            ("src/nanobragg/config/options/toml.cpp", "<fstream>"),
            ("src/nanobragg/io/hkl.cpp", "<iostream>"),
        ):
            with self.subTest(path=path, target=target):
                self.assertNotEqual(self.problems(path, f"// x\n#include {target}\n"), [])

    def test_comments_include_nothing(self):
        text = '// #include "nanobragg/model/beam.hpp"\n/*\n#include <iostream>\n*/\n'
        self.assertEqual(self.problems("src/nanobragg/base/error.cpp", text), [])

    def test_quirks_have_their_places(self):
        names = check_includes.quirk_names('{{odd_one, "odd_one", repaired, "x"},\n {b, "b", kept}}')
        self.assertEqual(names, ["odd_one", "b"])

        def problems(path, text):
            return list(check_includes.quirk_problems(Path(path), text, ["odd_one"]))

        use = "if (q.has(compat::Quirk::odd_one)) f();"
        for folder in ("compat", "config", "plan", "kernel/reference"):
            self.assertEqual(problems(f"src/nanobragg/{folder}/x.cpp", use), [])
        for path in ("src/nanobragg/io/x.cpp", "src/nanobragg/kernel/scalar/x.cpp", "apps/n/main.cpp"):
            self.assertEqual(problems(path, "\n" + use)[0][0], 2)
            self.assertEqual(len(problems(path, 'by_name("odd_one")')), 1)
            self.assertEqual(problems(path, "// odd_one\nint odd_one_more, an_odd_one;"), [])

    def test_a_tree_is_walked(self):
        with tempfile.TemporaryDirectory() as folder:
            root = Path(folder)
            for name, text in (
                (check_includes.QUIRK_TABLE, '{{odd, "odd", kept}}'),
                ("src/nanobragg/base/x.hpp", '#include "nanobragg/io/x.hpp"\n'),
                ("apps/nanobragg/main.cpp", "// x\nint odd;\n"),
            ):
                (root / name).parent.mkdir(parents=True, exist_ok=True)
                (root / name).write_text(text, encoding="utf-8")
            found = list(check_includes.problems(root))
        self.assertEqual([p.split(": ")[0] for p in found],
                         ["src/nanobragg/base/x.hpp:1", "apps/nanobragg/main.cpp:2"])


class Text(unittest.TestCase):
    def lines(self, path, content):
        return [p.split(": ")[0] for p in check_text.file_problems(Path(path), content.encode())]

    def test_first_line_says_what_the_file_is(self):
        for path, good, bad in (
            ("a.cpp", "// Reads a file.\n", "#include <x>\n"),
            ("a.hpp", "// Reads a file.\n", "//\n// Reads a file.\n"),
            ("a.py", '#!/usr/bin/env python3\n"""Reads a file."""\n', "#!/usr/bin/env python3\nimport x\n"),
            ("CMakeLists.txt", "# One program.\n", "add_library(x)\n"),
            ("x/build_info.hpp.in", "// What was built.\n", "#pragma once\n"),
        ):
            with self.subTest(path):
                self.assertEqual(self.lines(path, good), [])
                self.assertEqual(len(self.lines(path, bad)), 1)
        self.assertEqual(self.lines("data.hkl", "1 2 3 4\n"), [])

    def test_leftovers_and_machine_paths(self):
        slash = "/"
        for bad in ("TO" + "DO: more", "x FIX" + "ME", f"see {slash}home{slash}me", f'"{slash}tmp{slash}x"'):
            with self.subTest(bad):
                self.assertEqual(self.lines("a.md", f"x\n{bad}\n"), ["a.md:2"])
        for good in ("#!/usr/bin/env bash", "$HOME/work/x", "build/tmp/x", "https://x.org/home/x", "TODOS"):
            with self.subTest(good):
                self.assertEqual(self.lines("a.md", good), [])

    def test_large_files_are_not_kept(self):
        self.assertEqual(self.lines("a.bin", "\0" * 1_000_000), [])
        self.assertEqual(self.lines("a.bin", "\0" * 1_000_001), ["a.bin"])


class References(unittest.TestCase):
    def test_dead_links_headings_and_files_are_found(self):
        with tempfile.TemporaryDirectory() as folder:
            root = Path(folder)
            (root / "docs").mkdir()
            (root / "docs/a.md").write_text("# One `thing`\n## Two\n", encoding="utf-8")
            text = "# Two\n[x](a.md) [x](b.md)\n[x](a.md#one-thing) [x](#two) [x](https://x.org/y.md)\n[x](a.md#three)"
            (root / "docs/c.md").write_text(text, encoding="utf-8")
            found = list(check_references.link_problems(root, Path("docs/c.md"), text))
            self.assertEqual([line for line, _ in found], [2, 4])
            gone = "plan" + "/gone.hpp"
            text = f"docs/a.md\n`{gone}`\ngolden/cases/*/x.md"
            found = list(check_references.path_problems(root, Path("docs/c.md"), text))
            self.assertEqual([line for line, _ in found], [2])
            text = f'// as docs/a.md says\n#include "{gone}"\nf();  // see {gone}\n'
            found = list(check_references.path_problems(root, Path("src/c.cpp"), text))
            self.assertEqual([line for line, _ in found], [3])


if __name__ == "__main__":
    unittest.main()
