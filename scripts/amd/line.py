"""What a telephone line does to sound: level, noise, clipping, G.711, lost packets."""
import numpy as np

RATE = 8000


def milliseconds(count):
    return np.zeros(int(count * RATE / 1000))


def decibels(value):
    return 10 ** (value / 20)


def active_level(sound):
    """The RMS of the parts that are not silence."""
    if len(sound) < 160:
        return 1e-9
    energy = (sound[: len(sound) // 160 * 160].reshape(-1, 160) ** 2).mean(axis=1)
    loud = energy[energy > energy.max() / 1000]
    return float(np.sqrt(loud.mean())) if len(loud) else 1e-9


def tone(frequencies, length, random, chirp=None):
    """A tone of RMS 1 with 2 ms edges; `chirp` is the frequency at its end."""
    count = int(length * RATE / 1000)
    time = np.arange(count) / RATE
    if chirp is not None:
        phase = 2 * np.pi * (frequencies[0] * time + (chirp - frequencies[0]) * time ** 2 / (2 * length / 1000))
        sound = np.sin(phase)
    else:
        sound = sum(np.sin(2 * np.pi * frequency * time + random.uniform(0, 6)) for frequency in frequencies)
    sound = sound / np.sqrt((sound ** 2).mean())
    edge = np.minimum(1, np.arange(count) / 16)
    return sound * edge * edge[::-1]


def noise(count, color, random):
    """RMS 1."""
    white = random.standard_normal(count)
    if color == "white":
        sound = white
    else:
        spectrum = np.fft.rfft(white)
        frequency = np.maximum(1, np.arange(len(spectrum)) * RATE / count)
        slope = 0.5 if color == "pink" else 1.0
        spectrum /= frequency ** slope
        spectrum[frequency < 200] = 0
        sound = np.fft.irfft(spectrum, count)
        if color == "hum":
            time = np.arange(count) / RATE
            sound = sound / sound.std() + sum(np.sin(2 * np.pi * 50 * k * time + k) / k for k in range(2, 12))
    return sound / max(1e-9, sound.std())


def encode(sound, law):
    """G.711, from floats of full scale 1 to bytes."""
    samples = np.clip(np.round(sound * 32768), -32768, 32767).astype(np.int32)
    if law == "mu":
        sign = (samples < 0).astype(np.int32) * 0x80
        magnitude = np.minimum(np.abs(samples), 32635) + 132
        exponent = np.floor(np.log2(magnitude)).astype(np.int32) - 7
        mantissa = (magnitude >> (exponent + 3)) & 0x0F
        return (~(sign | (exponent << 4) | mantissa) & 0xFF).astype(np.uint8)
    sign = (samples >= 0).astype(np.int32) * 0x80
    magnitude = np.minimum(np.where(samples >= 0, samples, -samples - 1), 32767)
    exponent = np.maximum(0, np.floor(np.log2(np.maximum(magnitude, 1))).astype(np.int32) - 7)
    mantissa = np.where(exponent == 0, magnitude >> 4, magnitude >> (exponent + 3)) & 0x0F
    return ((sign | (exponent << 4) | mantissa) ^ 0x55).astype(np.uint8)


def lose(sound, share, random):
    """Drops packets of 20 ms, some of them in a row, and plays what a receiver plays: the last one again, fading, then nothing."""
    sound = sound[: len(sound) // 160 * 160].reshape(-1, 160).copy()
    missing = 0
    lost = 0
    # Bursts: once one is lost, the next is lost with this chance.
    stay = 0.3
    begin = share * (1 - stay) / max(1e-9, 1 - share)
    last = np.zeros(160)
    for index in range(len(sound)):
        if random.random() < (stay if missing else begin):
            missing += 1
            lost += 1
            sound[index] = last * max(0.0, 1 - 0.4 * missing)
        else:
            missing = 0
            last = sound[index].copy()
    return sound.reshape(-1), lost


def wav(codes, law):
    data = codes.tobytes()
    tag = 7 if law == "mu" else 6
    head = b"RIFF" + (36 + len(data)).to_bytes(4, "little") + b"WAVEfmt " + (16).to_bytes(4, "little")
    head += tag.to_bytes(2, "little") + (1).to_bytes(2, "little") + RATE.to_bytes(4, "little") + RATE.to_bytes(4, "little")
    head += (1).to_bytes(2, "little") + (8).to_bytes(2, "little") + b"data" + len(data).to_bytes(4, "little")
    return head + data
