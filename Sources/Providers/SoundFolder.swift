import Audio
import Calls
package import Conversation
import Foundation

/// Sounds in a folder of the operator's: WAV files of 16 or 8 bits, µ-law or A-law, at any usual rate, with one or two channels.
package struct SoundFolder: SoundLibrary {
    /// In bytes: three minutes of the largest format that is taken.
    private static let largest = 40 << 20
    private static let rates = 8_000...192_000
    /// In s.
    private static let longest = 180

    private let path: String

    package init(path: String) {
        self.path = path
    }

    package func sound(named name: String) throws(SoundProblem) -> [Int16] {
        if let problem = Agent.Voicemail.problem(withAudio: name) { throw SoundProblem(problem) }
        let file = try open(name)
        defer { try? file.close() }
        guard let data = try? file.read(upToCount: Self.largest + 1) else {
            throw SoundProblem("'\(name)' cannot be read")
        }
        guard data.count <= Self.largest else {
            throw SoundProblem("'\(name)' is larger than \(Self.largest >> 20) MiB")
        }
        let sound = try parse([UInt8](data), name)
        let samples = Resampler.convert(mix(sound.channels), from: sound.sampleRate, to: 8_000)
        guard samples.count >= 1_600 else { throw SoundProblem("'\(name)' is shorter than 0.2 s") }
        guard samples.count <= Self.longest * 8_000 else {
            throw SoundProblem("'\(name)' is longer than \(Self.longest) s")
        }
        return samples
    }

    private func open(_ name: String) throws(SoundProblem) -> FileHandle {
        let place = "\(path)/\(name)"
        guard FileManager.default.fileExists(atPath: place) else {
            throw SoundProblem("there is no file '\(name)' in the folder that audio_dir names")
        }
        guard let file = FileHandle(forReadingAtPath: place) else { throw SoundProblem("'\(name)' cannot be read") }
        return file
    }

    private func parse(_ bytes: [UInt8], _ name: String) throws(SoundProblem) -> WAVFile {
        // The header first: a number of channels or a rate that nobody uses must not cost memory.
        let header: WAVHeader
        do {
            header = try WAVHeader(parsing: bytes)
        } catch {
            throw SoundProblem("'\(name)' is no WAV file that can be played: \(words(error))")
        }
        guard Self.rates.contains(header.sampleRate), (1...2).contains(header.channels) else {
            throw SoundProblem(
                "'\(name)' has \(header.channels) channels at \(header.sampleRate) Hz; one or two from 8,000 Hz up are played"
            )
        }
        guard let file = try? WAVFile(parsing: bytes) else { throw SoundProblem("'\(name)' is damaged") }
        return file
    }

    private func mix(_ channels: [[Int16]]) -> [Int16] {
        guard channels.count == 2 else { return channels.first ?? [] }
        return zip(channels[0], channels[1]).map { Int16((Int($0) + Int($1)) / 2) }
    }

    private func words(_ malformation: WAVHeader.Malformation) -> String {
        switch malformation {
        case .notWAVE: "it does not begin like one"
        case .noFormat: "it does not say how its samples are written"
        case .noSamples: "it has no samples"
        case .unsupported(let format, let bits):
            "format \(format) with \(bits) bits; 16-bit PCM, 8-bit PCM, µ-law and A-law are"
        }
    }
}
