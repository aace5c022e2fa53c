"""The viewer's server: what it serves, what it refuses, and how it ends."""
import gzip
import json
import shlex
import subprocess
import time
import unittest

import viewer
from viewer import STILL, FolderTest, Server, field, floats, run

SHAPE = (600, 600)


class Images(FolderTest):
    """What is shown are the pixels of files and of the program itself."""

    def test_computed_image_is_that_of_the_command_line(self):
        run(*STILL, "-out", "a.bin", folder=self.folder)
        with Server("--", *STILL) as server:
            shown = server.computed(SHAPE)
        for row, expected in zip(shown, floats(self.folder / "a.bin", SHAPE)):
            self.assertEqual(tuple(row), expected)

    def test_measured_pixels_are_those_of_the_file(self):
        run(*STILL, "-fluence", "1e20", "-seed", "3", "-out", "a_0001.cbf", "-out", "a.img", folder=self.folder)
        with Server("a_0001.cbf", "a.img", folder=self.folder) as server:
            state = server.json("/api/state")
            self.assertEqual([f["name"] for f in state["frames"]], ["a_0001.cbf", "a.img"])
            self.assertEqual(state["geometry"]["missing"], "")
            self.assertIsNone(state["crystal"])
            cbf = server.image("/api/tile", {"frame": 0}, SHAPE)
            smv = server.image("/api/tile", {"frame": 1}, SHAPE)
        difference = {b - a for cbf_row, smv_row in zip(cbf, smv) for a, b in zip(cbf_row, smv_row)}
        self.assertEqual(difference, {40.0})  # the pedestal of SMV

    def test_levels_are_means(self):
        with Server("--", *STILL) as server:
            fine = server.computed(SHAPE)
            version = server.full()
            _, _, body = server.get(f"/api/full-tile?version={version}&level=1&x=0&y=0")
            tile = viewer.tile_of(body)
        self.assertEqual(tile["columns"], 256)
        for at in (0, 5 * 256 + 9, 200 * 256 + 77):
            s, f = 2 * (at // 256), 2 * (at % 256)
            mean = sum(fine[s + i][f + j] for i in (0, 1) for j in (0, 1)) / 4
            self.assertAlmostEqual(tile["values"][at], mean, delta=1e-5 * mean)

    def test_coarse_image_is_near_the_mean_of_the_fine_one(self):
        with Server("--", *STILL) as server:
            version = server.full()
            total = {}
            for path in (f"/api/full-tile?version={version}&level=2", "/api/coarse?level=2"):
                _, _, body = server.get(path)
                total[path] = sum(viewer.tile_of(body)["values"])
        fine, coarse = total.values()
        self.assertAlmostEqual(coarse / fine, 1, delta=0.01)


class Changes(FolderTest):
    """One window changes the experiment; the command line says what is seen."""

    def test_a_turn_is_that_of_a_misset(self):
        with Server("--", *STILL) as server:
            before = field(server.json("/api/state"), "crystal.misset_deg")
            server.post("/api/turn", {"axis": [0, 0, 1], "degrees": 3, "movement": "a"})
            server.post("/api/turn", {"axis": [0, 1, 0], "degrees": -2, "movement": "a"})
            after = field(server.json("/api/state"), "crystal.misset_deg")
            shown = server.computed(SHAPE)
            server.post("/api/undo", {})
            undone = field(server.json("/api/state"), "crystal.misset_deg")
        self.assertNotEqual(before, after)
        for a, b in zip(before, undone):  # both turns were one movement
            self.assertAlmostEqual(float(a), float(b), places=9)
        flags = STILL.copy()
        at = flags.index("-misset")
        flags[at + 1 : at + 4] = after
        run(*flags, "-out", "a.bin", folder=self.folder)
        for row, expected in zip(shown, floats(self.folder / "a.bin", SHAPE)):
            self.assertEqual(tuple(row), expected)

    def test_command_line_and_toml_repeat_the_image(self):
        with Server("--", *STILL) as server:
            for path, values in {
                "detector.distance_mm": ["171.5"],
                "crystal.mosaic_spread_deg": ["0.31"],
                "beam.wavelength_A": ["1.02"],
                "background.materials": ["air:30mm", "water:20um"],
            }.items():
                status, answer = server.post("/api/set", {"path": path, "values": values})
                self.assertEqual(status, 200, answer)
            shown = server.computed(SHAPE)
            command = server.get("/api/text?as=command")[2].decode()
            toml = server.get("/api/text?as=toml")[2].decode()
        (self.folder / "seen.toml").write_text(toml)
        words = shlex.split(command)
        self.assertEqual(words[0], "nanobragg")
        run(*words[1:], "-out", "a.bin", folder=self.folder)
        run("-config", "seen.toml", "-out", "b.bin", folder=self.folder)
        for file in ("a.bin", "b.bin"):
            for row, expected in zip(shown, floats(self.folder / file, SHAPE)):
                self.assertEqual(tuple(row), expected)

    def test_cell_keeps_to_its_system(self):
        with Server("--", *STILL) as server:
            cell = field(server.json("/api/state"), "crystal.cell_A_deg")
            cell[0] = "80"
            server.post("/api/set", {"path": "crystal.cell_A_deg", "values": cell, "changed": 0})
            state = server.json("/api/state")
        self.assertEqual([float(x) for x in field(state, "crystal.cell_A_deg")[:3]], [80, 80, 37.9])
        self.assertEqual(state["crystal"]["system"], "tetragonal")

    def test_the_cell_of_a_file_can_be_changed(self):
        run(*STILL, "-out", "a.expt", folder=self.folder)
        rest = "-wilson 18,1 -dmin 2 -gauss_cells -N 40 -mosaic_shape gauss -mosaic 0.2 -fluence 1e24".split()
        with Server("a.expt", "--", *rest, folder=self.folder) as server:
            before = server.computed(SHAPE)
            cell = field(server.json("/api/state"), "crystal.cell_A_deg")
            status, said = server.post("/api/set", {"path": "crystal.cell_A_deg", "values": ["79.2", *cell[1:]], "changed": 0, "movement": "a"})
            self.assertEqual(status, 200, said)
            shown = server.computed(SHAPE)
            command = server.get("/api/text?as=command")[2].decode()
            server.post("/api/undo", {})
            self.assertEqual(server.computed(SHAPE), before)
        run(*shlex.split(command)[1:], "-out", "b.bin", folder=self.folder)
        for row, expected in zip(shown, floats(self.folder / "b.bin", SHAPE)):
            self.assertEqual(tuple(row), expected)
        # It stands as it stood: the same spots in almost the same places.
        lit = [(s, f) for s, row in enumerate(before) for f, x in enumerate(row) if x > 30]
        self.assertGreater(len(lit), 20)
        both = sum(max(max(row[max(f - 2, 0) : f + 3]) for row in shown[max(s - 2, 0) : s + 3]) > 15 for s, f in lit)
        self.assertGreater(both, 0.8 * len(lit))

    def test_wrong_values_change_nothing(self):
        with Server("--", *STILL) as server:
            for path, values in [
                ("detector.distance_mm", ["-5"]),
                ("detector.distance_mm", ["far"]),
                ("crystal.cell_A_deg", ["1", "2", "3", "4", "5", "6", "7"]),
                ("crystal.misset_deg", ["1", "2"]),
                ("crystal.cell_A_deg", ["80", "80", "38", "170", "170", "170"]),
                ("beam.wavelength_A", ["0"]),
                ("crystal.shape", ["pentagon"]),
                ("detector.name", ["unheard-of"]),
                ("output.float_file", ["x"]),
                ("crystal.hkl_file", ["/etc/passwd"]),
                ("crystal.mosaic_domains", ["100000000000"]),
            ]:
                status, answer = server.post("/api/set", {"path": path, "values": values})
                self.assertEqual(status, 422, (path, values))
                self.assertTrue(answer["error"], path)
            for message in ({"axis": [0, 0, 0], "degrees": 1}, {"axis": "x", "degrees": 1}, {"axis": [1, 2], "degrees": 1}, [], {}):
                self.assertEqual(server.post("/api/turn", message)[0], 422)
            self.assertEqual(server.ask("POST", "/api/set", b"{broken", {})[0], 422)
            self.assertEqual(server.json("/api/pulse")["version"], 1)
            server.full()

    def test_detector_of_a_file_can_be_moved(self):
        run(*STILL, "-seed", "1", "-out", "a_0001.cbf", folder=self.folder)
        crystal = "-cell 79.1 79.1 37.9 90 90 90 -misset 12 -33 57 -default_F 100 -gauss_cells -N 40".split()
        with Server("a_0001.cbf", "--", *crystal, folder=self.folder) as server:
            before = server.computed(SHAPE)
            distance = float(field(server.json("/api/state"), "detector.distance_mm")[0])
            self.assertAlmostEqual(distance, 150, places=3)
            for value in (distance + 5, distance):
                status, answer = server.post("/api/set", {"path": "detector.distance_mm", "values": [repr(value)]})
                self.assertEqual(status, 200, answer)
            after = server.computed(SHAPE)
        most = max(max(row) for row in before)
        for a, b in zip(before, after):
            for x, y in zip(a, b):
                self.assertAlmostEqual(x, y, delta=1e-4 * most)


    def test_what_a_file_fixes_is_said(self):
        run(*STILL, "-out", "a.json", "-out", "a.expt", folder=self.folder)

        def fixed(*words):
            with Server(*words, folder=self.folder) as server:
                groups = server.json("/api/state")["groups"]
            return {row["path"]: row.get("fixed", "") for group in groups for row in group["fields"]}

        stored = fixed("a.json")
        self.assertIn("-experiment_file", stored["detector.distance_mm"])
        self.assertIn("-experiment_file", stored["beam.wavelength_A"])
        self.assertEqual(stored["crystal.misset_deg"], "")
        self.assertFalse(any(fixed("a.expt").values()))  # its one panel can be moved
        self.assertFalse(any(fixed("--", *STILL).values()))


class Refusals(FolderTest):
    """Foreign pages, other names, and files that nobody opened."""

    def test_origins_and_names(self):
        with Server("--", *STILL) as server:
            own = f"http://{server.host}"
            for headers, status in [
                ({}, 200),
                ({"Origin": own}, 200),
                ({"Sec-Fetch-Site": "same-origin"}, 200),
                ({"Host": f"localhost:{server.port}"}, 200),
                ({"Host": "localhost:9000", "Origin": "http://localhost:9000"}, 200),  # a tunnel
                ({"Origin": "http://evil.example"}, 403),
                ({"Origin": "null"}, 403),
                ({"Origin": "http://localhost:1"}, 403),
                ({"Sec-Fetch-Site": "cross-site"}, 403),
                ({"Host": "evil.example"}, 403),
                ({"Host": f"127.0.0.1.evil.example:{server.port}"}, 403),
            ]:
                self.assertEqual(server.get("/api/state", headers)[0], status, headers)
            self.assertEqual(server.get("/", {"Sec-Fetch-Site": "cross-site"})[0], 200)  # a link
            status, _ = server.post("/api/undo", {}), None
            self.assertEqual(status[0], 200)
            self.assertEqual(server.ask("POST", "/api/undo", b"{}", {"Origin": "http://evil.example"})[0], 403)

    def test_no_paths(self):
        (self.folder / "secret.txt").write_text("secret")
        with Server("--", *STILL, folder=self.folder) as server:
            for path in ("/secret.txt", "/../secret.txt", "/%2e%2e/secret.txt", "//etc/passwd", "/etc/passwd", "/api/tile?frame=../secret.txt",
                         "/api/tile?frame=0", "/api/nothing", "/index.html/..", "/main.js/../../x"):
                status, _, body = server.get(path)
                self.assertIn(status, (400, 404, 422), path)
                self.assertNotIn(b"root:", body)
                self.assertNotIn(b"secret", body.replace(b"secret.txt", b""))

    def test_token(self):
        with Server("--listen", "127.0.0.1", "--", *STILL) as server:
            self.assertRegex(server.address, r"\?token=[0-9a-f]{32}$")
            token = server.address.rsplit("=", 1)[1]
            self.assertEqual(server.get("/api/state")[0], 403)
            self.assertEqual(server.get("/api/state?token=" + "0" * 32)[0], 403)
            status, headers, _ = server.get("/?token=" + token)
            self.assertEqual(status, 200)
            cookie = headers["Set-Cookie"].split(";")[0]
            self.assertIn("HttpOnly", headers["Set-Cookie"])
            self.assertEqual(server.get("/api/state", {"Cookie": cookie})[0], 200)

    def test_headers(self):
        with Server("--", *STILL) as server:
            status, headers, body = server.get("/")
            self.assertEqual(status, 200)
            self.assertIn("default-src 'self'", headers["Content-Security-Policy"])
            self.assertEqual(headers["Cache-Control"], "no-store")
            self.assertIn(server.json("/api/pulse")["page"].encode(), body)
            total = len(body)
            for name in ("main.js", "style.css", "tiles.js", "picture.js", "controls.js", "explain.js", "ewald.js"):
                status, _, text = server.get("/" + name)
                self.assertEqual(status, 200, name)
                total += len(text)
            self.assertLess(total, 300_000)


class BadInput(FolderTest):
    """Never a dead server."""

    def test_files_that_are_no_images(self):
        (self.folder / "notes.txt").write_text("no image")
        (self.folder / "empty.cbf").write_text("")
        (self.folder / "cut.cbf.gz").write_bytes(gzip.compress(b"###CBF: VERSION 1.5\n" * 30)[:60])
        run(*STILL, "-seed", "1", "-out", "a_0001.cbf", folder=self.folder)
        names = ("notes.txt", "empty.cbf", "cut.cbf.gz", "a_0001.cbf")
        with Server(*names, folder=self.folder) as server:
            self.assertEqual(len(server.json("/api/state")["frames"]), 4)
            for i in range(3):
                status, _, body = server.get(f"/api/frame?frame={i}")
                self.assertEqual(status, 422, names[i])
                self.assertTrue(json.loads(body)["error"])
            self.assertEqual(server.json("/api/frame?frame=3")["columns"], 600)
        with Server("notes.txt", folder=self.folder) as server:
            self.assertEqual(server.get("/")[0], 200)
            self.assertEqual(server.json("/api/state")["frames"][0]["name"], "notes.txt")

    def test_an_image_without_geometry(self):
        run(*STILL, "-seed", "1", "-fluence", "1e20", "-out", "a.tif", folder=self.folder)
        with Server("a.tif", folder=self.folder) as server:
            state = server.json("/api/state")
            self.assertIn("format", state["geometry"]["missing"])
            self.assertTrue(server.json("/api/frame?frame=0")["fits"])

    def test_without_a_crystal_there_is_the_background_alone(self):
        flags = "-detpixels 64 -pixel 1 -distance 100 -lambda 1 -fluence 1e24".split()
        run("-default_F", "0", "-cell", "50", "-N", "5", "-oversample", "1", *flags, "-water", "100", "-out", "a.bin", folder=self.folder)
        with Server("--", *flags, "-water", "100") as server:
            self.assertIsNone(server.json("/api/state")["crystal"])
            self.assertIn("no crystal", server.json("/api/state")["assumed"][0])
            shown = server.computed((64, 64))
        for row, expected in zip(shown, floats(self.folder / "a.bin", (64, 64))):
            for x, y in zip(row, expected):
                self.assertAlmostEqual(x, y, delta=1e-6 * y)
        with Server("--", *flags) as server:
            self.assertEqual(max(max(row) for row in server.computed((64, 64))), 0)

    def test_requests_that_make_no_sense(self):
        with Server("--", *STILL) as server:
            version = server.full()
            for path in ("coarse?level=99", "coarse?level=0&x=18446744073709551615&y=18446744073709551615&w=1&h=1", "coarse?level=2&w=0&h=0",
                         "coarse?level=0&x=599&y=599&w=9999999&h=9999999", f"full-tile?version={version}&x=99999&y=3"):
                self.assertEqual(server.get("/api/" + path)[0], 200, path)
            for path in ("coarse?level=-1", "coarse?level=x", "tile?frame=0", f"full-tile?version={version}&level=50", f"full-tile?version={version}&panel=1",
                         "full?version=1e3", "rocking?h=99999999999", "frame?frame=7"):
                self.assertIn(server.get("/api/" + path)[0], (422, 410), path)
            self.assertEqual(server.json("/api/rocking?h=90&k=90&l=90"), {"angle": [], "photons": []})
            self.assertEqual(server.ask("DELETE", "/api/state", None, {})[0], 404)
            self.assertEqual(server.ask("POST", "/api/set", b"x" * 100000, {})[0], 413)
            self.assertEqual(server.get("/")[0], 200)

    def test_messages(self):
        def said(*words):
            done = subprocess.run([viewer.PROGRAM, "view", "--no-browser", *words], capture_output=True, text=True, cwd=self.folder, timeout=30)
            return done.returncode, done.stderr

        code, text = said("not-there.cbf")
        self.assertEqual(code, 1)
        self.assertIn("not-there.cbf", text)
        code, text = said("--", "-lamda", "1")
        self.assertEqual(code, 2)
        self.assertIn("-lambda", text)
        code, text = said("--idle", "soon")
        self.assertEqual(code, 2)
        self.assertIn("10min", text)
        self.assertEqual(said("--port", "99999")[0], 2)
        with Server() as server:
            code, text = said("--port", str(server.port))
            self.assertEqual(code, 1)
            self.assertIn("in use", text)
            self.assertEqual(server.get("/")[0], 200)

    def test_ends(self):
        with Server() as server:
            start = time.monotonic()
            self.assertEqual(server.stop(), 0)
            self.assertLess(time.monotonic() - start, 3)
        done = subprocess.run([viewer.PROGRAM, "view", "--no-browser", "--idle", "0.3s"], capture_output=True, text=True, timeout=20)
        self.assertEqual(done.returncode, 0)
        self.assertIn("--idle", done.stdout)


if __name__ == "__main__":
    viewer.main()
