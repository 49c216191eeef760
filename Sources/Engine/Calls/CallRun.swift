import Calls
import Conversation
import FoundationEssentials
import Logging
import Storage
import Synchronization
import Telephony

/// One call, from its claim to its end: a task tree of its own in which the leg, the conversation and the lease report to one inbox.
///
/// `CallProgress` decides what each occurrence means and stores it; what is then to be done is done here.
struct CallRun: Sendable {
    enum Command: Sendable {
        /// Somebody wants the call off.
        case cancel
        case sayGoodbye
        /// Time is up.
        case hangUp(EndReason)
        /// Somebody wants the agent to take its leave, or the line down at once.
        case end(goodbye: Bool)
        /// For the conversation, once it has begun.
        case converse(ConversationCommand)
        /// Press these keys on the line.
        case press(String)
        /// Give both sides of the line to this listener, or finish it.
        case listen(AsyncStream<LegSound>.Continuation)
    }

    let claimed: ClaimedCall
    let floor: CallFloor
    let inbox: CallInbox
    private let ready = ReadyConversation()

    init(claimed: ClaimedCall, floor: CallFloor, inbox: CallInbox) {
        self.claimed = claimed
        self.floor = floor
        self.inbox = inbox
    }

    private var call: Call { claimed.call }

    func run() async {
        var logger = floor.logger
        logger[metadataKey: "call.id"] = "\(call.id)"
        floor.feed.signal(call.id, of: call.project)
        await withTaskGroup(of: Void.self) { tasks in
            var progress = CallProgress(claimed: claimed, floor: floor, logger: logger)
            for work in progress.beginning + [.keepLease] { tasks.addTask { await perform(work) } }
            do {
                for await occurrence in inbox.occurrences {
                    for work in try await progress.handle(occurrence) { tasks.addTask { await perform(work) } }
                    if progress.isClosed { break }
                }
                if !progress.isClosed { try await progress.abort() }
            } catch {
                // The row says what was stored last; the sweeper ends it when the lease runs out. The line must not wait for that.
                logger.error("Call abandoned", metadata: ["error": "\(error)"])
                await progress.leg?.hangUp()
            }
            tasks.cancelAll()
            await inbox.close()
        }
        // Nobody answered. What is done in a task that was canceled reaches no server: this has to wait for its end.
        await ready.take()?.close()
    }

    /// What is done beside the inbox.
    enum Work: Sendable {
        case fetch(Prefetch)
        case dial
        /// With what was fetched before the call.
        case prepare([String: JSONValue])
        case keepLease
        case hangUp(any OutgoingLeg)
        case press(String, any OutgoingLeg)
        case transfer(TransferDestination, any OutgoingLeg)
        case converse(any PreparedConversation, any LegAudio, ConversationWires)
        case wait(Duration, Occurrence.Deadline)
    }

    private func perform(_ work: Work) async {
        switch work {
        case .dial: await dial()
        case .fetch(let prefetch): await fetch(prefetch)
        case .prepare(let fetched): await prepare(fetched)
        case .keepLease: await keepLease()
        case .hangUp(let leg): await leg.hangUp()
        case .press(let keys, let leg): await leg.sendDigits(keys)
        case .transfer(let destination, let leg): await leg.transfer(to: destination.target)
        case .converse(let conversation, let audio, let wires):
            await converse(conversation, audio, wires)
        case .wait(let duration, let deadline):
            guard (try? await floor.timing.sleep(for: duration)) != nil else { return }
            inbox.send(.deadline(deadline))
        }
    }

    private func dial() async {
        EngineMetrics.dialed(after: floor.timing.now().timeIntervalSince(claimed.dueAt))
        do throws(DialError) {
            let leg = try await floor.telephone.dial(floor.dialRequest(for: claimed.attempt, of: call))
            inbox.send(.dialed(leg))
            for await event in leg.events { inbox.send(.leg(event)) }
            // Canceled, the loop ends though the leg goes on. The run may have been given up while the dial was under way: nobody else knows of
            // this leg then.
            guard !Task.isCancelled else { return await leg.hangUp() }
            inbox.send(.legClosed)
        } catch {
            inbox.send(.notDialed(error))
        }
    }

