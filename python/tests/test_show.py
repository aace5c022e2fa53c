"""Pictures: in notebooks, by matplotlib, and in the viewer's page."""
import base64
import os
import re
import struct
import urllib.request
import zlib

import numpy
import pytest

import nanobragg


def picture_of(text):
    """The grey levels of the PNG in a piece of HTML."""
    data = base64.b64decode(re.search(r"base64,([^']+)'", text)[1])
    columns, rows = struct.unpack(">II", data[16:24])
    body = zlib.decompress(data[data.index(b"IDAT") + 4 :])
    return numpy.frombuffer(body, numpy.uint8).reshape(rows, columns + 1)[:, 1:]


def test_experiment_shows_itself(experiment):
    text = experiment._repr_html_()
    assert "40 50 60 85 95 105" in text and "1.2 Å" in text
    image = nanobragg.simulate(experiment)
    grey = picture_of(text)
    assert grey.shape == image.shape
    assert numpy.unravel_index(grey.argmin(), grey.shape) is not None
    assert (grey[image >= numpy.sort(image.ravel())[-3]] < 60).all()  # bright is dark


def test_large_experiment_is_shown_coarsely(flags):
    large = nanobragg.Experiment.from_flags([*flags, "-detpixels", "3000", "-pixel", "0.02"])
    assert max(picture_of(large._repr_html_()).shape) <= 600


def test_image_with_its_numbers(experiment):
    image = numpy.arange(12.0).reshape(3, 4)
    image[0, 0] = numpy.nan
    text = nanobragg.picture(image)._repr_html_()
    assert "4 × 3" in text and "11 at fast 3, slow 2" in text and "not measured" in text
    with pytest.raises(nanobragg.UsageError, match="two dimensions"):
        nanobragg.picture(numpy.zeros(3))


def test_plot_has_rings_where_the_resolution_is(experiment):
    matplotlib = pytest.importorskip("matplotlib", reason="apt-get install python3-matplotlib")
    matplotlib.use("Agg")
    image = nanobragg.simulate(experiment)
    axes = nanobragg.plot(image, experiment, rings=[6.0, 0.1])
    assert [line.get_label() for line in axes.lines] == ["6 Å"]
    fast, slow = axes.lines[0].get_data()
    panel = experiment.detector.panels[0]
    place = (numpy.array(panel.corner)[:, None] + panel.pixel_size * ((fast + 0.5) * numpy.array(panel.fast)[:, None]
             + (slow + 0.5) * numpy.array(panel.slow)[:, None]))
    step = place / numpy.linalg.norm(place, axis=0) - numpy.array(experiment.beam.direction)[:, None]
    spacing = experiment.beam.wavelength / numpy.linalg.norm(step, axis=0)
    assert spacing[numpy.isfinite(spacing)] == pytest.approx(6.0, rel=1e-6)
    assert len(nanobragg.plot(image, experiment).lines) >= 2
    assert not nanobragg.plot(image).lines
    with pytest.raises(nanobragg.UsageError, match="panel 0"):
        nanobragg.plot(image[:, 1:], experiment)


@pytest.mark.skipif("NANOBRAGG_PROGRAM" not in os.environ, reason="NANOBRAGG_PROGRAM names no program")
def test_view_serves_the_experiment(experiment):
    page = experiment.view(height=300)
    try:
        assert f"src='{page.address}'" in page._repr_html_() and "height='300'" in page._repr_html_()
        with urllib.request.urlopen(page.address + "api/state") as answer:
            state = answer.read().decode()
        assert '"wavelength_A":1.2' in state
    finally:
        page.close()
    with pytest.raises(OSError):
        urllib.request.urlopen(page.address, timeout=2)
    page.close()


def test_view_says_what_it_lacks(experiment, monkeypatch, tmp_path):
    monkeypatch.delenv("NANOBRAGG_PROGRAM", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(nanobragg.Error, match="PATH"):
        experiment.view()
