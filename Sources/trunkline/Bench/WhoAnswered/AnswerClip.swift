import Audio
import Calls
import Foundation

/// A call whose answerer is known: its sound from the answer on, and what there is to find out.
struct AnswerClip: Decodable, Sendable {
    struct Beep: Decodable, Sendable {
        /// In ms.
        let start: Int
        let end: Int
    }

    /// Relative to the corpus.
    let file: String
    /// `train`, `held`, `fresh` or `later`.
    let side: String
    let kind: String
    let truth: Reached
    let voice: String
    let script: String
    /// When the first utterance ends, in ms.
    let firstEnd: Int
    /// When the agent speaks, in ms.
    let agent: [[Int]]
    let beep: Beep?
    /// The share of packets that were lost.
    let loss: Double?

    var agentSpeech: [Range<Int>] { agent.compactMap { $0.count == 2 && $0[0] < $0[1] ? $0[0]..<$0[1] : nil } }
}

/// Labelled calls in a folder.
struct AnswerCorpus {
    let folder: URL
    let clips: [AnswerClip]
    /// What `scripts/amd-corpus` said of it: the same corpus has the same one.
    var hash: String {
        let text = try? String(contentsOf: folder.appending(path: "sha256"), encoding: .utf8)
        return text.map { String($0.prefix(12)) } ?? "of unknown origin"
    }

    /// As `scripts/amd-corpus` makes it: sounds, and `clips.json`.
    init(folder: URL, side: String) throws {
        self.folder = folder
        let list = folder.appending(path: "clips.json")
        guard let data = try? Data(contentsOf: list) else {
            throw Complaint("There is no corpus in \(folder.path). Make one with scripts/amd-corpus.")
        }
        clips = try JSONDecoder().decode([AnswerClip].self, from: data).filter { $0.side == side }
    }

    /// An operator's own recordings of the callee's side: `person/*.wav`, `machine/*.wav`, `screener/*.wav`, `ivr/*.wav`. Nothing is known of them but
    /// who answered; the agent is taken to be silent.
    init(recordings folder: URL) throws {
        self.folder = folder
        var clips: [AnswerClip] = []
        for truth in Reached.answering {
            let names =
                (try? FileManager.default.contentsOfDirectory(atPath: folder.appending(path: truth.rawValue).path))
                ?? []
            for name in names.sorted() where name.hasSuffix(".wav") {
                clips.append(
                    AnswerClip(
                        file: "\(truth.rawValue)/\(name)",
                        side: "recordings",
                        kind: "recorded \(truth.rawValue)",
                        truth: truth,
                        voice: "recorded",
                        script: name,
                        firstEnd: 0,
                        agent: [],
                        beep: nil,
                        loss: nil
                    )
                )
            }
        }
        guard !clips.isEmpty else {
            throw Complaint("\(folder.path) has no person/*.wav, machine/*.wav, screener/*.wav or ivr/*.wav")
        }
        self.clips = clips
    }

    /// At 8 kHz; of a stereo recording the first channel, which is the callee.
    func sound(of clip: AnswerClip) throws -> [Int16] {
        let file = folder.appending(path: clip.file)
        let wave = try WAVFile(parsing: [UInt8](try Data(contentsOf: file)))
        return Resampler.convert(wave.channels.first ?? [], from: wave.sampleRate, to: 8_000)
    }
}