    private func fetch(_ prefetch: Prefetch) async {
        let values = call.request.values(for: call.agent).merging(call.facts) { $1 }
        do throws(RequestFailure) {
            inbox.send(.fetched(.success(try await floor.requests.fetch(prefetch, variables: values))))
        } catch {
            inbox.send(.fetched(.failure(error)))
        }
    }

    private func prepare(_ fetched: [String: JSONValue]) async {
        var brief = ConversationBrief(of: call, fetched: fetched, at: floor.timing.now())
        brief.requests = floor.requests
        brief.agent.settings.record = floor.recordingPath(of: call) != nil
        do {
            let conversation = try await floor.conversations.prepare(brief)
            ready.put(conversation)
            inbox.send(.prepared(conversation))
        } catch {
            if let missing = error as? ProviderMissing { ready.put(missing.farewell) }
            inbox.send(.unprepared(error))
        }
    }

    private func keepLease() async {
        while (try? await floor.timing.sleep(for: floor.configuration.leaseRenewal)) != nil {
            do {
                let leaseEnd = floor.timing.now() + floor.configuration.lease.timeInterval
                if try await floor.store.renew(claimed.lease, until: leaseEnd) { inbox.send(.command(.cancel)) }
            } catch is LeaseLost {
                inbox.send(.leaseLost)
                return
            } catch {
                // The lease outlasts two more tries.
                floor.logger.warning("Could not renew a lease", metadata: ["error": "\(error)"])
            }
        }
    }

    /// Runs the conversation until it returns, or until it is told to stop and returns because of that.
    private func converse(
        _ conversation: any PreparedConversation,
        _ audio: any LegAudio,
        _ wires: ConversationWires
    ) async {
        _ = ready.take()
        await withTaskGroup(of: ConversationRecord?.self) { group in
            group.addTask {
                await conversation.run(on: audio, digits: wires.digits.stream, commands: wires.commands.stream) {
                    event in
                    inbox.send(.conversation(event))
                }
            }
            group.addTask {
                for await _ in wires.stop.stream { break }
                return nil
            }
            for await record in group {
                group.cancelAll()
                if let record { inbox.send(.conversed(record)) }
            }
        }
    }
}

/// The conversation that was made ready, until it begins.
private final class ReadyConversation: Sendable {
    private let conversation = Mutex<(any PreparedConversation)?>(nil)

    func put(_ ready: any PreparedConversation) {
        conversation.withLock { $0 = ready }
    }

    func take() -> (any PreparedConversation)? {
        conversation.withLock { conversation in
            defer { conversation = nil }
            return conversation
        }
    }
}

/// What runs from the call into its conversation.
struct ConversationWires: Sendable {
    let digits = AsyncStream.makeStream(of: Character.self)
    let commands = AsyncStream.makeStream(of: ConversationCommand.self)
    /// Finished when the conversation has to return at once.
    let stop = AsyncStream.makeStream(of: Void.self)
}

extension CallFloor {
    /// What the telephone needs to know to make `attempt`.
    func dialRequest(for attempt: Attempt, of call: Call) -> DialRequest {
        let trunk = call.request.mode == .test ? configuration.testTrunk : configuration.liveTrunk
        var request = DialRequest(
            attempt: attempt,
            destination: call.request.destination,
            callerID: call.callerID,
            callerName: call.agent.name,
            // A live trunk that was taken out of the configuration after the call was placed is unknown to the telephone, which says so.
            trunk: trunk ?? "live",
            ringTimeout: .seconds(call.ringTimeout),
            maxDuration: .seconds(call.maxDuration),
            recordingPath: recordingPath(of: call)
        )
        request.lossPercent = call.request.faults?.loss ?? 0
        return request
    }

    /// Where the recording of `call` goes. Nil if none is made.
    func recordingPath(of call: Call) -> String? {
        guard call.isRecorded else { return nil }
        return configuration.recordingsDirectory.map { "\($0)/\(call.id).wav" }
    }

    /// Every file that a call may have left: its recording, and what there was of it before the end.
    func recordingPaths(of call: Call.ID) -> [String] {
        guard let directory = configuration.recordingsDirectory else { return [] }
        return ["\(directory)/\(call).wav", "\(directory)/\(call).wav.part"]
    }
}
