import Audio
import Foundation

/// What the lab recorded of a line: what reached the callee, and what they said.
struct LineRecording {
    /// Sounds that lie closer than this, in ms, are one.
    private static let bridge = 260
    /// In dB: what the server takes for speech at the least.
    private static let threshold = VoiceActivity.quietestSpeech

    /// In ms, from the answer on.
    let agent: [Range<Int>]
    let callee: [Range<Int>]

    init(path: String) throws {
        let file = try WAVFile(parsing: [UInt8](Data(contentsOf: URL(filePath: path))))
        agent = Self.stretches(file.channels[0])
        callee = Self.stretches(file.channels[1])
    }

    /// From the end of what the callee said to the beginning of the answer, in ms.
    var gaps: [Int] {
        callee.compactMap { said in
            // They wait for the agent to finish: what overlaps is no turn.
            guard !agent.contains(where: { $0.overlaps(said) }) else { return nil }
            let next = agent.first { $0.lowerBound >= said.upperBound }
            let isAnswered = !callee.contains {
                $0.lowerBound > said.lowerBound && $0.lowerBound < next?.lowerBound ?? 0
            }
            return isAnswered ? next.map { $0.lowerBound - said.upperBound } : nil
        }
    }

    /// From the beginning of what the callee said over the agent to the agent's last sound, in ms.
    var yieldings: [Int] {
        callee.compactMap { said in
            guard
                let cut = agent.first(where: {
                    $0.lowerBound < said.lowerBound - 500 && $0.upperBound > said.lowerBound
                })
            else { return nil }
            return cut.upperBound - said.lowerBound
        }
    }

    private static func stretches(_ samples: [Int16]) -> [Range<Int>] {
        var stretches: [Range<Int>] = []
        for start in stride(from: 0, to: samples.count - 79, by: 80) {
            guard Level.decibels(samples[start..<(start + 80)]) > threshold else { continue }
            let time = start / 8
            if let last = stretches.last, time - last.upperBound < bridge {
                stretches[stretches.count - 1] = last.lowerBound..<(time + 10)
            } else {
                stretches.append(time..<(time + 10))
            }
        }
        return stretches.filter { $0.count >= 60 }
    }
}
