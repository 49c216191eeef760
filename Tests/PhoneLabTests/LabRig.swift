import Calls
import Foundation
import Logging
import Media
import PhoneLab
import SIP
import ServiceLifecycle
import Speech
import Synchronization
import Telephony
import Testing

/// A lab and a telephone that reaches it over SIP and RTP on loopback.
struct LabRig {
    static let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

    let lab: PhoneLab
    let telephone: SIPTelephone
    let voice: FliteSynthesizer

    /// Runs `body` with a lab in which telephones ring for a tenth of a second.
    static func run(
        persons: [PersonScript] = [],
        others: [LabNumber] = [],
        recordings: String? = nil,
        _ body: (LabRig) async throws -> Void
    ) async throws {
        let media = try MediaEngine(
            configuration: .init(threads: 1, ports: 40_000...48_999, realTimePriority: false),
            logger: logger
        )
        let exchange = try await SIPExchange(media: media, logger: logger)
        let voice = try FliteSynthesizer()
        let lab = try PhoneLab(
            exchange: exchange,
            voice: voice,
            ears: KeyphraseModel(),
            persons: persons,
            others: others,
            configuration: .init(ringing: 50...150, recordingDirectory: recordings),
            logger: logger
        )
        let trunk = Trunk(name: "lab", uri: "sip:127.0.0.1:\(exchange.port);transport=udp")
        let telephone = try await SIPTelephone(configuration: .init(), trunks: [trunk], media: media, logger: logger)
        try await withThrowingTaskGroup { group in
            group.addTask { await exchange.run() }
            group.addTask { await telephone.run() }
            group.addTask { try await lab.run() }
            var failure: (any Error)?
            do {
                try await body(LabRig(lab: lab, telephone: telephone, voice: voice))
            } catch {
                failure = error
            }
            await telephone.stop()
            await exchange.stop()
            try await group.waitForAll()
            if let failure { throw failure }
        }
        media.stop()
    }

    /// Dials `number`, runs `body` beside the call, hangs up, and says what the telephone saw and heard.
    func call(
        _ number: String,
        ring: Duration = .seconds(30),
        _ body: (LiveCall) async throws -> Void = { await $0.over() }
    ) async throws -> Outcome {
        let now = Date.stamp()
        let request = DialRequest(
            attempt: Attempt(
                id: .init(bornAt: now),
                call: .init(bornAt: now),
                number: 1,
                certainty: .sent,
                createdAt: now
            ),
            destination: try #require(PhoneNumber(number)),
            callerID: try #require(PhoneNumber("+15550009999")),
            trunk: "lab",
            ringTimeout: ring,
            maxDuration: .seconds(60),
            recordingPath: nil
        )
        let leg = try await telephone.dial(request)
        let call = LiveCall(leg: leg, sipCallID: request.attempt.sipCallID, ledger: lab.ledger)
        try await withThrowingTaskGroup { group in
            group.addTask { await call.follow() }
            group.addTask { await call.listen() }
            do {
                try await body(call)
            } catch {
                await leg.hangUp()
                throw error
            }
            await leg.hangUp()
            try await group.waitForAll()
        }
        return Outcome(
            events: call.events,
            heard: call.heard,
            seenByLab: try #require(await lab.ledger.ended(sipCallID: call.sipCallID)),
            messages: await leg.sipMessages(),
            media: (leg.audio as? MediaStream)?.report
        )
    }

    struct Outcome {
        var events: [LegEvent]
        /// What the telephone heard from the answer on.
        var heard: [Int16]
        var seenByLab: LabCall
        var messages: [SIPMessage]
        var media: MediaReport?

        var ending: LegEnding? {
            guard case .ended(let ending)? = events.last else { return nil }
            return ending
        }
    }
}

/// A call in progress, from the caller's side.
final class LiveCall: Sendable {
    let leg: any OutgoingLeg
    let sipCallID: String
    let ledger: LabLedger
    private let seen = Mutex<[LegEvent]>([])
    private let audio = Mutex<[Int16]>([])
    /// Something was seen or heard. For one waiting test; finishes with the call.
    private let news = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingNewest(1))

    init(leg: any OutgoingLeg, sipCallID: String, ledger: LabLedger) {
        self.leg = leg
        self.sipCallID = sipCallID
        self.ledger = ledger
    }

    var events: [LegEvent] { seen.withLock(\.self) }
    var heard: [Int16] { audio.withLock(\.self) }

    func follow() async {
        for await event in leg.events {
            if event == .answered { await leg.acknowledge() }
            seen.withLock { $0.append(event) }
            news.continuation.yield()
        }
        news.continuation.finish()
    }

    func listen() async {
        for await tick in leg.audio.ticks {
            audio.withLock { $0 += tick.samples }
            news.continuation.yield()
        }
    }

    /// Waits until the call has ended by itself.
    func over() async {
        for await _ in news.stream {}
    }

    /// Waits until the telephone has seen or heard what is asked, or the call has ended.
    func until(_ isDone: (LiveCall) -> Bool) async {
        for await _ in news.stream where isDone(self) { return }
    }

    var keys: String {
        String(events.compactMap { if case .digit(let key) = $0 { key } else { nil } })
    }

    /// Waits until the lab's account of the call is as asked.
    @discardableResult
    func untilLab(_ isWanted: @escaping @Sendable (LabCall) -> Bool) async throws -> LabCall {
        let id = sipCallID
        let call = await ledger.first { $0.sipCallID == id && (isWanted($0) || $0.endedAt != nil) }
        let found = try #require(call)
        try #require(isWanted(found), "The call ended first: \(found)")
        return found
    }
}

extension LabCall {
    func said(_ text: String) -> Noted? { said.first { $0.text == text } }
}
