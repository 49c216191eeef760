"""Makes the corpus: calls that were answered by people and by machines, as the caller hears them. See docs/who-answered.md."""
import argparse, hashlib, json, os, shutil, sys
import numpy as np
from line import *
from voices import Studio, VOICES, WEIGHTS, PROMPTS, SYLLABLES, resampled

NAMES = {
    "train": ["Peter", "Sandra", "Mister Collins", "Maria", "Tom", "Rachel Green"],
    "held": ["Samantha", "Doctor Miller", "Kevin", "Laura Brown", "Frank", "Missus Patterson"],
    "fresh": ["Gregory", "Amanda Hughes", "Mister Olsen"],
    "later": ["Bernard", "Olivia Wright", "Doctor Novak"],
}
SHOPS = {
    "train": ["City Dental", "Green Street Garage", "Marco's Pizza", "the law office of Hanson and Moore"],
    "held": ["Harbor Street Flowers", "Lakeside Veterinary Clinic", "the Corner Bakery", "Northern Heating and Cooling"],
    "fresh": ["Summit Insurance", "Elm Tree Pharmacy", "Anderson and Sons Plumbing"],
    "later": ["Riverside Motors", "Old Mill Books", "Keller and Daughters Roofing"],
}
RATES = {"train": [0.92, 1.08], "held": [0.9, 1.0, 1.12], "fresh": [0.95, 1.05, 1.15], "later": [0.93, 1.03, 1.1]}
# 'fresh' and 'later' are for measuring only: the scripts and voices of 'fresh' came after the thresholds had been chosen, the voices of 'later' after they
# had been chosen again.
SIDES = ["train", "held", "fresh", "later"]

# How many clips of each kind a side has.
PEOPLE = [("person.short", 30), ("person.name", 18), ("person.business", 14), ("person.long_business", 8), ("person.two_part", 14),
          ("person.slow", 6), ("person.child", 5), ("person.middle", 5)]
MACHINES = [("machine.personal", 40), ("machine.carrier", 14), ("machine.business", 12), ("machine.full", 6), ("machine.announcement", 8),
            ("ivr", 12), ("screener", 12)]


def sections(path):
    """kind → lines."""
    kinds, kind = {}, None
    for line in open(path, encoding="utf-8"):
        line = line.strip()
        if not line or line.startswith("#"):
            continue
        if line.startswith("["):
            kind = line[1:-1]
            kinds[kind] = []
        else:
            kinds[kind].append(line)
    return kinds


def scripts(folder):
    """kind → side → lines."""
    fresh = sections(f"{folder}/lines-fresh.txt")
    return {kind: {"train": lines[0::2], "held": lines[1::2], "fresh": fresh[kind], "later": fresh[kind]}
            for kind, lines in sections(f"{folder}/lines.txt").items()}


class Clip:
    """A call from the answer on, as it is put together."""

    def __init__(self):
        self.parts = []
        self.length = 0  # samples
        self.words = []  # (from ms, to ms, text)
        self.beep = None

    @property
    def now(self):
        return self.length * 1000 // RATE

    def add(self, sound):
        self.parts.append(sound)
        self.length += len(sound)

    def pause(self, ms):
        self.add(milliseconds(max(0, ms)))

    def say(self, sound, text=None):
        start = self.now
        self.add(sound)
        if text:
            self.words.append((start, self.now, text))


