import Calls
import Foundation
import Logging
import Media
import SIP
import Telephony
import Testing

/// One RTP engine for all tests: its ports are shared by whoever runs at the same time.
enum Rig {
    static let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

    static func media(noMediaTimeout: Duration = .seconds(20)) throws -> MediaEngine {
        try MediaEngine(
            configuration: .init(ports: 20_000...32_000, realTimePriority: false, noMediaTimeout: noMediaTimeout),
            logger: logger
        )
    }

    /// Runs `body` with a telephone, and stops it.
    static func withTelephone<Result>(
        _ trunks: [Trunk],
        media given: MediaEngine? = nil,
        port: Int = 0,
        transferLimit: Duration = .seconds(60),
        _ body: (SIPTelephone) async throws -> Result
    ) async throws -> Result {
        let media = try given ?? Self.media()
        let telephone = try await SIPTelephone(
            configuration: .init(port: port, transferLimit: transferLimit),
            trunks: trunks,
            media: media,
            logger: logger
        )
        let result = try await withThrowingTaskGroup { group in
            group.addTask { await telephone.run() }
            do {
                let result = try await body(telephone)
                await telephone.stop()
                return result
            } catch {
                await telephone.stop()
                throw error
            }
        }
        if given == nil { media.stop() }
        return result
    }

    /// Runs `body` with an exchange whose every call is given to `callee`.
    static func withExchange<Result>(
        credentials: SIPExchange.Credentials? = nil,
        media given: MediaEngine? = nil,
        callee: @escaping @Sendable (any IncomingLeg) async -> Void,
        _ body: (SIPExchange) async throws -> Result
    ) async throws -> Result {
        let media = try given ?? Self.media()
        let exchange = try await SIPExchange(credentials: credentials, media: media, logger: logger)
        let result = try await withThrowingTaskGroup { group in
            group.addTask { await exchange.run() }
            group.addTask {
                await withDiscardingTaskGroup { callees in
                    for await leg in exchange.incoming { callees.addTask { await callee(leg) } }
                }
            }
            do {
                let result = try await body(exchange)
                await exchange.stop()
                return result
            } catch {
                await exchange.stop()
                throw error
            }
        }
        if given == nil { media.stop() }
        return result
    }
}

extension Trunk {
    static func to(port: Int, transport: String = "udp", username: String? = nil, password: String? = nil) -> Trunk {
        Trunk(
            name: "test",
            uri: "sip:127.0.0.1:\(port);transport=\(transport)",
            username: username,
            password: password.map(TrunkSecret.init)
        )
    }
}

extension DialRequest {
    static func test(
        to number: String = "+15551230001",
        name: String? = nil,
        ring: Duration = .seconds(30),
        total: Duration = .seconds(60),
        recordingPath: String? = nil
    ) throws -> DialRequest {
        let now = Date.stamp()
        return DialRequest(
            attempt: Attempt(
                id: .init(bornAt: now),
                call: .init(bornAt: now),
                number: 1,
                certainty: .sent,
                createdAt: now
            ),
            destination: try #require(PhoneNumber(number)),
            callerID: try #require(PhoneNumber("+15550009999")),
            callerName: name,
            trunk: "test",
            ringTimeout: ring,
            maxDuration: total,
            recordingPath: recordingPath
        )
    }
}

extension Leg {
    /// Everything that happens to the leg; `react` sees each event as it comes.
    func collect(_ react: (LegEvent) async -> Void = { _ in }) async -> [LegEvent] {
        var seen: [LegEvent] = []
        for await event in events {
            seen.append(event)
            if event == .answered { await (self as? any OutgoingLeg)?.acknowledge() }
            await react(event)
        }
        return seen
    }

    /// Hangs up as soon as the far end answers.
    func collectHangingUpOnAnswer() async -> [LegEvent] {
        await collect { event in if event == .answered { await hangUp() } }
    }
}

extension [LegEvent] {
    var ending: LegEnding? {
        guard case .ended(let ending)? = last else { return nil }
        return ending
    }

    var dialogs: [Dialog] {
        compactMap { event in
            guard case .dialog(let dialog) = event else { return nil }
            return dialog
        }
    }

    /// Without the dialogs, whose contents are checked by themselves.
    var steps: [LegEvent] {
        filter { event in
            if case .dialog = event { false } else { true }
        }
    }
}

extension [SIPMessage] {
    /// `INVITE` or `200`, with an arrow for its direction.
    var summary: [String] {
        map { message in
            let fields = message.text.split(separator: " ", maxSplits: 2)
            return (message.sent ? "> " : "< ") + (fields.first == "SIP/2.0" ? fields[1] : fields[0])
        }
    }
}
