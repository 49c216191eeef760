package import Calls
import Conversation
import FoundationEssentials
import Storage
package import Telephony

// What can be asked of a call on which somebody talks. Each returns once the call has been told, and throws `Refusal.callNotLive` if it is
// not in progress here.
extension CallControl {
    /// How much the agent may be given to say at once, in characters: about a minute of speech.
    package static let longestSaying = 1000
    /// How many bytes of JSON one note may have.
    package static let largestNote = 16 * 1024
    /// How many notes a call may have.
    package static let mostNotes = 100
    /// How many keys may be pressed at once: five seconds.
    package static let mostKeys = 32

    /// Has the agent say `text` next or, interrupting, at once.
    package func say(_ text: String, interrupting: Bool, on id: Call.ID, project: Project.ID) async throws -> Call {
        guard text.contains(where: { $0.isLetter || $0.isNumber }) else {
            throw Refusal.invalid(field: "text", message: "There is nothing to say in it")
        }
        guard text.count <= Self.longestSaying else {
            throw Refusal.invalid(
                field: "text",
                message: "May have \(Self.longestSaying) characters, got \(text.count)"
            )
        }
        return try await tell(.converse(.say(text, interrupting: interrupting)), to: id, project)
    }

    /// Lets the agent know `text` and, from now on, the values of `variables`. It is kept with the call.
    package func addContext(
        _ text: String?,
        variables: [String: JSONValue],
        to id: Call.ID,
        project: Project.ID
    ) async throws -> Call {
        let note = ContextNote(at: floor.timing.now(), text: text, variables: variables)
        guard text != nil || !variables.isEmpty else {
            throw Refusal.invalid(field: "text", message: "Give a text, variables, or both")
        }
        guard let size = try? JSONEncoder().encode(note).count, size <= Self.largestNote else {
            throw Refusal.invalid(field: "text", message: "May have \(Self.largestNote) bytes with its variables")
        }
        guard try await call(id, project: project).notes.count < Self.mostNotes else {
            throw Refusal.invalid(field: "text", message: "The call has \(Self.mostNotes) notes, and may have no more")
        }
        return try await tell(.converse(.know(note)), to: id, project)
    }

    /// Presses `keys` on the line: `0`–`9`, `*`, `#`, `A`–`D` (RFC 4733).
    package func press(_ keys: String, on id: Call.ID, project: Project.ID) async throws -> Call {
        let keys = keys.uppercased()
        guard !keys.isEmpty, keys.allSatisfy("0123456789*#ABCD".contains) else {
            throw Refusal.invalid(field: "digits", message: "Expected some of 0 to 9, *, # and A to D")
        }
        guard keys.count <= Self.mostKeys else {
            throw Refusal.invalid(field: "digits", message: "May be \(Self.mostKeys), got \(keys.count)")
        }
        return try await tell(.press(keys), to: id, project)
    }

    /// Keeps the agent from speaking and acting by itself, or lets it again. What the callee says is heard and written down all the same.
    package func mute(_ isMuted: Bool, _ id: Call.ID, project: Project.ID) async throws -> Call {
        try await tell(.converse(isMuted ? .mute : .unmute), to: id, project)
    }

    /// Ends a live call: at once, or when the agent has said goodbye.
    package func hangUp(_ id: Call.ID, goodbye: Bool, project: Project.ID) async throws -> Call {
        try await tell(.end(goodbye: goodbye), to: id, project)
    }

    /// Both sides of the line as it goes on, until it is down. Who reads slowly loses the oldest of two and a half seconds, and holds nothing up.
    package func listen(to id: Call.ID, project: Project.ID) async throws -> AsyncStream<LegSound> {
        let (sounds, listener) = AsyncStream.makeStream(of: LegSound.self, bufferingPolicy: .bufferingNewest(128))
        _ = try await tell(.listen(listener), to: id, project)
        return sounds
    }

    private func tell(_ command: CallRun.Command, to id: Call.ID, _ project: Project.ID) async throws -> Call {
        let call = try await call(id, project: project)
        let status = call.lifecycle.status
        guard status == .inProgress, await dispatcher.send(command, to: id) else { throw Refusal.callNotLive(status) }
        return call
    }
}
