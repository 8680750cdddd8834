"""Recordings: length, size, a broken end."""

import pytest
from tests.engines.materials import samples
from tests.engines.materials.seen import codes


@pytest.mark.parametrize(
    ("content", "seconds", "size"),
    [
        (samples.mp4(12.5), 12.5, (1280, 720)),
        (samples.mp4(3, turned=True), 3, (720, 1280)),
        (samples.mp4(4, brand=b"M4A ", picture=False), 4, (None, None)),
        (samples.webm(7.25), 7.25, (640, 480)),
        (samples.webm(None), 7.25, (640, 480)),
        (samples.webm(recorder=True), 7.25, (640, 480)),
        (samples.wav(3), 3, (None, None)),
        (samples.mp3(100), 100 * 1152 / 44100, (None, None)),
        (samples.amr(50), 1, (None, None)),
        (samples.aac(43), 43 * 1024 / 44100, (None, None)),
        (samples.ogg(4), 4, (None, None)),
        (samples.avi(), 10, (320, 240)),
    ],
)
def test_length_and_size_of_recordings(look, content: bytes, seconds: float, size: tuple) -> None:
    inspection = look(content)
    assert inspection.duration_s == pytest.approx(seconds, rel=0.01)
    assert (inspection.width, inspection.height) == size
    assert inspection.warnings == ()


def test_a_recording_that_ends_early_is_told(look) -> None:
    assert codes(look(samples.mp4()[:-500]).warnings) == {"media-incomplete"}
    assert codes(look(samples.wav()[:-500]).warnings) == {"media-incomplete"}
