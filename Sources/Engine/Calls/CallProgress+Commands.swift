import Calls
import Conversation
import Logging
import Storage
import Telephony

// What is asked from outside, and time.
extension CallProgress {
    mutating func handle(_ command: CallRun.Command) async throws -> [CallRun.Work] {
        switch command {
        case .cancel: return try await cancel()
        case .sayGoodbye:
            wires?.commands.continuation.yield(.sayGoodbye)
            return []
        case .hangUp(let reason):
            let isAnswered = call.lifecycle.answeredAt != nil
            intent = intent ?? (isAnswered ? reason : .interrupted, .server)
            return hangUp()
        case .listen(let listener):
            if let leg, case .inProgress = call.lifecycle.state {
                leg.audio.listen(listener)
            } else {
                listener.finish()
            }
            return []
        case .end, .converse, .press:
            // Asked for while the call was live; it need not be any more.
            guard case .inProgress = call.lifecycle.state, intent == nil, legEnding == nil else { return [] }
            return try await direct(command)
        }
    }

    /// Does what somebody asked of the live call.
    private mutating func direct(_ command: CallRun.Command) async throws -> [CallRun.Work] {
        switch command {
        case .end(goodbye: true) where wires != nil:
            converse(.sayGoodbye)
            return [.wait(floor.configuration.goodbyeLimit, .goodbye)]
        case .end:
            intent = (.endedByRequest, .server)
            return hangUp()
        case .press(let keys):
            guard let leg else { return [] }
            converse(.pressed(keys))
            return [.press(keys, leg)]
        case .converse(let command):
            if case .know(let note) = command {
                call.notes.append(note)
                let change = CallChange(call)
                try await floor.store.save(change, under: lease)
                floor.announce(change)
            }
            converse(command)
            return []
        case .cancel, .sayGoodbye, .hangUp, .listen: return []
        }
    }

    mutating func converse(_ command: ConversationCommand) {
        if let wires { wires.commands.continuation.yield(command) } else { commands.append(command) }
    }

    private mutating func cancel() async throws -> [CallRun.Work] {
        let now = floor.timing.now()
        let effects = call.lifecycle.handle(.cancelRequested, at: now)
        guard effects.contains(.hangUp) else { return [] }
        guard effects.contains(.announce) else {
            intent = intent ?? (.endedByRequest, .server)
            return hangUp()
        }
        intent = (.canceled, .server)
        call.transport.hungUpBy = .server
        let change = floor.closing.change(call, after: [.status(of: call, at: now)], at: now)
        try await floor.store.save(change, under: lease)
        floor.announce(change)
        return hangUp()
    }

    mutating func handle(_ deadline: Occurrence.Deadline) async throws -> [CallRun.Work] {
        switch deadline {
        case .wrapUp where record == nil:
            logger.warning("The conversation did not return in time")
            wires?.stop.continuation.finish()
            return [.wait(.seconds(1), .abandonConversation)]
        case .abandonConversation where record == nil:
            try await close(lineIsDown: true)
            return []
        case .hangUp where legEnding == nil:
            logger.error("The leg did not say that it is over")
            return try await legEnded(lostLeg)
        case .goodbye where intent == nil && legEnding == nil:
            intent = (.endedByRequest, .server)
            return hangUp()
        case .wrapUp, .abandonConversation, .hangUp, .goodbye: return []
        }
    }
}
