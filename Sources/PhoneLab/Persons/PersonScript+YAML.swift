import Speech
import Yams

extension PersonScript {
    /// Reads a script as `docs/lab.md` describes it. `source` names it in complaints.
    package init(yaml: String, source: String) throws(ScriptError) {
        try self.init(ScriptNode(yaml: yaml, source: source, what: "person"))
    }

    /// Reads a person out of a script. With `assigned`, they have that number and, unless they say otherwise, that name.
    package init(
        _ root: ScriptNode,
        assigned: (name: String, number: LabNumber.Digits)? = nil
    ) throws(ScriptError) {
        let known = [
            "name", "voice", "rings_ms", "hello", "hello_after_ms", "pause_ms", "replies", "otherwise", "interrupt",
            "backchannel", "after_silence",
        ]
        let entries = try root.mapping("a person", known: assigned == nil ? known + ["number"] : known)
        if let assigned {
            self.init(name: try entries["name"]?.text("name") ?? assigned.name, number: assigned.number)
        } else {
            guard let name = entries["name"], let number = entries["number"] else {
                throw root.wrong("a person needs a name and a number")
            }
            let dialed = try number.text("number")
            guard let digits = LabNumber.Digits(dialed), digits.block == "010" else {
                throw number.wrong("'\(dialed)' is no number for a person: +1 555 010 and four digits, in quotes")
            }
            self.init(name: try name.text("name"), number: digits)
        }
        if let voice = entries["voice"] {
            self.voice = try voice.text("voice")
            guard FliteSynthesizer.voices.contains(self.voice) else {
                throw voice.wrong(
                    "unknown voice '\(self.voice)': known are \(FliteSynthesizer.voices.joined(separator: ", "))"
                )
            }
        }
        if let rings = entries["rings_ms"] { self.rings = try rings.milliseconds("rings_ms") }
        if let delay = entries["hello_after_ms"] { helloDelay = try delay.count("hello_after_ms") }
        if let hello = entries["hello"] { self.hello = try Step.list(hello) }
        if let pause = entries["pause_ms"] { self.pause = try pause.milliseconds("pause_ms") }
        if let replies = entries["replies"] {
            self.replies = try replies.items.map { item throws(ScriptError) in try Reply(item) }
        }
        if let otherwise = entries["otherwise"] { self.otherwise = try Step.list(otherwise) }
        if let interruption = entries["interrupt"] { self.interruption = try Interruption(interruption) }
        if let backchannel = entries["backchannel"] { self.backchannel = try Backchannel(backchannel) }
        if let silence = entries["after_silence"] { afterSilence = try Silence(silence) }
    }
}

extension PersonScript.Step {
    private static let forms = "say: TEXT, press: KEYS, wait_ms: NUMBER, music_ms: NUMBER or hang_up"

    /// `"Yes."`, `hang_up`, `{press: "1"}`, or a list of such.
    fileprivate static func list(_ node: ScriptNode) throws(ScriptError) -> [PersonScript.Step] {
        try node.items.map { item throws(ScriptError) in try PersonScript.Step(item) }
    }

    private init(_ item: ScriptNode) throws(ScriptError) {
        if let word = item.node.scalar?.string {
            self = word == "hang_up" ? .hangUp : .say(try item.text("what is said"))
            return
        }
        let entries = try item.mapping("a step", known: ["say", "press", "wait_ms", "music_ms"])
        guard let entry = entries.first, entries.count == 1 else { throw item.wrong("a step is one of \(Self.forms)") }
        switch entry.key {
        case "say": self = .say(try entry.value.text("say"))
        case "wait_ms": self = .wait(try entry.value.count("wait_ms"))
        case "music_ms":
            let time = try entry.value.count("music_ms")
            guard time <= 600_000 else { throw entry.value.wrong("music_ms is ten minutes, 600000, at most") }
            self = .music(time)
        default:
            let keys = try entry.value.text("press")
            guard keys.allSatisfy({ "0123456789*#".contains($0) }) else {
                throw entry.value.wrong("'\(keys)' are no keys: 0 to 9, * and #")
            }
            self = .press(keys)
        }
    }
}

extension PersonScript.Reply {
    fileprivate init(_ item: ScriptNode) throws(ScriptError) {
        let entries = try item.mapping("a reply", known: ["hear", "turn", "key", "times", "do"])
        guard let steps = entries["do"] else { throw item.wrong("a reply needs a 'do'") }
        guard entries["hear"] != nil || entries["turn"] != nil || entries["key"] != nil else {
            throw item.wrong(
                "a reply needs 'hear', 'turn' or 'key'; what is said to anything else stands under 'otherwise'"
            )
        }
        self.init(steps: try PersonScript.Step.list(steps))
        if let phrases = entries["hear"] { hear = try Self.phrases(phrases) }
        if let turn = entries["turn"] { self.turn = try turn.count("turn", atLeast: 1) }
        if let times = entries["times"] { self.times = try times.count("times", atLeast: 1) }
        if let key = entries["key"] {
            let text = try key.text("key")
            guard let character = text.first, text.count == 1, "0123456789*#ABCD".contains(character) else {
                throw key.wrong("'\(text)' is no key: 0 to 9, *, # or A to D")
            }
            self.key = character
        }
    }

    /// Short words are heard everywhere, so that a phrase needs a few letters to be told from noise.
    private static func phrases(_ node: ScriptNode) throws(ScriptError) -> [String] {
        try node.items.map { item throws(ScriptError) in
            let phrase = try item.text("hear").lowercased()
            guard phrase.allSatisfy({ $0.isLetter || $0 == " " || $0 == "'" }), phrase.count(where: \.isLetter) >= 6
            else {
                throw item.wrong(
                    "'\(phrase)' cannot be listened for: words of six letters or more in all, numbers in words"
                )
            }
            return phrase
        }
    }
}

extension PersonScript.Interruption {
    fileprivate init(_ node: ScriptNode) throws(ScriptError) {
        let entries = try node.mapping("interrupt", known: ["after_ms", "turn", "times", "do"])
        guard let after = entries["after_ms"], let steps = entries["do"] else {
            throw node.wrong("interrupt needs after_ms and do")
        }
        self.init(after: try after.count("after_ms"), steps: try PersonScript.Step.list(steps))
        if let turn = entries["turn"] { self.turn = try turn.count("turn", atLeast: 1) }
        if let times = entries["times"] { self.times = try times.count("times", atLeast: 1) }
    }
}

extension PersonScript.Backchannel {
    fileprivate init(_ node: ScriptNode) throws(ScriptError) {
        let entries = try node.mapping("backchannel", known: ["every_ms", "say", "times"])
        guard let every = entries["every_ms"], let says = entries["say"] else {
            throw node.wrong("backchannel needs every_ms and say")
        }
        self.init(every: try every.count("every_ms", atLeast: 200), says: try says.texts("say"))
        if let times = entries["times"] { self.times = try times.count("times", atLeast: 1) }
    }
}

extension PersonScript.Silence {
    fileprivate init(_ node: ScriptNode) throws(ScriptError) {
        let entries = try node.mapping("after_silence", known: ["after_ms", "times", "do"])
        guard let after = entries["after_ms"], let steps = entries["do"] else {
            throw node.wrong("after_silence needs after_ms and do")
        }
        self.init(after: try after.count("after_ms", atLeast: 500), steps: try PersonScript.Step.list(steps))
        if let times = entries["times"] { self.times = try times.count("times", atLeast: 1) }
    }
}
