import Calls
import Conversation

extension Voice {
    /// Itself, or in a call with faults what they make of it. `place`: how many voices are asked before it.
    func underFaults(place: Int) -> any Voice {
        guard let injected = FaultSwitch.current else { return self }
        return FaultyVoice(sound: self, injected: injected, place: place)
    }
}

private struct FaultyVoice: Voice {
    let sound: any Voice
    let injected: FaultSwitch
    let place: Int

    var voices: [String] { sound.voices }

    func render(_ text: String, voice: String) async throws -> [Int16] {
        let asked = try begin()
        let samples = try await sound.render(text, voice: voice)
        try await injected.wait(injected.faults.voiceFirstSound, since: asked)
        return samples
    }

    func speak(
        _ text: String,
        voice: String,
        deliver: @escaping @Sendable ([Int16]) async throws -> Void
    ) async throws {
        let asked = try begin()
        try await sound.speak(text, voice: voice) { samples in
            try await injected.wait(injected.faults.voiceFirstSound, since: asked)
            try await deliver(samples)
        }
    }

    func makeReady(voice: String) async { await sound.makeReady(voice: voice) }

    /// When it was asked.
    private func begin() throws -> Duration {
        if injected.faults.voiceError.reaches(place) { throw InjectedFault() }
        return injected.clock.now()
    }
}
