import Calls
import FoundationEssentials
import Synchronization
import Telephony

/// The telephone network as the engine sees it: a protocol boundary, behind which the test decides what the far end does.
///
/// It outlives engines, and keeps the truth: every INVITE it ever saw, and which lines are up.
final class ScriptedNetwork: Sendable {
    /// What happens when a number is dialed, without any word from the test.
    enum Script: Sendable {
        /// Nothing: the test speaks for the network.
        case manual
        /// Rings, is answered, and stays on the line.
        case answers
        case busy
        case notDialed(DialError)
        /// Each call the next of these, and from the beginning again.
        indirect case inTurn([Script])
    }

    private struct State {
        var script: Script
        var recordings: Set<String> = []
        var invites: [Attempt.ID] = []
        var linesUp: [String: ScriptedLeg] = [:]
        var acknowledged: Set<String> = []
        var takenDown: [String] = []
        var isTakeDownConfirmed = true
    }

    private let state: Mutex<State>
    /// Every leg that was dialed, in order.
    let dialed = AsyncStream.makeStream(of: ScriptedLeg.self)

    init(_ script: Script = .manual) {
        state = Mutex(State(script: script))
    }

    var invites: [Attempt.ID] { state.withLock(\.invites) }
    var linesUp: [String] { state.withLock { Array($0.linesUp.keys) } }
    var takenDown: [String] { state.withLock(\.takenDown) }

    /// What legs that were answered recorded, by path.
    var recordings: Set<String> { state.withLock(\.recordings) }

    func confirmTakeDowns(_ isConfirmed: Bool) { state.withLock { $0.isTakeDownConfirmed = isConfirmed } }

    /// A process's way into this network.
    func telephone(_ power: Power = Power()) -> some Telephone {
        ScriptedTelephone(network: self, power: power)
    }

    fileprivate func invite(_ request: DialRequest, _ power: Power) throws(DialError) -> ScriptedLeg {
        let script = state.withLock { state in
            guard case .inTurn(let scripts) = state.script else { return state.script }
            return scripts[state.invites.count % scripts.count]
        }
        if case .notDialed(let error) = script { throw error }
        let leg = ScriptedLeg(request: request, network: self, power: power)
        state.withLock { state in
            state.invites.append(request.attempt.id)
            state.linesUp[request.attempt.sipCallID] = leg
        }
        switch script {
        case .manual, .notDialed, .inTurn: break
        case .answers:
            leg.happen(.ringing(earlyMedia: false))
            leg.answer()
        case .busy:
            leg.happen(.ringing(earlyMedia: false))
            leg.end(.busy, Transport(sipStatus: 486, sipPhrase: "Busy Here", q850Cause: 17, hungUpBy: .callee))
        }
        dialed.continuation.yield(leg)
        return leg
    }

    fileprivate func recorded(_ path: String) {
        state.withLock { _ = $0.recordings.insert(path) }
    }

    fileprivate func acknowledged(_ callID: String) {
        state.withLock { _ = $0.acknowledged.insert(callID) }
    }

    fileprivate func lineDown(_ callID: String) {
        state.withLock { $0.linesUp[callID] = nil }
    }

    fileprivate func takeDown(_ dialog: Dialog) -> Bool {
        state.withLock { state in
            state.takenDown.append(dialog.callID)
            guard state.isTakeDownConfirmed else { return false }
            // An answer that was acknowledged is not repeated: without the far end's tag there is no way to that line any more.
            if dialog.remoteTag == nil, state.acknowledged.contains(dialog.callID) { return true }
            state.linesUp[dialog.callID] = nil
            return true
        }
    }
}

private struct ScriptedTelephone: Telephone {
    let network: ScriptedNetwork
    let power: Power

    func dialog(for request: DialRequest) -> Dialog? { ScriptedLeg.dialog(of: request, isAnswered: false) }

    func dial(_ request: DialRequest) async throws(DialError) -> any OutgoingLeg {
        do {
            let step = try power.begin()
            let leg = try network.invite(request, power)
            try power.finish(step)
            return leg
        } catch let error as DialError {
            throw error
        } catch {
            throw .stackStopped
        }
    }

    func takeDown(_ dialog: Dialog) async -> Bool {
        guard let step = try? power.begin() else { return false }
        let isDown = network.takeDown(dialog)
        try? power.finish(step)
        return isDown
    }

    func recoverRecording(at path: String) -> Bool { network.recordings.contains(path) }

