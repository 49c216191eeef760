import Audio
import Conversation
import Foundation
import Providers
import Testing

@Suite("Recordings that agents leave")
struct SoundFolderTests {
    private let path = FileManager.default.temporaryDirectory.appending(path: "trunkline-sounds-\(UUID().uuidString)")
        .path
    private var folder: SoundFolder { SoundFolder(path: path) }

    /// Runs `body` with a folder that has `files`.
    private func with(_ files: [String: [UInt8]], _ body: () throws -> Void) throws {
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: path) }
        for (name, bytes) in files { try Data(bytes).write(to: URL(filePath: "\(path)/\(name)")) }
        try body()
    }

    private func tone(_ rate: Int, channels: Int = 1, seconds: Double = 1) -> [UInt8] {
        let samples = (0..<Int(Double(rate) * seconds)).map { index in
            Int16(8000 * sin(2 * .pi * 500 * Double(index) / Double(rate)))
        }
        return WAVFile(sampleRate: rate, channels: .init(repeating: samples, count: channels)).bytes
    }

    @Test(
        "A file of any usual rate, with one channel or two, is played at 8,000 Hz",
        arguments: [8_000, 16_000, 44_100, 48_000],
        [1, 2]
    )
    func rates(rate: Int, channels: Int) throws {
        try with(["a.wav": tone(rate, channels: channels)]) {
            let sound = try folder.sound(named: "a.wav")
            #expect(abs(sound.count - 8_000) <= 2)
            let crossings = zip(sound, sound.dropFirst()).count { $0 < 0 && $1 >= 0 }
            #expect(abs(crossings - 500) <= 2)
            #expect((-16.0 ... -14.0).contains(Level.decibels(sound[2_000..<6_000])))
        }
    }

    @Test(
        "A name that is a path, or none of a WAV file, is refused",
        arguments: [
            "../secret.wav", "/etc/passwd.wav", "a/b.wav", ".wav", ".hidden.wav", "a..wav", "a.mp3", "a b.wav",
            "a\u{0}.wav", "",
        ]
    )
    func names(name: String) throws {
        try with([:]) {
            let problem = #expect(throws: SoundProblem.self) { try folder.sound(named: name) }
            #expect(problem?.message.contains("expected the name of a file") == true)
        }
    }

    @Test("What cannot be played is refused in words")
    func broken() throws {
        let files = [
            "text.wav": Array("Hello".utf8), "short.wav": tone(8_000, seconds: 0.1),
            "long.wav": tone(8_000, seconds: 181),
            "many.wav": tone(8_000, channels: 6), "slow.wav": tone(4_000),
        ]
        try with(files) {
            for (name, words) in [
                ("text.wav", "no WAV file"), ("short.wav", "shorter"), ("long.wav", "longer"),
                ("many.wav", "6 channels"),
                ("slow.wav", "4000 Hz"), ("gone.wav", "there is no file 'gone.wav'"),
            ] {
                let problem = #expect(throws: SoundProblem.self) { try folder.sound(named: name) }
                #expect(problem?.message.contains(words) == true, "\(String(describing: problem))")
            }
        }
    }
}
