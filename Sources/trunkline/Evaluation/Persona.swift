import Calls
import PhoneLab
import Yams

/// Somebody whom a language model plays, described in words.
struct Persona: Sendable, Hashable {
    var name: String
    /// The lab number that they answer.
    var number: LabNumber.Digits
    /// Who they are, what they want and know, how they speak and when they hang up.
    var text: String
    /// One of the configuration's models. Nil: all of them, the first that answers is heard.
    var model: String?
    /// Nil: as the configuration has it.
    var temperature: Double?
    /// Sent with every request, so that a server which can says the same to the same words. Nil: none is sent.
    var seed: Int?
    /// Any voice that an agent may have.
    var voice = "rms"
    /// What they speak and listen for, as an RFC 5646 tag.
    var language = "en-US"
    /// What they say when they have picked up. Empty: they wait to be spoken to.
    var hello = "Hello?"
    /// How long after picking up that comes, in ms.
    var helloDelay = 300
    /// How long it rings before they pick up, in ms. Nil: the lab's usual.
    var rings: ClosedRange<Int>?
    /// How soon they take the agent's silence for the end of its turn.
    var eagerness = Agent.Eagerness.balanced
    /// They hang up when the call has lasted so long, in s.
    var longest = 300
}

extension Persona {
    private static let known = [
        "persona", "model", "temperature", "seed", "voice", "language", "hello", "hello_after_ms", "rings_ms",
        "eagerness",
        "longest_s",
    ]

    /// Reads somebody out of a case, whose `variables` fill in the `{{variables}}` of what is said of them and by them.
    init(
        _ node: ScriptNode,
        name: String,
        number: LabNumber.Digits,
        variables: [String: String]
    ) throws(ScriptError) {
        func filled(_ node: ScriptNode, _ what: String) throws(ScriptError) -> String {
            let template = Template(try node.text(what))
            if let missing = template.variables.first(where: { variables[$0] == nil }) {
                throw node.wrong("the case has no value for {{\(missing)}}")
            }
            return template.filled { variables[$0] }
        }
        let entries = try node.mapping("a person who is played by a language model", known: Self.known)
        guard let text = entries["persona"] else { throw node.wrong("persona is missing") }
        self.init(name: name, number: number, text: try filled(text, "persona"))
        model = try entries["model"].map { node throws(ScriptError) in try node.text("model") }
        if let value = entries["temperature"] {
            guard let number = value.node.scalar.flatMap({ Double($0.string) }), (0...2).contains(number) else {
                throw value.wrong("temperature is a number from 0 to 2")
            }
            temperature = number
        }
        seed = try entries["seed"].map { node throws(ScriptError) in try node.count("seed") }
        voice = try entries["voice"]?.text("voice") ?? voice
        language = try entries["language"]?.text("language") ?? language
        if let value = entries["hello"] {
            hello = value.node.sequence?.isEmpty == true ? "" : try filled(value, "hello")
        }
        helloDelay = try entries["hello_after_ms"]?.count("hello_after_ms") ?? helloDelay
        rings = try entries["rings_ms"].map { node throws(ScriptError) in try node.milliseconds("rings_ms") }
        if let value = entries["eagerness"] {
            guard let eagerness = Agent.Eagerness(rawValue: try value.text("eagerness")) else {
                throw value.wrong(
                    "eagerness is one of \(Agent.Eagerness.allCases.map(\.rawValue).joined(separator: ", "))"
                )
            }
            self.eagerness = eagerness
        }
        longest = try entries["longest_s"]?.count("longest_s", atLeast: 10) ?? longest
    }
}
