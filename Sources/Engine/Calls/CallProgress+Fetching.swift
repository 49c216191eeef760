import Calls
import Conversation
import FoundationEssentials
import Logging
import Storage

// What is asked for before the call.
extension CallProgress {
    /// What is done first.
    var beginning: [CallRun.Work] {
        call.speaker.prefetch.map { [.fetch($0)] } ?? [.dial, .prepare([:])]
    }

    /// Nobody is called to hear a gap: what the agent says must have a value by now.
    mutating func fetched(_ result: Result<[String: JSONValue], RequestFailure>) async throws -> [CallRun.Work] {
        // Canceled meanwhile, or told to end.
        if let reason = intent?.reason { return try await neverDialed(reason) }
        var speaker = call.speaker
        let onFailure = speaker.prefetch?.onFailure ?? .dial
        speaker.prefetch = nil
        var values: [String: JSONValue] = [:]
        var note: String?
        switch result {
        case .success(let members): values = members
        case .failure(let failure): note = "The request before the call failed: \(failure)"
        }
        let missing =
            call.request.placeholders == .required
            ? Template.missingVariables(in: speaker, variables: call.request.values(for: call.agent, fetched: values))
            : []
        if !missing.isEmpty {
            note = [note, "No value for \(missing.joined(separator: ", "))"].compactMap(\.self).joined(separator: "; ")
        }
        try await remember(ContextNote(at: floor.timing.now(), text: note, variables: values))
        guard missing.isEmpty, note == nil || onFailure == .dial else { return try await neverDialed(.prefetchFailed) }
        return [.dial, .prepare(values)]
    }

    private mutating func remember(_ note: ContextNote) async throws {
        guard note.text != nil || !note.variables.isEmpty else { return }
        if note.text != nil { logger.warning("What is asked for before the call is not all there") }
        call.notes.append(note)
        let change = CallChange(call)
        try await floor.store.save(change, under: lease)
        floor.announce(change)
    }
}