class Maker:
    def __init__(self, side, lines, studio, root, seed):
        self.side, self.lines, self.studio, self.root = side, lines, studio, root
        self.random = np.random.default_rng([seed, SIDES.index(side)])
        self.babble = {}

    # Choices

    def pick(self, options):
        return options[int(self.random.integers(len(options)))]

    def chance(self, share):
        return self.random.random() < share

    def between(self, low, high):
        return float(self.random.uniform(low, high))

    def voice(self):
        voices = VOICES[self.side]
        weights = np.array([WEIGHTS.get(voice, 1.0) for voice in voices])
        return voices[int(self.random.choice(len(voices), p=weights / weights.sum()))]

    def script(self, kind):
        return self.pick(self.lines[kind][self.side])

    def segments(self, line, slow=1.0):
        """(pause before in ms, words) of a script."""
        name, shop = self.pick(NAMES[self.side][:3]), self.pick(SHOPS[self.side][:3])
        parts = []
        for index, part in enumerate(line.replace("NAME", name).replace("SHOP", shop).split("|")):
            pause = 0.0
            if index > 0:
                digits = part.lstrip().split(" ", 1)
                pause = 450.0
                if digits[0].isdigit():
                    pause, part = float(digits[0]), digits[1]
                pause *= self.between(0.75, 1.3) * slow
            parts.append((pause, part.strip()))
        return parts

    def speak(self, voice, text, rate, age="adult"):
        sound = self.studio.speak(voice, text, rate)
        if age == "child":
            sound = resampled(sound, 10400, RATE)
        elif age == "old":
            sound = resampled(sound, 7200, RATE)
        return sound

    # People

    def person(self, kind):
        """A person, and the agent, who begins at once or waits for the hello."""
        clip, random = Clip(), self.random
        age = {"person.child": "child", "person.slow": "old"}.get(kind, "adult")
        voice, rate = self.voice(), self.pick(RATES[self.side])
        line = self.script(kind)
        at_once = self.chance(0.75)
        greeting = self.between(2500, 7000)
        agent = []
        clip.pause(min(4000, float(random.lognormal(6.2, 0.6))))
        start = clip.now
        parts = [(pause, self.speak(voice, text, rate, age), text) for pause, text in self.segments(line)]
        agent_start = self.between(100, 400) if at_once else None
        # Who hears somebody speak breaks off a long answer; not everybody does.
        breaks_off = at_once and self.chance(0.5)
        first_end = None
        for pause, sound, text in parts:
            if pause and first_end is None and pause >= 400:
                first_end = clip.now
            spoken_over = clip.now + pause - max(start, agent_start or 0)
            if breaks_off and pause and spoken_over > 1500:
                break
            clip.pause(pause)
            room = max(0, int((self.between(900, 1800) - max(0, spoken_over)) * RATE / 1000))
            if breaks_off and len(sound) > room + 6400 and len(sound) > 2 * RATE:
                cut = max(room, 8000)
                sound = sound[:cut] * np.minimum(1, np.arange(cut)[::-1] / 400)
                clip.say(sound, " ".join(text.split()[: max(1, int(len(text.split()) * cut / (len(sound) + 1)))]))
                break
            clip.say(sound, text)
        end = clip.now
        if first_end is None:
            first_end = end
        if at_once:
            if self.chance(0.5):  # with barge-in the agent stops, and starts again
                stop = max(agent_start + 200, start + 400)
                agent.append([agent_start, min(stop, agent_start + greeting)])
                if stop < agent_start + greeting:
                    agent.append([end + 700, end + 700 + greeting])
            else:
                agent.append([agent_start, agent_start + greeting])
        else:
            agent.append([end + self.between(400, 900), end + 900 + greeting])
        answer = max(agent[-1][1] + self.between(150, 1300), end + 1200)
        # Not everybody listens to the end.
        if self.chance(0.2):
            answer = max(end + 1300, agent[-1][0] + self.between(1500, 4000))
            agent[-1][1] = min(agent[-1][1], max(agent[-1][0] + 200, answer + 300))
        clip.pause(answer - clip.now)
        for pause, text in self.segments(self.script("person.reply")):
            clip.pause(pause)
            clip.say(self.speak(voice, text, rate, age), text)
        clip.pause(self.between(1500, 2500))
        return clip, dict(truth="person", voice=voice, script=line, firstEnd=first_end, agent=agent)

    def silent_person(self):
        """Picks up, says nothing, and answers the agent."""
        clip = Clip()
        voice, rate = self.voice(), self.pick(RATES[self.side])
        greeting = self.between(2500, 6000)
        clip.pause(200 + greeting + self.between(200, 1500))
        line = self.script("person.reply")
        text = self.segments(line)[0][1]
        clip.say(self.speak(voice, text, rate), text)
        end = clip.now
        clip.pause(3000)
        return clip, dict(truth="person", voice=voice, script=line, firstEnd=end, agent=[[200, 200 + greeting]])

    def recorded_person(self):
        """Short words of real people stand in for a hello and an answer."""
        clip = Clip()
        voice, words = self.syllables()
        clip.pause(min(4000, float(self.random.lognormal(6.2, 0.6))))
        for index in range(self.pick([1, 1, 1, 2])):
            if index:
                clip.pause(self.between(300, 1200))
            clip.say(self.pick(words)())
            if index == 0:
                first_end = clip.now
        end = clip.now
        greeting = self.between(2500, 7000)
        agent = [[200, 200 + greeting]] if self.chance(0.7) else [[end + 600, end + 600 + greeting]]
        clip.pause(max(1200, agent[0][1] + self.between(150, 1300) - end))
        for index in range(self.pick([1, 2, 3])):
            clip.say(self.pick(words)())
            clip.pause(self.between(100, 500))
        clip.pause(2000)
        return clip, dict(truth="person", voice=voice, script="recorded words", firstEnd=first_end, agent=agent)

    def syllables(self):
        language = self.pick(SYLLABLES[self.side])
        folder = f"{self.root}/usr/share/klettres/{language}"
        paths = sorted(os.path.join(at, name) for at, _, names in os.walk(folder) for name in names if name.endswith(".ogg"))
        return f"people:{language}", [lambda path=path: self.studio.recording(path) for path in paths]

    # Machines

    def machine(self, kind):
        clip = Clip()
        voice, rate = self.voice(), self.pick(RATES[self.side])
        line = self.script(kind)
        clip.pause(self.between(100, 1500))
        if kind == "machine.announcement" and self.chance(0.6):
            self.special_information(clip)
            clip.pause(self.between(50, 400))
        first_end = None
        for pause, text in self.segments(line):
            if pause >= 400 and first_end is None:
                first_end = clip.now
            clip.pause(pause)
            clip.say(self.speak(voice, text, rate), text)
        truth = kind if kind in ("ivr", "screener") else "machine"
        return self.after_greeting(clip, kind, line, voice, truth, first_end or clip.now)

    def recorded_machine(self, kind):
        """Greetings put together from recorded prompts."""
        clip = Clip()
        name = self.pick(list(PROMPTS[self.side]))
        menu = kind == "ivr"
        wanted = {
            "machine.carrier": self.pick([["vm-theperson", "digits", "vm-isunavail", "vm-intro"], ["vm-nobodyavail", "vm-intro"],
                                          ["vm-theperson", "digits", "vm-isonphone", "vm-intro"], ["vm-intro"]]),
            "machine.full": [self.pick(["vm-mailboxfull", "vm-nobox"]), "vm-goodbye"],
            "machine.announcement": [self.pick(["ss-noservice", "all-circuits-busy-now", "cannot-complete-as-dialed", "pbx-invalid", "number-not-answering"])],
            "ivr": self.pick([["demo-congrats"], ["demo-instruct"], ["basic-pbx-ivr-main"], ["queue-thankyou"], ["dir-intro"],
                              ["vm-opts"], ["conf-getconfno"], ["queue-periodic-announce"]]),
        }[kind]
        if self.side in ("fresh", "later"):
            wanted = {
                "machine.carrier": self.pick([["vm-isunavail", "vm-leavemsg"], ["vm-theperson", "digits", "vm-isunavail", "vm-leavemsg"], ["vm-nobodyavail", "vm-leavemsg"]]),
                "machine.full": ["vm-mailboxfull"],
                "machine.announcement": [self.pick(["ss-noservice", "cannot-complete-network-error", "all-circuits-busy-now"])],
                "ivr": self.pick([["agent-login", "agent-pass"], ["conf-getpin"], ["dir-instr"], ["vm-login"], ["queue-youarenext", "queue-thankyou"]]),
            }[kind]
        clip.pause(self.between(100, 1500))
        first_end = None
        for index, prompt in enumerate(wanted):
            if index:
                clip.pause(self.between(80, 350))
            prompts = [f"digits/{self.random.integers(1, 10)}" for _ in range(3)] if prompt == "digits" else [prompt]
            for one in prompts:
                path = self.prompt(name, one)
                if path:
                    clip.say(self.studio.recording(path))
        if clip.now < 2000:
            return None
        return self.after_greeting(clip, kind, "prompts: " + " ".join(wanted), f"prompts:{name}", "ivr" if menu else "machine", clip.now)

    def prompt(self, name, prompt):
        base = f"{self.root}/usr/share/asterisk/sounds/{PROMPTS[self.side][name]}"
        for ending in (".wav", ".gsm"):
            for folder in ("", "digits/", "dictate/"):
                if os.path.exists(f"{base}/{folder}{prompt}{ending}"):
                    return f"{base}/{folder}{prompt}{ending}"
        return None

    def after_greeting(self, clip, kind, line, voice, truth, first_end):
        greeting_end = clip.now
        wants_beep = {"machine.personal": 0.93, "machine.carrier": 0.97, "machine.business": 0.93, "screener": 0.5}.get(kind, 0.0)
        if self.chance(wants_beep):
            clip.pause(self.between(150, 1600))
            self.add_beep(clip)
        if kind == "ivr" and self.chance(0.4):
            clip.pause(self.between(3000, 5000))
            clip.say(np.concatenate([part for part in clip.parts if np.abs(part).sum() > 0][-1:]))
        clip.pause(self.between(4000, 6000))
        greeting = self.between(2500, 7000)
        start = 200.0
        agent = [[start, start + greeting]]
        if self.chance(0.4):  # barge-in
            agent = [[start, max(start + 300, min(start + greeting, clip.words[0][0] + 400 if clip.words else 900))]]
        return clip, dict(truth=truth, voice=voice, script=line, firstEnd=first_end, greetingEnd=greeting_end, agent=agent)

    def special_information(self, clip):
        for frequencies, length in ((913.8, 985.2), 274), ((1370.6, 1428.5), 274), ((1776.7,), 380):
            frequency = self.pick(list(frequencies))
            clip.add(tone([frequency], self.pick([length, 380]), self.random) * 0.5)

    def add_beep(self, clip, shape=None, edge=False):
        """Records what it was and where."""
        random = self.random
        shape = shape or self.pick(["single"] * 7 + ["chirp", "dual", "double"])
        frequency = self.between(350, 2200) if edge or self.chance(0.5) else self.pick([440.0, 850.0, 1000.0, 1400.0, 800.0, 1200.0])
        length = self.between(80, 900) if edge else self.between(120, 900)
        chirp = second = None
        if shape == "chirp":
            length = self.between(120, 300)
            chirp = float(np.clip(frequency * self.pick([0.6, 0.75, 1.35, 1.7]), 350, 2200))
        if shape == "dual":
            # Two tones that a keypad makes are a key, and the networks' pairs are no beeps.
            for _ in range(50):
                second = frequency * self.between(1.25, 1.6)
                if second > 2200:
                    frequency, second = frequency / 1.6, frequency
                if frequency > 500 and not any(abs(frequency - row) < 0.05 * row for row in (697, 770, 852, 941)):
                    break
                frequency = self.between(500, 1375)
        level = decibels(self.between(-9, 3)) * 0.3
        start = clip.now
        sound = tone([frequency] + ([second] if second else []), length, random, chirp) * level
        clip.add(sound)
        if shape == "double":
            clip.pause(self.between(60, 250))
            clip.add(tone([frequency], length, random) * level)
        clip.beep = dict(start=start, end=clip.now, frequency=frequency, shape=shape)

    def fax(self):
        clip = Clip()
        clip.pause(self.between(200, 1500))
        for _ in range(2):
            if self.chance(0.5):
                clip.add(tone([2100.0], self.between(2600, 4000), self.random) * 0.3)
            else:
                clip.add(tone([1100.0], 500, self.random) * 0.3)
                clip.pause(3000)
        clip.pause(1000)
        return clip, dict(truth="machine", voice="tones", script="fax", firstEnd=clip.now, agent=[[200, 4200]])

    def music(self):
        clip = Clip()
        tracks = sorted(os.listdir(f"{self.root}/usr/share/asterisk/moh"))
        track = self.pick([name for index, name in enumerate(tracks) if (index % 2 == 1) == (self.side == "train")])
        sound = self.studio.recording(f"{self.root}/usr/share/asterisk/moh/{track}")
        start = int(self.random.integers(max(1, len(sound) - 15 * RATE)))
        clip.pause(self.between(0, 500))
        clip.add(sound[start : start + 14 * RATE])
        return clip, dict(truth="machine", voice="music", script=track, firstEnd=clip.now, agent=[[200, 4200]])

    def busy(self):
        clip = Clip()
        clip.pause(300)
        for _ in range(8):
            clip.add(tone([480.0, 620.0], 500, self.random) * 0.2)
            clip.pause(500)
        return clip, dict(truth="machine", voice="tones", script="busy", firstEnd=clip.now, agent=[[200, 4200]])

    def silence(self):
        clip = Clip()
        clip.pause(13000)
        return clip, dict(truth="unknown", voice="none", script="silence", firstEnd=0, agent=[[200, 4200]])

    def ringing(self):
        """An exchange that answers and rings on: nobody is there yet."""
        clip = Clip()
        clip.pause(self.between(200, 1000))
        for _ in range(2):
            clip.add(tone(self.pick([[440.0, 480.0], [400.0, 450.0]]), 2000, self.random) * 0.15)
            clip.pause(4000)
        return clip, dict(truth="unknown", voice="tones", script="ringback", firstEnd=0, agent=[[200, 4200]])

    def beep_test(self):
        """The end of a greeting, and a beep of any kind, at 10 dB above the noise or more."""
        clip = Clip()
        voice = self.voice()
        line = self.script("machine.personal")
        clip.pause(300)
        if self.chance(0.8):
            _, text = self.segments(line)[-1]
            sound = self.speak(voice, text, self.pick(RATES[self.side]))
            clip.say(sound[-int(1.2 * RATE) :])
        clip.pause(self.between(40, 1500))
        self.add_beep(clip, shape=self.pick(["single"] * 5 + ["chirp", "dual", "double"]), edge=True)
        clip.pause(1200)
        return clip, dict(truth="machine", voice=voice, script=line, firstEnd=0, agent=[])

    def keys(self):
        clip = Clip()
        clip.pause(500)
        rows, columns = [697.0, 770.0, 852.0, 941.0], [1209.0, 1336.0, 1477.0, 1633.0]
        for _ in range(12):
            clip.add(tone([self.pick(rows), self.pick(columns)], self.between(70, 400), self.random) * 0.3)
            clip.pause(self.between(80, 600))
        return clip, dict(truth="unknown", voice="tones", script="keys", firstEnd=0, agent=[])

    # The line

    def crowd(self):
        """Ten seconds of several voices at once, or of one: a radio."""
        kind = self.pick(["radio", "babble", "babble"])
        if len(self.babble.setdefault(kind, [])) < 6:
            total = np.zeros(12 * RATE)
            for _ in range(1 if kind == "radio" else 6):
                voice, place = self.pick([one for one in VOICES[self.side] if not one.startswith("piper")]), 0
                while place < len(total):
                    text = self.segments(self.script("machine.business"))[0][1]
                    sound = self.speak(voice, text, 1.08 if self.side == "train" else 1.0)
                    sound = sound[: len(total) - place] / active_level(sound)
                    total[place : place + len(sound)] += sound
                    place += len(sound) + int(self.between(100, 500) * 8)
            self.babble[kind].append(total / active_level(total))
        sound = self.pick(self.babble[kind])
        return kind, np.roll(sound, int(self.random.integers(len(sound))))

    def finish(self, clip, facts, kind, quiet=False):
        """Puts the sound on a line."""
        random = self.random
        sound = np.concatenate(clip.parts)
        level = active_level(sound)
        law = self.pick(["mu", "mu", "a"])
        loudness = self.between(-32, -14)
        voice = sound / level * decibels(loudness) if np.abs(sound).sum() > 0 else sound
        snr = self.pick([60.0, 40.0, 30.0, 22.0, 15.0])
        floor = loudness - snr if np.abs(sound).sum() > 0 else self.between(-75, -45)
        where = "none"
        if quiet:
            snr = self.pick([10.0, 15.0, 20.0, 30.0, 40.0])
            begin, end = clip.beep["start"] * 8, clip.beep["end"] * 8
            floor = 20 * np.log10(max(1e-9, active_level(voice[begin:end]))) - snr
        if floor > -78:
            where = self.pick(["white", "pink", "hum", "brown"])
            voice = voice + noise(len(voice), where, random) * decibels(floor)
        behind = None
        if not quiet and facts["truth"] == "person" and facts["voice"] != "none" and self.chance(0.2):
            behind, crowd = self.crowd()
            below = self.between(10, 25)
            voice = voice + np.resize(crowd, len(voice)) * decibels(loudness - below)
        clipped = self.chance(0.08)
        if clipped:
            voice = voice * decibels(self.between(6, 14))
        voice = np.clip(voice, -0.98, 0.98)
        share = self.pick([0, 0, 0, 0.01, 0.03, 0.05, 0.1])
        lost = 0
        if share:
            voice, lost = lose(voice, share, random)
        facts.update(kind=kind, law=law, level=round(loudness, 1), noise=where, snr=round(float(snr), 1), behind=behind, loss=share,
                     clipped=clipped, beep=clip.beep, words=self.heard(clip))
        facts["agent"] = [[int(round(value)) for value in span] for span in facts["agent"]]
        return encode(voice[: len(voice) // 160 * 160], law), law

    def heard(self, clip):
        """What a streaming recogniser might give: half a second late, a word in eight missing or wrong."""
        given = []
        for start, end, text in clip.words:
            words = text.split()
            heard = []
            for index, word in enumerate(words):
                if self.chance(0.125):
                    word = self.pick(["the", "a", "and", ""])
                heard.append((start + (end - start) * (index + 1) / len(words) + 500, word))
            for place in range(0, len(heard), 3):
                group = heard[place : place + 3]
                given.append(dict(text=" ".join(word for _, word in group if word), at=int(group[-1][0])))
        return [one for one in given if one["text"]]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--packages", required=True)
    parser.add_argument("--cache", required=True)
    parser.add_argument("--out", required=True)
    parser.add_argument("--seed", type=int, default=4)
    parser.add_argument("--scale", type=float, default=1.0)
    options = parser.parse_args()
    studio = Studio(options.packages, options.cache)
    lines = scripts(os.path.dirname(os.path.abspath(__file__)))
    shutil.rmtree(options.out, ignore_errors=True)
    every = []
    digest = hashlib.sha256()
    speak_ahead(studio, lines)
    for side in SIDES:
        os.makedirs(f"{options.out}/{side}")
        maker = Maker(side, lines, studio, options.packages, options.seed)
        for kind, make in plan(maker, side, options.scale):
            made = make()
            if made is None:
                continue
            clip, facts = made
            codes, law = maker.finish(clip, facts, kind, quiet=kind == "beep-test")
            name = f"{side}/{len(every):05d}-{kind}.wav"
            data = wav(codes, law)
            with open(f"{options.out}/{name}", "wb") as file:
                file.write(data)
            digest.update(name.encode() + data)
            every.append(dict(file=name, side=side, **facts))
    text = json.dumps(every, sort_keys=True, indent=None, separators=(",", ":"))
    with open(f"{options.out}/clips.json", "w") as file:
        file.write(text)
    digest.update(text.encode())
    print(f"{len(every)} clips, sha256 {digest.hexdigest()}")
    with open(f"{options.out}/sha256", "w") as file:
        file.write(digest.hexdigest() + "\n")


def speak_ahead(studio, lines):
    wanted = set()
    for side in SIDES:
        for kind, sides in lines.items():
            for line in sides[side]:
                for name in NAMES[side][:3]:
                    for shop in SHOPS[side][:3]:
                        for part in line.replace("NAME", name).replace("SHOP", shop).split("|"):
                            first = part.strip().split(" ", 1)
                            text = first[1] if first[0].isdigit() else part.strip()
                            for voice in VOICES[side]:
                                for rate in RATES[side] + [1.08 if side == "train" else 1.0]:
                                    if voice.startswith("festival:"):
                                        wanted.add((voice, text, rate))
    studio.prepare(wanted)


def plan(maker, side, scale):
    """(kind, how it is made), in a fixed order."""
    people = {"train": 700, "held": 1250, "fresh": 1250, "later": 1250}[side] * scale / 100
    machines = {"train": 400, "held": 520, "fresh": 520, "later": 520}[side] * scale / 100
    for kind, share in PEOPLE:
        for _ in range(round(share * people)):
            yield kind, lambda kind=kind: maker.person(kind)
    for _ in range(round(6 * people)):
        yield "person.silent", maker.silent_person
    for _ in range(round(10 * people)):
        yield "person.recorded", maker.recorded_person
    for kind, share in MACHINES:
        for _ in range(round(share * machines)):
            yield kind, lambda kind=kind: maker.machine(kind)
    for kind, share in ("machine.carrier", 14), ("machine.full", 3), ("machine.announcement", 4), ("ivr", 8):
        for _ in range(round(share * machines)):
            yield kind, lambda kind=kind: maker.recorded_machine(kind)
    for kind, share, make in (("machine.fax", 4, maker.fax), ("machine.music", 4, maker.music), ("machine.busy", 2, maker.busy),
                              ("unknown.silence", 4, maker.silence), ("unknown.ringing", 3, maker.ringing), ("unknown.keys", 3, maker.keys),
                              ("beep-test", 80 if side == "train" else 120, maker.beep_test)):
        for _ in range(round(share * machines)):
            yield kind, make


main()
