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

    /// What became of everything that was queued.
    struct Stopped {
        /// As far as it was heard.
        var said: [TranscriptEntry]
        /// From the interrupted sentence on.
        var unheard: String?
        /// What was heard of the lines that have an id and were not heard whole.
        var cut: [(line: Int, heard: String)]
    }

    private struct Line {
        var text: String
        var step: String?
        var intent: String?
        var sentences: [Sentence]
        /// Names a line that is said while it is still being thought.
        var id: Int?
        /// More of it may come.
        var isOpen = false
        /// Where on the recording its first sample is.
        var start: Int64?
        /// Where on the recording the last of it so far ended.
        var end: Int64?
        var range: Range<Int64> {
            (sentences.first?.range.lowerBound ?? 0)..<(sentences.last?.range.upperBound ?? 0)
        }
    }

    private var lines: [Line] = []
    private var played: Int64 = 0
    /// Whether something of the agent's is still to be heard.
    var isSpeaking: Bool { lines.contains { $0.range.upperBound > played || $0.end == nil } }
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

    /// A sentence of the line `id` was queued, behind those that were before.
    mutating func extend(
        _ id: Int,
        _ sentence: (text: String, samples: [Int16], range: Range<Int64>),
        intent: String?
    ) {
        let part = Sentence(text: sentence.text, samples: sentence.samples, range: sentence.range)
        if let index = lines.lastIndex(where: { $0.id == id }) {
            lines[index].text += " \(sentence.text)"
            lines[index].sentences.append(part)
            lines[index].end = nil
        } else {
            lines.append(Line(text: sentence.text, intent: intent, sentences: [part], id: id, isOpen: true))
        }
    }

    /// No more of the line `id` will come.
    mutating func close(_ id: Int) {
        for index in lines.indices where lines[index].id == id { lines[index].isOpen = false }
    }

    /// Where on the recording the line `id` began. Nil if it did not yet.
    func start(of id: Int) -> Int64? { lines.first { $0.id == id }?.start }

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
        for index in lines.indices where lines[index].end == nil && tick.played >= lines[index].range.upperBound {
            lines[index].end = tick.position + min(length, max(0, lines[index].range.upperBound - played))
        }
        while let line = lines.first, let end = line.end, !line.isOpen {
            lines.removeFirst()
            said.append(entry(line, heard: line.text, end: end))
        }
        played = max(played, tick.played)
        return (levels, said)
    }

    /// Everything queued was dropped after `reached` samples, at `position` on the recording.
    mutating func stop(at reached: Int64, position: Int64) -> Stopped {
        defer { lines = [] }
        var cut: [(line: Int, heard: String)] = []
        let said = lines.compactMap { line -> TranscriptEntry? in
            let heard = line.sentences.flatMap { Self.words(of: $0, until: reached) }.joined(separator: " ")
            if let id = line.id, line.range.upperBound > reached { cut.append((id, line.start == nil ? "" : heard)) }
            guard let start = line.start else { return nil }
            return entry(line, heard: heard, end: max(start, line.end ?? position))
        }
        let unheard = lines.flatMap { line in line.sentences.filter { $0.range.upperBound > reached }.map(\.text) }
        return Stopped(said: said, unheard: unheard.isEmpty ? nil : unheard.joined(separator: " "), cut: cut)
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