    func probe(trunk: String) async -> TrunkHealth { TrunkHealth(hop: .answered, sipStatus: 200) }
}

/// One leg, and the far end's side of it.
final class ScriptedLeg: OutgoingLeg {
    let request: DialRequest
    let events: AsyncStream<LegEvent>
    let audio: any LegAudio
    /// Every time the engine hung up.
    let hangUps = AsyncStream.makeStream(of: Void.self)
    /// Where the engine wanted the callee handed over to.
    let transfers = AsyncStream.makeStream(of: String.self)

    private struct State {
        var isAnswered = false
        var isOver = false
        var hangUpEnds = true
    }

    private let state = Mutex(State())
    private let continuation: AsyncStream<LegEvent>.Continuation
    private let scriptedAudio = ScriptedAudio()
    private let network: ScriptedNetwork
    private let power: Power

    fileprivate init(request: DialRequest, network: ScriptedNetwork, power: Power) {
        self.request = request
        self.network = network
        self.power = power
        (events, continuation) = AsyncStream.makeStream(of: LegEvent.self)
        audio = scriptedAudio
    }

    var call: Call.ID { request.attempt.call }

    /// Whether the far end confirms our hanging up. Else nothing ever comes back.
    func confirmHangUps(_ isConfirmed: Bool) { state.withLock { $0.hangUpEnds = isConfirmed } }

    /// The network tells the engine. A dead process hears nothing.
    func happen(_ event: LegEvent) {
        guard power.isOn else { return }
        continuation.yield(event)
    }

    func answer() {
        state.withLock { $0.isAnswered = true }
        if let path = request.recordingPath { network.recorded(path) }
        happen(.dialog(Self.dialog(of: request, isAnswered: true)))
        happen(.answered)
    }

    func end(_ reason: EndReason, _ transport: Transport) {
        let isFirst = state.withLock { state in
            defer { state.isOver = true }
            return !state.isOver
        }
        guard isFirst else { return }
        network.lineDown(request.attempt.sipCallID)
        scriptedAudio.end()
        happen(.ended(LegEnding(reason: reason, transport: transport)))
        continuation.finish()
    }

    /// The callee puts the phone down.
    func calleeHangsUp() {
        end(.calleeHungUp, Transport(sipStatus: 200, sipPhrase: "OK", hungUpBy: .callee))
    }

    func transfer(to target: String) async { transfers.continuation.yield(target) }

    func acknowledge() async {
        guard let step = try? power.begin() else { return }
        network.acknowledged(request.attempt.sipCallID)
        try? power.finish(step)
    }

    func hangUp() async {
        guard let step = try? power.begin() else { return }
        hangUps.continuation.yield()
        let (isAnswered, ends) = state.withLock { ($0.isAnswered, $0.hangUpEnds) }
        if ends {
            end(
                isAnswered ? .agentHungUp : .noAnswer,
                isAnswered
                    ? Transport(sipStatus: 200, sipPhrase: "OK", hungUpBy: .server)
                    : Transport(sipStatus: 487, sipPhrase: "Request Terminated", hungUpBy: .server)
            )
        }
        try? power.finish(step)
    }

    func sendDigits(_ digits: String) async {}

    func sipMessages() async -> [SIPMessage] {
        [SIPMessage(at: 1, sent: true, peer: "udp/127.0.0.1:5060", text: "INVITE \(request.attempt.sipCallID)")]
    }

    static func dialog(of request: DialRequest, isAnswered: Bool) -> Dialog {
        Dialog(
            callID: request.attempt.sipCallID,
            localURI: "sip:agent@127.0.0.1",
            localTag: "us",
            remoteURI: "sip:\(request.destination)@127.0.0.1",
            remoteTag: isAnswered ? "them" : nil,
            target: "sip:\(request.destination)@127.0.0.1:5062",
            routes: [],
            sequence: 1,
            via: nil,
            trunk: request.trunk
        )
    }
}

/// Audio whose only news is that the line is down.
final class ScriptedAudio: LegAudio {
    let ticks: AsyncStream<AudioTick>
    private let continuation: AsyncStream<AudioTick>.Continuation

    init() {
        (ticks, continuation) = AsyncStream.makeStream(of: AudioTick.self)
    }

    func end() { continuation.finish() }
    func play(_ samples: [Int16]) -> Range<Int64> { 0..<Int64(samples.count) }
    func stopPlaying() -> Int64 { 0 }
    func setGain(_ gain: Float) {}
    func listen(_ listener: AsyncStream<LegSound>.Continuation) { listener.finish() }
}
