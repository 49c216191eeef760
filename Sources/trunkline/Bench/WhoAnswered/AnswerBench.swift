import Audio
import Calls
import Foundation
import Media

/// Lets the decision, and the baseline, hear labelled calls, and counts.
struct AnswerBench {
    /// What became of one clip.
    struct Outcome {
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
    }

    let thresholds: AnswerThresholds
    /// Whether the words that a recogniser might give are given.
    let hearsWords: Bool

    private(set) var outcomes: [Outcome] = []
    /// In s.
    private(set) var heard = 0.0
    private(set) var cpu = Duration.zero
    private(set) var baselineCPU = Duration.zero

    init(thresholds: AnswerThresholds, hearsWords: Bool) {
        self.thresholds = thresholds
        self.hearsWords = hearsWords
    }

    mutating func hear(_ clip: AnswerClip, _ samples: [Int16]) {
        var outcome = Outcome(clip: clip)
        let agent = clip.agentSpeech
        var words = clip.words.sorted { $0.at < $1.at }[...]
        let starts = stride(from: 0, to: samples.count - WhoAnswered.frameLength + 1, by: WhoAnswered.frameLength)
        var who = WhoAnswered(thresholds: thresholds)
        let start = MediaBenchmark.processCPU
        for place in starts {
            let time = place / 8
            while hearsWords, let next = words.first, next.at <= time {
                who.hear(words: next.text)
                words.removeFirst()
            }
            let frame = samples[place..<place + WhoAnswered.frameLength]
            for event in who.hear(frame, agentSpeaks: agent.contains { $0.contains(time) }) {
                switch event {
                case .verdict(let verdict): outcome.verdicts.append(verdict)
                case .tone(let tone): outcome.tones.append(tone)
                case .greetingEnded: break
                }
            }
        }
        let middle = MediaBenchmark.processCPU
        var baseline = CadenceBaseline()
        for place in starts { baseline.hear(samples[place..<place + WhoAnswered.frameLength]) }
        baselineCPU += MediaBenchmark.processCPU - middle
        cpu += middle - start
        heard += Double(samples.count) / 8_000
        outcome.evidence = who.evidence
        outcome.baseline = baseline.verdict
        outcome.baselineAt = baseline.now
        outcomes.append(outcome)
    }
}
