import Calls
import Conversation
import Synchronization

extension LanguageModel {
    /// Itself, or in a call with faults what they make of it. `place`: how many models are asked before it.
    func underFaults(place: Int) -> any LanguageModel {
        guard let injected = FaultSwitch.current else { return self }
        return FaultyModel(sound: self, injected: injected, place: place)
    }
}

private struct FaultyModel: LanguageModel {
    let sound: any LanguageModel
    let injected: FaultSwitch
    let place: Int

    var name: String { sound.name }
    var abilities: ModelAbilities { sound.abilities }

    func warmUp() async throws { try await sound.warmUp() }

    func answer(
        _ request: ModelRequest,
        _ take: @escaping @Sendable (ModelPiece) async throws -> Void
    ) async throws -> ModelEnding {
        let asked = injected.clock.now()
        if injected.faults.modelError.reaches(place) { throw ModelFailure.unreachable("\(InjectedFault())") }
        let left = Mutex(injected.faults.modelCut)
        return try await sound.answer(request) { piece in
            try await injected.wait(injected.faults.modelFirstWord, since: asked)
            guard case .text(let text) = piece else { return try await take(piece) }
            let (kept, isCut) = left.withLock { left in
                guard let limit = left else { return (text, false) }
                left = limit - text.count
                return (String(text.prefix(max(limit, 0))), text.count >= limit)
            }
            if !kept.isEmpty { try await take(.text(kept)) }
            if isCut { throw ModelFailure.cutOff }
        }
    }
}
