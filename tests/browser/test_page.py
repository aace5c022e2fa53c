"""The viewer's page in Chromium: what a person does, and what they see."""
import json
import re
import resource
import sys
import time
import unittest
from pathlib import Path

import viewer
from viewer import MEASURED, STILL, FolderTest, Server, floats, run

try:
    from selenium import webdriver
    from selenium.webdriver.common.action_chains import ActionChains
    from selenium.webdriver.common.by import By
    from selenium.webdriver.common.keys import Keys
except ImportError:
    print("skipped: python3-selenium is missing (scripts/install_packages.sh browser)")
    sys.exit(77)

CHROMIUM, DRIVER = Path("/usr/bin/chromium"), Path("/usr/bin/chromedriver")
SHAPE = (600, 600)
STARTS = 15  # seconds that a page may take


def start_browser(width=1280, height=800):
    """A headless Chromium."""
    options = webdriver.ChromeOptions()
    options.binary_location = str(CHROMIUM)
    for word in ("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", f"--window-size={width},{height}"):
        options.add_argument(word)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    service = webdriver.chrome.service.Service(str(DRIVER))
    browser = webdriver.Chrome(service=service, options=options)
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False})
    return browser


class PageTest(FolderTest):
    """A test with a browser."""

    @classmethod
    def setUpClass(cls):
        cls.browser = start_browser()

    @classmethod
    def tearDownClass(cls):
        cls.browser.quit()

    def tearDown(self):
        said = [entry["message"] for entry in self.browser.get_log("browser") if entry["level"] == "SEVERE"]
        # That the server is gone, and refuses nonsense, is what some tests are about.
        said = [text for text in said if not re.search(r"ERR_CONNECTION|ERR_EMPTY|ERR_SOCKET|status of 4(22|10)", text)]
        self.assertEqual(said, [])

    def run_js(self, script, *arguments):
        return self.browser.execute_script(script, *arguments)

    def wait(self, condition, what, seconds=STARTS):
        """Waits until a JavaScript expression is true."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            value = self.run_js(f"return ({condition})")
            if value:
                return value
            time.sleep(0.03)
        self.fail(f"{what}: {self.run_js('return document.body.innerText')[:600]}")

    def open(self, server):
        self.browser.get(server.address)
        self.wait("window.nanobragg?.shown && nanobragg.pictures.length", "the page starts")

    def wait_for_image(self):
        self.wait("nanobragg.computed.fullVersion === nanobragg.live.wanted && !nanobragg.changes.isBusy && nanobragg.live.wanted > 0", "the image is computed")

    def canvas(self):
        return self.browser.find_element(By.CSS_SELECTOR, ".view canvas")

    def readout(self, name):
        return self.browser.find_element(By.CSS_SELECTOR, f'[data-field="{name}"]').text

    def screen_place(self, f, s):
        """Where a pixel of the first panel is on the canvas, from its middle."""
        x, y = self.run_js("const p = nanobragg.pictures[0]; return p.toScreen(...nanobragg.shown.place(0, arguments[0] + 0.5, arguments[1] + 0.5))", f, s)
        width, height = self.run_js("const p = nanobragg.pictures[0]; return [p.width, p.height]")
        return round(x - width / 2), round(y - height / 2)

    def point_at(self, f, s):
        x, y = self.screen_place(f, s)
        ActionChains(self.browser).move_to_element_with_offset(self.canvas(), x, y).perform()

    def zoom_to(self, f, s, zoom):
        self.run_js("const c = nanobragg.camera; [c.x, c.y, c.zoom] = arguments; c.changed()", f, s, zoom)

    def set_field(self, path, text, component=0):
        self.browser.find_element(By.ID, "tab-experiment").click()
        inputs = self.browser.find_elements(By.CSS_SELECTOR, f'[data-path="{path}"] input[type="text"]')
        self.run_js("arguments[0].closest('details').open = true; arguments[0].scrollIntoView({block: 'center'})", inputs[component])
        inputs[component].send_keys(Keys.CONTROL, "a")
        inputs[component].send_keys(text, Keys.ENTER)
        return inputs[component]


class Images(PageTest):
    """Measured images."""

    def test_zoom_to_a_pixel_and_read_it(self):
        run(*STILL, "-seed", "3", "-fluence", "1e20", "-out", "a_0001.cbf", "-out", "a.bin", folder=self.folder)
        with Server("a_0001.cbf", folder=self.folder) as server:
            rows = server.image("/api/tile", {"frame": 0}, SHAPE)
            self.open(server)
            for f, s in ((300, 310), (17, 580), (599, 0)):
                self.zoom_to(f + 0.5, s + 0.5, 40)
                self.point_at(f, s)
                self.wait(f"document.querySelector('[data-field=measured]').textContent === '{int(rows[s][f])}'", f"pixel {f} {s} is {rows[s][f]}")
                self.assertEqual(self.readout("pixel"), f"{f}, {s}")
            # The wheel zooms where the cursor is.
            self.run_js("nanobragg.zoomToFit()")
            self.point_at(120, 450)
            before = self.run_js("return nanobragg.cursor")
            x, y = self.screen_place(120, 450)
            self.run_js("""const c = document.querySelector('.view canvas'), b = c.getBoundingClientRect();
                for (let i = 0; i < 10; ++i) c.dispatchEvent(new WheelEvent('wheel', {deltaY: -200, cancelable: true,
                  clientX: b.left + b.width / 2 + arguments[0], clientY: b.top + b.height / 2 + arguments[1]}))""", x, y)
            ActionChains(self.browser).move_by_offset(1, 0).move_by_offset(-1, 0).perform()
            after = self.run_js("return nanobragg.cursor")
            self.assertGreater(self.run_js("return nanobragg.camera.zoom"), 15)
            self.assertAlmostEqual(before["f"], after["f"], delta=1.5)
            # With the keyboard alone.
            self.canvas().send_keys(Keys.ARROW_RIGHT)
            moved = self.run_js("return nanobragg.cursor")
            self.assertEqual(int(moved["f"]), int(after["f"]) + 1)
            self.wait("document.getElementById('spoken').textContent.includes('counts')", "the readout is spoken")

    def test_frames_of_a_series(self):
        for i in (1, 2, 3):
            run(*STILL, "-seed", str(i), "-fluence", f"{i}e20", "-out", f"a_{i:04d}.cbf", folder=self.folder)
        with Server("a_####.cbf", folder=self.folder) as server:
            self.open(server)
            self.browser.find_element(By.TAG_NAME, "body").send_keys(".")
            self.wait("document.getElementById('frame-name').textContent === 'a_0002.cbf'", "the next frame")
            rows = server.image("/api/tile", {"frame": 1}, SHAPE)
            self.zoom_to(300, 300, 40)
            self.point_at(300, 300)
            self.wait(f"document.querySelector('[data-field=measured]').textContent === '{int(rows[300][300])}'", "its pixel")

    @unittest.skipUnless((MEASURED / "thau_3_2_0005_indexed.expt").exists(), "no measured images")
    def test_predicted_circles_on_measured_spots(self):
        import bz2

        (self.folder / "thau_3_2_0005.cbf").write_bytes(bz2.decompress((MEASURED / "thau_3_2_0005.cbf.bz2").read_bytes()))
        with Server("thau_3_2_0005.cbf", str(MEASURED / "thau_3_2_0005_indexed.expt"), folder=self.folder) as server:
            image = server.image("/api/tile", {"frame": 0}, (2527, 2463))
            self.open(server)
            self.browser.find_element(By.ID, "show-spots").click()
            self.wait("nanobragg.spots.length > 500", "spots are predicted", 40)
            spots = [s for s in self.run_js("return nanobragg.spots") if s["partiality"] > 0.6 and 3 < s["spacing"] < 15]
        self.assertGreater(len(spots), 60)

        def brightest(spot, half):
            f, s = int(spot["f"]), int(spot["s"])
            return max(max(row[max(f - half, 0) : f + half + 1]) for row in image[max(s - half, 0) : s + half + 1])

        lit = sum(brightest(spot, 3) > 30 for spot in spots)  # the background is about 7
        elsewhere = sum(brightest({"f": spot["f"] + 17, "s": spot["s"] + 13}, 3) > 30 for spot in spots)
        self.assertGreater(lit / len(spots), 0.7)
        self.assertGreater(lit, 4 * elsewhere)


class Experiments(PageTest):
    """Computed images."""

    def test_dragging_turns_the_crystal_the_right_way(self):
        with Server("--", *STILL) as server:
            self.open(server)
            self.wait_for_image()
            self.browser.find_element(By.TAG_NAME, "body").send_keys("t")
            # The reciprocal lattice's end towards the detector follows the hand: a* · (b × …) as in a turn about
            # beam × direction.
            before = self.run_js("return nanobragg.state.crystal.reciprocal_per_A")
            ActionChains(self.browser).move_to_element_with_offset(self.canvas(), -60, 0).click_and_hold().move_by_offset(40, 0).move_by_offset(40, 0).release().perform()
            self.wait("nanobragg.state.version > 1 && !nanobragg.changes.isBusy", "the crystal turns")
            self.wait_for_image()
            self.wait("nanobragg.state.version === nanobragg.live.wanted", "the fields follow")
            state = self.run_js("return nanobragg.state")
            geometry = self.run_js("return {right: nanobragg.geometry.right, beam: nanobragg.geometry.beam, scale: nanobragg.geometry.pixelsPerRadian, zoom: nanobragg.camera.zoom}")
            right, beam = geometry["right"], geometry["beam"]
            dot = lambda u, v: sum(a * b for a, b in zip(u, v))
            # What pointed along the beam now points to the right of it.
            angle = 80 / geometry["zoom"] / geometry["scale"]
            for old, new in zip(before, state["crystal"]["reciprocal_per_A"]):
                along, side = dot(old, beam), dot(old, right)
                self.assertAlmostEqual(dot(new, right), side + angle * along, delta=0.3 * angle * abs(along) + 3e-4)
            misset = next(f["values"] for g in state["groups"] for f in g["fields"] if f["path"] == "crystal.misset_deg")
            shown = server.computed(SHAPE)
            # The page shows it too.
            brightest = max((value, f, s) for s, row in enumerate(shown) for f, value in enumerate(row))
            self.zoom_to(brightest[1], brightest[2], 40)
            self.point_at(brightest[1], brightest[2])
            self.wait(f"document.querySelector('[data-field=computed]').textContent === '{brightest[0]:.0f}'", "the page shows the pixel")
        flags = STILL.copy()
        at = flags.index("-misset")
        flags[at + 1 : at + 4] = misset
        run(*flags, "-out", "a.bin", folder=self.folder)
        for row, expected in zip(shown, floats(self.folder / "a.bin", SHAPE)):
            self.assertEqual(tuple(row), expected)

    def test_distance_changes_the_rings(self):
        with Server("--", *STILL) as server:
            self.open(server)
            self.wait_for_image()
            radius = """const points = nanobragg.shown.ring(3).flat(), c = nanobragg.shown.centre;
                return Math.max(...points.map(p => Math.hypot(p[0] - c[0], p[1] - c[1])))"""
            before = self.run_js(radius)
            self.assertAlmostEqual(before, 150 / 0.2 * 0.34801, delta=0.1)  # tan 2θ of 3 Å at 1 Å
            self.set_field("detector.distance_mm", "300")
            self.wait("nanobragg.state.version > 1", "the distance is taken")
            self.assertAlmostEqual(self.run_js(radius), 2 * before, delta=0.01)
            self.zoom_to(300, 300, 10)
            self.browser.find_element(By.TAG_NAME, "body").send_keys(Keys.CONTROL, "z")
            self.wait("nanobragg.state.version > 2", "undone")
            self.assertAlmostEqual(self.run_js(radius), before, delta=0.01)

    def test_a_number_out_of_range_says_why(self):
        with Server("--", *STILL) as server:
            self.open(server)
            self.wait_for_image()
            box = self.set_field("detector.distance_mm", "-20")
            self.wait("[...document.querySelectorAll('.problem')].some(p => !p.hidden && p.textContent.includes('out of range'))", "the field says why")
            self.assertEqual(box.get_attribute("aria-invalid"), "true")
            self.assertEqual(self.run_js("return nanobragg.state.version"), 1)
            self.assertGreater(self.run_js("return nanobragg.computed.fullVersion"), 0)
            self.set_field("detector.distance_mm", "155")
            self.wait("nanobragg.state.version === 2", "a good one is taken")
            self.assertIsNone(box.get_attribute("aria-invalid"))

    def test_two_windows_and_a_reload(self):
        with Server("--", *STILL) as server:
            self.open(server)
            first = self.browser.current_window_handle
            self.browser.switch_to.new_window("window")
            self.open(server)
            self.set_field("beam.wavelength_A", "1.1")
            self.wait("nanobragg.state.version === 2", "changed here")
            self.browser.switch_to.window(first)
            self.wait("nanobragg.state.geometry.wavelength_A > 1.09", "seen in the other window")
            self.wait_for_image()
            self.browser.refresh()
            self.wait("window.nanobragg?.state?.geometry.wavelength_A > 1.09", "kept over a reload")
            self.wait_for_image()
            for handle in self.browser.window_handles:
                if handle != first:
                    self.browser.switch_to.window(handle)
                    self.browser.close()
            self.browser.switch_to.window(first)

    def test_a_server_that_goes_away_and_comes_back(self):
        with Server("--", *STILL) as server:
            port = server.port
            self.open(server)
            self.wait_for_image()
        self.wait("!document.getElementById('banner').hidden && document.getElementById('banner').textContent.includes('does not answer')", "the page says so")
        with Server("--port", str(port), "--", *STILL, "-distance", "170"):
            self.wait("document.getElementById('banner').hidden", "it is back")
            self.wait_for_image()
            self.wait("Number(nanobragg.state.groups.flatMap(g => g.fields).find(f => f.path === 'detector.distance_mm').values[0]) === 170", "its experiment is shown")

    def test_a_page_of_another_version(self):
        with Server("--", *STILL) as server:
            self.open(server)
            self.run_js("""const ask = window.fetch; window.fetch = async (path, options) => path.startsWith('/api/pulse')
                ? new Response(JSON.stringify({page: 'another', session: 's', version: 1})) : ask(path, options)""")
            self.wait("document.getElementById('banner').textContent.includes('another version')", "the page says so")
            self.assertTrue(self.run_js("return document.querySelector('#banner button') !== null"))

    def test_sliders_do_not_pile_up(self):
        flags = "-cell 79.1 79.1 37.9 90 90 90 -misset 12 -33 57 -wilson 18,1 -dmin 1.8 -round_xtal -N 22 -Nc 46 -lambda 0.9768 -distance 200 -pixel 0.2 -detpixels 1000 -oversample 1".split()
        with Server("--", *flags) as server:
            self.open(server)
            self.wait_for_image()
            self.browser.find_element(By.ID, "tab-experiment").click()
            memory = lambda: int(re.search(r"VmRSS:\s+(\d+)", Path(f"/proc/{server.process.pid}/status").read_text())[1]) / 1024
            move = """const done = arguments[arguments.length - 1], slider = document.querySelector('[data-path="crystal.misset_deg"] input[type=range]');
                const from = Number(slider.value); let i = 0; nanobragg.computed.frameTimes.length = 0;
                const timer = setInterval(() => {
                  slider.value = from + 40 * Math.sin(++i / 12); slider.dispatchEvent(new Event('input'));
                  if (i === 200) { clearInterval(timer); done([nanobragg.computed.frameTimes.length, performance.now()]); }
                }, 25);"""
            self.browser.set_script_timeout(60)
            self.browser.execute_async_script(move)
            before = memory()
            frames, _ = self.browser.execute_async_script(move)
            start = time.monotonic()
            self.wait_for_image()
            caught_up = time.monotonic() - start
            after = memory()
            print(f"  {frames} images in 5 s of 200 slider moves; up to date {caught_up:.2f} s later; {before:.0f} → {after:.0f} MB", file=sys.stderr)
            self.assertLess(caught_up, 3)
            self.assertGreater(frames, 40)
            self.assertLess(after, before + 30)
            version = server.json("/api/pulse")["version"]
            self.assertLess(version, 420)


class Refinement(PageTest):
    """The button that refines what is shown."""

    def test_refine_this(self):
        truth = [*STILL, "-water", "1.5", "-fluence", "1e24"]
        run(*truth, "-seed", "3", "-out", "a_0001.cbf", folder=self.folder)
        at = STILL.index("-misset") + 1
        start = [*STILL[:at], "12.15", "-33.1", "57.12", *STILL[at + 3 :]]
        with Server("a_0001.cbf", "--", *start, folder=self.folder) as server:
            self.open(server)
            self.browser.find_element(By.ID, "tab-refine").click()
            button = self.browser.find_element(By.ID, "refine-this")
            button.click()
            self.wait("document.querySelectorAll('#refine tbody')[0].children.length > 6", "parameters are listed", 60)
            said = self.browser.find_element(By.ID, "refine-status").text
            self.assertIn("converged", said)
            self.assertRegex(said, r"χ² [0-9.]+ before, [0-9.]+ after")
            self.wait("Math.abs(nanobragg.state.groups.flatMap(g => g.fields).find(f => f.path === 'crystal.misset_deg').values[0] - 12) < 0.02", "the experiment is the refined one")
            self.wait("!document.getElementById('undo').disabled", "it can be undone")
            self.browser.find_element(By.ID, "undo").click()
            self.wait("nanobragg.state.groups.flatMap(g => g.fields).find(f => f.path === 'crystal.misset_deg').values[0] == 12.15", "it is undone")
        with Server("a_0001.cbf", folder=self.folder) as server:
            self.open(server)
            self.browser.find_element(By.ID, "tab-refine").click()
            self.assertFalse(self.browser.find_element(By.ID, "refine-this").is_enabled())
            self.assertIn("No crystal", self.browser.find_element(By.ID, "refine-status").text)


class Odd(PageTest):
    """Never a blank page."""

    def test_a_file_that_is_no_image(self):
        (self.folder / "notes.txt").write_text("no image")
        with Server("notes.txt", folder=self.folder) as server:
            self.open(server)
            self.wait("!document.getElementById('message').hidden && document.getElementById('message').textContent.includes('notes.txt')", "what is wrong is said")

    def test_an_image_without_geometry(self):
        run(*STILL, "-seed", "1", "-fluence", "1e20", "-out", "a.tif", folder=self.folder)
        with Server("a.tif", folder=self.folder) as server:
            self.open(server)
            self.assertTrue(self.browser.find_element(By.ID, "show-rings").get_property("disabled"))
            self.assertIn("format", self.browser.find_element(By.ID, "label-rings").get_attribute("title"))
            self.zoom_to(300, 300, 40)
            self.point_at(300, 300)
            self.wait("/^\\d+/.test(document.querySelector('[data-field=measured]').textContent)", "its pixels are shown")

    def test_it_can_be_used_by_keyboard_and_reader(self):
        with Server("--", *STILL) as server:
            self.open(server)
            unnamed = self.run_js("""return [...document.querySelectorAll('button, input, select, a, canvas[tabindex]')].filter(e => {
                const label = e.getAttribute('aria-label') || e.labels?.[0]?.textContent || e.textContent || e.title;
                return !label?.trim();
              }).map(e => e.outerHTML.slice(0, 90))""")
            self.assertEqual(unnamed, [])
            tab = self.browser.find_element(By.ID, "tab-display")
            tab.send_keys(Keys.ARROW_RIGHT)
            self.assertEqual(self.browser.find_element(By.ID, "tab-experiment").get_attribute("aria-selected"), "true")


if __name__ == "__main__":
    if not CHROMIUM.exists() or not DRIVER.exists():
        print("skipped: chromium and chromium-driver are missing (scripts/install_packages.sh browser)")
        sys.exit(77)
    viewer.main()
