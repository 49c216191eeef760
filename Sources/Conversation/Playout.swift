import Audio
import Calls
import Telephony

/// What the agent has given to be played, and how much of it was.
///
/// Positions in the queue are counted in samples ever queued, as `LegAudio` does; positions on the recording are sample counts since
/// the answer.
struct Playout: Sendable {
    private struct Sentence {
        var text: String
        var samples: [Int16]
        var range: Range<Int64>
    }

    private struct Line {
        var text: String
        var step: String?
        var intent: String?
        var sentences: [Sentence]
        /// Where on the recording its first sample is.
        var start: Int64?
        var range: Range<Int64> {
            (sentences.first?.range.lowerBound ?? 0)..<(sentences.last?.range.upperBound ?? 0)
        }
    }

    private var lines: [Line] = []
    private var played: Int64 = 0
    /// Whether something of the agent's is still to be heard.
    var isSpeaking: Bool { !lines.isEmpty }
    /// The step whose line is being heard; nil between lines and during the greeting.
    var currentStep: String? { lines.first { $0.start != nil }?.step }

    /// A line was queued, sentence by sentence.
    mutating func add(
        _ line: FlowMove.Line,
        sentences: [(text: String, samples: [Int16], range: Range<Int64>)]
    ) {
        let sentences = sentences.map { Sentence(text: $0.text, samples: $0.samples, range: $0.range) }
        guard !sentences.isEmpty else { return }
        lines.append(Line(text: line.text, step: line.step, intent: line.intent, sentences: sentences))
    }

    /// Time went on. Returns the agent's level in each 20 ms frame of the tick, in dB, and the lines that ended in it.
    mutating func advance(_ tick: AudioTick) -> (levels: [Double], said: [TranscriptEntry]) {
        let length = Int64(tick.samples.count)
        // Within a tick, samples are sent from its beginning on, unless they were queued later: 20 ms at most.
        let levels = stride(from: 0, to: length, by: 160).map { offset in
            level(of: (played + offset)..<min(played + offset + 160, max(tick.played, played + offset)))
        }
        var said: [TranscriptEntry] = []
        for index in lines.indices where lines[index].start == nil && tick.played > lines[index].range.lowerBound {
            lines[index].start = tick.position + min(length, max(0, lines[index].range.lowerBound - played))
        }
        while let line = lines.first, tick.played >= line.range.upperBound {
            lines.removeFirst()
            let end = tick.position + min(length, max(0, line.range.upperBound - played))
            said.append(entry(line, heard: line.text, end: end))
        }
        played = max(played, tick.played)
        return (levels, said)
    }

    /// Everything queued was dropped after `reached` samples, at `position` on the recording. Returns what was said, as far as it was
    /// heard, and what was not: from the interrupted sentence on.
    mutating func stop(at reached: Int64, position: Int64) -> (said: [TranscriptEntry], unheard: String?) {
        defer { lines = [] }
        let said = lines.compactMap { line -> TranscriptEntry? in
            guard let start = line.start else { return nil }
            let heard = line.sentences.flatMap { Self.words(of: $0, until: reached) }.joined(separator: " ")
            return entry(line, heard: heard, end: max(start, position))
        }
        let unheard = lines.flatMap { line in line.sentences.filter { $0.range.upperBound > reached }.map(\.text) }
        return (said, unheard.isEmpty ? nil : unheard.joined(separator: " "))
    }

    private func entry(_ line: Line, heard: String, end: Int64) -> TranscriptEntry {
        TranscriptEntry(
            speaker: .agent,
            text: heard,
            generated: line.text,
            start: Int((line.start ?? end) / 8),
            end: Int(end / 8),
            step: line.step,
            intent: line.intent
        )
    }

    /// The words whose audio was out: each takes its share of the sentence by its letters.
    private static func words(of sentence: Sentence, until reached: Int64) -> [Substring] {
        let words = sentence.text.split(separator: " ")
        let share = Double(reached - sentence.range.lowerBound) / Double(max(1, sentence.range.count))
        let total = Double(words.reduce(0) { $0 + $1.count + 1 })
        var sum = 0.0
        return words.prefix { word in
            sum += Double(word.count + 1)
            return sum / total <= share
        }.map(\.self)
    }

    private func level(of range: Range<Int64>) -> Double {
        for sentence in lines.lazy.flatMap(\.sentences) where sentence.range.overlaps(range) {
            let part = range.clamped(to: sentence.range)
            let first = Int(part.lowerBound - sentence.range.lowerBound)
            let last = Int(part.upperBound - sentence.range.lowerBound)
            return Level.decibels(sentence.samples[first..<last])
        }
        return Level.floor
    }
}
