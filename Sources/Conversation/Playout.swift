import Audio
import Calls
import Telephony

/// What the agent has given to be played, and how much of it was.
///
/// Positions in the queue are counted in samples ever queued, as `LegAudio` does; positions on the recording are sample counts since
/// the answer.
struct Playout: Sendable {
    private struct Sentence {
        /// How long a character takes to say, in samples, where nobody knows better.
        private static let samplesPerCharacter: Int64 = 520

        var text: String
        var parts: [(samples: [Int16], range: Range<Int64>)]
        /// All of its sound is here.
        var isWhole = true

        init(_ text: String, _ samples: [Int16], _ range: Range<Int64>, isWhole: Bool = true) {
            self.text = text
            self.isWhole = isWhole
            parts = [(samples, range)]
        }

        var range: Range<Int64> {
            (parts.first?.range.lowerBound ?? 0)..<(parts.last?.range.upperBound ?? 0)
        }

        /// How many of its samples were out at `reached`.
        func played(until reached: Int64) -> Int64 {
            parts.reduce(0) { $0 + max(0, min(reached, $1.range.upperBound) - $1.range.lowerBound) }
        }

        /// The words whose audio was out at `reached`: each takes its share of the sentence by its letters.
        func words(until reached: Int64) -> [Substring] {
            let played = played(until: reached)
            let sound = parts.reduce(0) { $0 + Int64($1.range.count) }
            let length = isWhole ? sound : max(sound, Int64(text.count) * Self.samplesPerCharacter)
            let words = text.split(separator: " ")
            let share = Double(played) / Double(max(1, length))
            let total = Double(words.reduce(0) { $0 + $1.count + 1 })
            var sum = 0.0
            return words.prefix { word in
                sum += Double(word.count + 1)
                return sum / total <= share
            }.map(\.self)
        }
    }

    /// What became of everything that was queued.
    struct Stopped {
        /// As far as it was heard.
        var said: [TranscriptEntry]
        /// From the interrupted sentence on.
        var unheard: String?
        /// The lines that have an id and were not heard whole.
        var cut: [Cut]
    }

    /// What was heard of a line.
    struct Cut {
        var line: Int
        var heard: String
        /// In samples.
        var played: Int64
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
        /// What can be heard of it, if it is played out.
        var audible: String {
            guard let last = sentences.last, !last.isWhole else { return text }
            return sentences.flatMap { $0.isWhole ? [Substring($0.text)] : $0.words(until: $0.range.upperBound) }
                .joined(separator: " ")
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
        let sentences = sentences.map { Sentence($0.text, $0.samples, $0.range) }
        guard !sentences.isEmpty else { return }
        lines.append(Line(text: line.text, step: line.step, intent: line.intent, sentences: sentences))
    }

    /// A sentence of the line `id` was queued, behind those that were before, or the beginning of one.
    mutating func extend(
        _ id: Int,
        _ sentence: (text: String, samples: [Int16], range: Range<Int64>),
        intent: String?,
        isWhole: Bool = true
    ) {
        let part = Sentence(sentence.text, sentence.samples, sentence.range, isWhole: isWhole)
        if let index = lines.lastIndex(where: { $0.id == id }) {
            lines[index].text += " \(sentence.text)"
            lines[index].sentences.append(part)
            lines[index].end = nil
        } else {
            lines.append(Line(text: sentence.text, intent: intent, sentences: [part], id: id, isOpen: true))
        }
    }

    /// More of the last sentence of the line `id` was queued.
    mutating func prolong(_ id: Int, _ samples: [Int16], _ range: Range<Int64>) {
        guard let index = lines.lastIndex(where: { $0.id == id }), !lines[index].sentences.isEmpty else { return }
        lines[index].sentences[lines[index].sentences.count - 1].parts.append((samples, range))
        lines[index].end = nil
    }

    /// More words of the last sentence of the line `id` are known, spaces included.
    mutating func add(_ words: String, to id: Int) {
        guard let index = lines.lastIndex(where: { $0.id == id }), !lines[index].sentences.isEmpty else { return }
        lines[index].sentences[lines[index].sentences.count - 1].text += words
        lines[index].text += words
    }

    /// The last sentence of the line `id` is whole.
    mutating func complete(_ id: Int) {
        guard let index = lines.lastIndex(where: { $0.id == id }), !lines[index].sentences.isEmpty else { return }
        lines[index].sentences[lines[index].sentences.count - 1].isWhole = true
    }

    /// What can be heard of the line `id`, if what was queued of it is played out. Nil if nothing was.
    func audible(of id: Int) -> String? { lines.last { $0.id == id }?.audible }

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
            said.append(entry(line, heard: line.audible, end: end))
        }
        played = max(played, tick.played)
        return (levels, said)
    }

    /// Everything queued was dropped after `reached` samples, at `position` on the recording.
    mutating func stop(at reached: Int64, position: Int64) -> Stopped {
        defer { lines = [] }
        var cut: [Cut] = []
        let said = lines.compactMap { line -> TranscriptEntry? in
            let heard = line.sentences.flatMap { $0.words(until: reached) }.joined(separator: " ")
            if let id = line.id, line.range.upperBound > reached {
                let played = line.sentences.reduce(0) { $0 + $1.played(until: reached) }
                cut.append(Cut(line: id, heard: line.start == nil ? "" : heard, played: played))
            }
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

    private func level(of range: Range<Int64>) -> Double {
        for part in lines.lazy.flatMap(\.sentences).flatMap(\.parts) where part.range.overlaps(range) {
            let heard = range.clamped(to: part.range)
            let first = Int(heard.lowerBound - part.range.lowerBound)
            let last = Int(heard.upperBound - part.range.lowerBound)
            return Level.decibels(part.samples[first..<last])
        }
        return Level.floor
    }
}
