import Audio
import Speech

/// Voices, a recogniser, and a telephone line between them.
enum Booth {
    private static let sharedSynthesizer = Result { try FliteSynthesizer() }
    private static let sharedRecognizer = Result { try GrammarRecognizer(configuration: .init(decoders: 2)) }

    static var synthesizer: FliteSynthesizer {
        get throws { try sharedSynthesizer.get() }
    }

    static var recognizer: GrammarRecognizer {
        get throws { try sharedRecognizer.get() }
    }

    /// What is left of `samples` after the line: coded in G.711 at three quarters of full level, with a quiet line's hiss around it.
    static func line(_ samples: [Int16]) -> [Int16] {
        var seed: UInt64 = 7
        let hiss = (0..<(samples.count + 8000)).map { _ -> Int in
            seed = seed &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(seed >> 60) - 8
        }
        let sound = hiss.indices.map { index in
            let place = index - 2400
            return Int16(clamping: hiss[index] + (samples.indices.contains(place) ? Int(samples[place]) * 3 / 4 : 0))
        }
        return G711.decode(G711.encode(sound, as: .mu), as: .mu)
    }

    /// What the recogniser makes of `text`, spoken over the line.
    static func hear(_ text: String, voice: String, for phrases: [GrammarPhrase]) async throws -> GrammarResult {
        let utterance = try await recognizer.listen(for: phrases)
        let audio = line(try await synthesizer.render(text, voice: voice))
        for start in stride(from: 0, to: audio.count, by: 160) {
            utterance.hear(Array(audio[start..<min(audio.count, start + 160)]))
        }
        return try await utterance.finish()
    }
}
