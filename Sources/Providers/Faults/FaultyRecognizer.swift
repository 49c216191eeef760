import Calls
import Conversation

extension Recognizer {
    /// Itself, or in a call with faults what they make of it. `place`: how many recognisers are asked before it.
    func underFaults(place: Int) -> any Recognizer {
        guard let injected = FaultSwitch.current else { return self }
        return FaultyRecognizer(sound: self, injected: injected, place: place)
    }
}

private struct FaultyRecognizer: Recognizer {
    let sound: any Recognizer
    let injected: FaultSwitch
    let place: Int

    func capabilities(in language: String) -> HearingCapabilities { sound.capabilities(in: language) }

    func listen(for vocabulary: Vocabulary) async throws -> any Utterance {
        try check()
        return FaultyUtterance(sound: try await sound.listen(for: vocabulary), recognizer: self)
    }

    func makeReady(for vocabulary: Vocabulary) async throws { try await sound.makeReady(for: vocabulary) }

    func glimpse(_ audio: [Int16], for vocabulary: Vocabulary) async throws -> Recognition {
        try check()
        return try await sound.glimpse(audio, for: vocabulary)
    }

    func check() throws {
        if injected.faults.recognizerError.reaches(place) { throw InjectedFault() }
        guard place == 0, let drop = injected.faults.recognizerDrop else { return }
        if injected.clock.now() - injected.start >= .seconds(drop) { throw InjectedFault() }
    }
}

private struct FaultyUtterance: Utterance {
    let sound: any Utterance
    let recognizer: FaultyRecognizer

    var events: AsyncStream<HearingEvent> { sound.events }

    func hear(_ samples: [Int16]) { sound.hear(samples) }

    func finish() async throws -> Recognition {
        let asked = recognizer.injected.clock.now()
        try recognizer.check()
        let recognition = try await sound.finish()
        try await recognizer.injected.wait(recognizer.injected.faults.recognizerDelay, since: asked)
        return recognition
    }
}
