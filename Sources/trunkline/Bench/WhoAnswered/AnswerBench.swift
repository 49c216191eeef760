import Audio
import Calls
import Conversation
import Foundation
import Media

/// Lets the decision, and the baseline, hear labelled calls, and counts.
struct AnswerBench {
    /// What became of one clip.
    struct Outcome: Sendable {
        let clip: AnswerClip
        /// Every verdict in turn.
        var verdicts: [AnswerVerdict] = []
        var tones: [HeardTone] = []
        var evidence = AnswerEvidence()
        var baseline: Reached?
        var baselineAt = 0

        /// The one in force at the end.
        var final: Reached { verdicts.last?.answerer ?? .unknown }
        var first: Reached { verdicts.first?.answerer ?? .unknown }
        /// From the beep's onset until it was known, in ms. Nil: it was not heard.
        var beepDelay: Double? {
            guard let beep = clip.beep else { return nil }
            let heard = tones.first {
                $0.kind == .beep && $0.end == nil && $0.start >= beep.start - 60 && $0.known <= beep.start + 600
            }
            return heard.map { Double($0.known - beep.start) }
        }
        var beepOnset: HeardTone? { tones.first { $0.kind == .beep && $0.end == nil } }

        mutating func note(_ events: [AnswerEvent]) {
            for event in events {
                switch event {
                case .verdict(let verdict): verdicts.append(verdict)
                case .tone(let tone): tones.append(tone)
                case .greetingEnded: break
                }
            }
        }
    }

    let thresholds: AnswerThresholds
    /// Hears the phrases of machines as calls have it. Nil: the decision goes by sound alone.
    let spotter: (any PhraseSpotter)?

    private(set) var outcomes: [Outcome] = []
    /// In s.
    private(set) var heard = 0.0
    private(set) var cpu = Duration.zero
    private(set) var baselineCPU = Duration.zero

    init(thresholds: AnswerThresholds, spotter: (any PhraseSpotter)?) {
        self.thresholds = thresholds
        self.spotter = spotter
    }

    /// Hears every clip of the corpus, one after the other.
    mutating func hear(_ corpus: AnswerCorpus) async throws {
        for clip in corpus.clips {
            let samples = try corpus.sound(of: clip)
            let start = MediaBenchmark.processCPU
            var outcome = try await outcome(of: clip, samples)
            let middle = MediaBenchmark.processCPU
            var baseline = CadenceBaseline()
            for place in Self.frames(of: samples) { baseline.hear(samples[place..<place + WhoAnswered.frameLength]) }
            baselineCPU += MediaBenchmark.processCPU - middle
            cpu += middle - start
            heard += Double(samples.count) / 8_000
            outcome.baseline = baseline.verdict
            outcome.baselineAt = baseline.now
            outcomes.append(outcome)
        }
    }

    /// As a call would have it: what may be a recording goes to the spotter, and at the end the line is down.
    private func outcome(of clip: AnswerClip, _ samples: [Int16]) async throws -> Outcome {
        var outcome = Outcome(clip: clip)
        let agent = clip.agentSpeech
        var who = AnswerListening(thresholds: thresholds, hasSpotter: spotter != nil)
        var line: (any SpottedLine)?
        for place in Self.frames(of: samples) {
            let time = place / 8
            let frame = samples[place..<place + WhoAnswered.frameLength]
            outcome.note(who.hear(frame, agentSpeaks: agent.contains { $0.contains(time) }))
            guard let spotter, case let recording = who.recording(), !recording.isEmpty else { continue }
            let open = if let line { line } else { try await spotter.listen(for: MachinePhrases.all) }
            line = open
            for phrase in try await open.hear(recording) { who.spot(phrase) }
        }
        outcome.note(who.lineDown(isHungUp: true))
        outcome.evidence = who.evidence
        return outcome
    }

    private static func frames(of samples: [Int16]) -> StrideTo<Int> {
        stride(from: 0, to: samples.count - WhoAnswered.frameLength + 1, by: WhoAnswered.frameLength)
    }
}
