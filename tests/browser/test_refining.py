"""The viewer refines what is shown, beside its server."""
import shlex
import time

import viewer
from viewer import STILL, FolderTest, Server, field, floats, run

SHAPE = (600, 600)


class Refinement(FolderTest):
    """The shown experiment against the shown image, beside the server."""

    def setUp(self):
        super().setUp()
        run(*STILL, "-water", "1.5", "-fluence", "1e24", "-seed", "3", "-out", "a_0001.cbf", folder=self.folder)
        at = STILL.index("-misset") + 1
        # Off by a tenth of a degree and more, and of another size and scale.
        self.start = [*STILL[:at], "12.15", "-33.1", "57.12", *STILL[at + 3 :], "-N", "30"]

    def begin(self, server, frame=0):
        return server.post("/api/refine", {"frame": frame})

    def end(self, server, seconds=90):
        for _ in range(10 * seconds):
            report = server.json("/api/refining")
            if report["state"] != "running":
                return report
            time.sleep(0.1)
        raise AssertionError("the refinement does not end")

    def test_it_finds_the_crystal_and_can_be_undone(self):
        with Server("a_0001.cbf", "--", *self.start, folder=self.folder) as server:
            self.assertEqual(server.json("/api/refining")["state"], "none")
            self.assertEqual(self.begin(server)[0], 200)
            self.assertEqual(self.begin(server)[0], 422, "one at a time")
            report = self.end(server)
            self.assertEqual(report["state"], "done", report)
            self.assertGreaterEqual(len(report["stages"]), 3)
            self.assertLess(report["result"]["chi_squared"][1], 1.3)
            before, after = report["result"]["correlation"]
            self.assertGreater(after, before)
            names = [row["name"] for row in report["result"]["parameters"]]
            self.assertIn("misset_x", names)
            refined = [float(x) for x in field(server.json("/api/state"), "crystal.misset_deg")]
            for value, truth in zip(refined, (12, -33, 57)):
                self.assertAlmostEqual(value, truth, delta=0.01)
            shown = server.computed(SHAPE)
            command = server.get("/api/text?as=command")[2].decode()
            run(*shlex.split(command)[1:], "-out", "refined.bin", folder=self.folder)
            for row, expected in zip(shown, floats(self.folder / "refined.bin", SHAPE)):
                self.assertEqual(tuple(row), expected)
            server.post("/api/undo", {})
            undone = [float(x) for x in field(server.json("/api/state"), "crystal.misset_deg")]
            self.assertEqual(undone, [12.15, -33.1, 57.12])

    def test_a_crystal_of_a_file_stays_where_it_is(self):
        run(*self.start, "-out", "start.expt", folder=self.folder)
        rest = "-wilson 18,1 -dmin 2 -gauss_cells -N 40 -mosaic_shape gauss -mosaic 0.2".split()
        with Server("a_0001.cbf", "start.expt", "--", *rest, folder=self.folder) as server:
            self.begin(server)
            report = self.end(server)
            self.assertEqual(report["state"], "done", report)
            shown = server.json("/api/state")["crystal"]["reciprocal_per_A"]
        with Server("--", *STILL) as server:
            truth = server.json("/api/state")["crystal"]["reciprocal_per_A"]
        for a, b in zip(shown, truth):
            for x, y in zip(a, b):
                self.assertAlmostEqual(x, y, delta=1e-5)

    def test_it_can_be_stopped_and_begun_again(self):
        with Server("a_0001.cbf", "--", *self.start, folder=self.folder) as server:
            version = server.json("/api/state")["version"]
            self.begin(server)
            server.post("/api/refine-stop", {})
            self.assertNotEqual(self.end(server)["state"], "running")
            self.assertEqual(server.json("/api/state")["version"], version)
            self.assertEqual(self.begin(server)[0], 200)
        # The end of the server ends the refinement.
        self.assertEqual(server.process.returncode, 0)

    def test_what_cannot_be_refined_is_said(self):
        run(*STILL, "-detpixels", "500", "-out", "small_0001.cbf", folder=self.folder)
        with Server("small_0001.cbf", "--", *self.start, folder=self.folder) as server:
            self.begin(server)
            report = self.end(server)
            self.assertEqual(report["state"], "failed")
            self.assertIn("500", report["problem"])
            self.assertEqual(self.begin(server, frame=7)[0], 422)
            self.assertEqual(server.post("/api/refine", {"frame": "x"})[0], 422)
            self.assertEqual(server.get("/")[0], 200)
        with Server("a_0001.cbf", folder=self.folder) as server:
            status, report = self.begin(server)
            self.assertEqual(status, 422)
            self.assertIn("no crystal", report["error"])


if __name__ == "__main__":
    viewer.main()
