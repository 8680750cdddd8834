"""A telephone recording and a chat export: sound as WAV, messages as CSV."""

import array
import csv
import io
import math
import wave

from tianping.apps.demo.evidence import seeded

_RATE = 8000


def telephone_call(seconds: float, seed: str) -> bytes:
    """A call on a telephone line: the ringing tone, then two voices as hums that rise and fall. Mono, 16 bit, 8 kHz."""
    chance, samples = seeded(seed), array.array("h")
    phase, pitch, turn = 0.0, 120.0, 0
    for n in range(int(seconds * _RATE)):
        t = n / _RATE
        if t < 1.2:
            samples.append(round(5200 * math.sin(2 * math.pi * 450 * t)))
            continue
        if n % 1600 == 0:
            turn = int(t / 2.4) % 2
            pitch = (118 if turn else 205) * chance.uniform(0.88, 1.2)
        phase += 2 * math.pi * pitch / _RATE
        loud = 0.5 + 0.5 * math.sin(2 * math.pi * 3.7 * t)
        voice = math.sin(phase) + 0.5 * math.sin(2 * phase) + 0.25 * math.sin(3.02 * phase)
        samples.append(round(4200 * loud * voice + chance.gauss(0, 160)))
    out = io.BytesIO()
    with wave.open(out, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(_RATE)
        sound.writeframes(samples.tobytes())
    return out.getvalue()


def chat_export(rows: list[tuple[str, str, str]]) -> bytes:
    """A chat as CSV with time, sender and text; UTF-8 with a byte order mark, as phones export it."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(["时间", "发送人", "内容"])
    writer.writerows(rows)
    return b"\xef\xbb\xbf" + out.getvalue().encode()
