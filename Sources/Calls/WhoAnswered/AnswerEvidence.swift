/// What was heard of a call's beginning, without its sound: enough to decide again who answered, with other thresholds, by `AnswerDecision`.
///
/// All times are in ms since the first frame after the answer, in steps of 20. A minute of a call takes some 2 kB as JSON.
package struct AnswerEvidence: Sendable, Hashable, Codable {
    /// `start` up to, but not including, `end`.
    package struct Span: Sendable, Hashable, Codable {
        package var start: Int
        package var end: Int

        package init(_ start: Int, _ end: Int) {
            self.start = start
            self.end = end
        }

        /// As two numbers: these are most of what is stored.
        package init(from decoder: any Decoder) throws {
            var container = try decoder.unkeyedContainer()
            start = try container.decode(Int.self)
            end = try container.decode(Int.self)
        }

        package func encode(to encoder: any Encoder) throws {
            var container = encoder.unkeyedContainer()
            try container.encode(start)
            try container.encode(end)
        }
    }

    /// Words that a recogniser gave, when it gave them.
    package struct Words: Sendable, Hashable, Codable {
        package var text: String
        package var at: Int

        package init(text: String, at: Int) {
            self.text = text
            self.at = at
        }
    }

    /// A frame.
    package static let step = 20
    /// What comes later than this is not kept, and changes no verdict.
    package static let longest = 180_000

    /// How much was heard.
    package var duration = 0
    /// When the callee's side spoke, in order.
    package var speech: [Span] = []
    /// When the agent spoke, in order.
    package var agent: [Span] = []
    /// As they became known.
    package var tones: [HeardTone] = []
    package var words: [Words] = []
    /// When it was known that somebody spoke who is much nearer than all that was heard before, in ms. Nil: nobody did, or that was not kept.
    package var nearer: [Int]?
    /// When it was known that music played that had been heard from the first sound on, in order. Nil: none was, or that was not kept.
    package var music: [Span]?
    /// Whether the callee's side put the line down, `duration` after the answer. Nil: it did not, or that was not kept.
    package var isHungUp: Bool?

    package init() {}

    /// Adds one frame. Tones and words carry the frame's own `duration` as the time at which they were known.
    package mutating func append(_ moment: AnswerMoment) {
        guard duration < Self.longest else { return }
        let start = duration
        duration += Self.step
        if moment.isSpeech { Self.extend(&speech, from: start, to: duration) }
        if moment.agentSpeaks { Self.extend(&agent, from: start, to: duration) }
        tones += moment.tones
        words += moment.words.map { Words(text: $0, at: duration) }
        if moment.isNearer { nearer = (nearer ?? []) + [duration] }
        if moment.isMusic {
            var spans = music ?? []
            Self.extend(&spans, from: start, to: duration)
            music = spans
        }
    }

    private static func extend(_ spans: inout [Span], from start: Int, to end: Int) {
        if let last = spans.indices.last, spans[last].end == start {
            spans[last].end = end
        } else {
            spans.append(Span(start, end))
        }
    }

    /// The frames it was made of.
    var moments: [AnswerMoment] {
        var speech = speech[...]
        var agent = agent[...]
        var tones = tones[...]
        var words = words[...]
        var music = (music ?? [])[...]
        return stride(from: 0, to: duration, by: Self.step).map { start in
            while let span = speech.first, span.end <= start { speech.removeFirst() }
            while let span = agent.first, span.end <= start { agent.removeFirst() }
            while let span = music.first, span.end <= start { music.removeFirst() }
            var moment = AnswerMoment(
                isSpeech: speech.first.map { $0.start <= start } ?? false,
                agentSpeaks: agent.first.map { $0.start <= start } ?? false
            )
            while let tone = tones.first, tone.known <= start + Self.step { moment.tones.append(tones.removeFirst()) }
            while let said = words.first, said.at <= start + Self.step { moment.words.append(words.removeFirst().text) }
            moment.isNearer = nearer?.contains(start + Self.step) ?? false
            moment.isMusic = music.first.map { $0.start <= start } ?? false
            return moment
        }
    }
}

/// 20 ms of a call, as the decision sees them.
package struct AnswerMoment: Sendable, Hashable {
    /// Whether the callee's side speaks.
    package var isSpeech: Bool
    /// Whether the agent's own words are going out.
    package var agentSpeaks: Bool
    /// What became known in this frame.
    package var tones: [HeardTone]
    package var words: [String]
    /// Whether it is known now that somebody speaks who is much nearer than all that was heard before: a person in front of a crowd or a radio.
    package var isNearer = false
    /// Whether music plays that was heard from the first sound on.
    package var isMusic = false

    package init(isSpeech: Bool, agentSpeaks: Bool, tones: [HeardTone] = [], words: [String] = []) {
        self.isSpeech = isSpeech
        self.agentSpeaks = agentSpeaks
        self.tones = tones
        self.words = words
    }
}
