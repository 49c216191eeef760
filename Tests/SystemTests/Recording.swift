import Calls
import Foundation

/// A call's recording: the callee on the left, the agent on the right.
struct Recording {
    private let samples: [Int16]

    init(wav: Data) {
        samples = wav.dropFirst(44).withUnsafeBytes { bytes in
            (0..<bytes.count / 2).map {
                Int16(littleEndian: bytes.loadUnaligned(fromByteOffset: $0 * 2, as: Int16.self))
            }
        }
    }

    /// In ms.
    var duration: Int { samples.count / 16 }

    /// The root mean square of what `speaker` (`agent` or `callee`) sent within `range`, in ms.
    func level(of speaker: String, in range: Range<Int>) -> Double {
        let channel = speaker == "callee" ? 0 : 1
        let frames = (range.lowerBound * 8..<range.upperBound * 8).clamped(to: 0..<samples.count / 2)
        guard !frames.isEmpty else { return 0 }
        let power = frames.reduce(0.0) { $0 + pow(Double(samples[$1 * 2 + channel]), 2) } / Double(frames.count)
        return power.squareRoot()
    }
}

extension JSONValue {
    var wholeNumber: Int? {
        guard case .integer(let number) = self else { return nil }
        return Int(number)
    }
}
