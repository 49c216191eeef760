import Calls
import Engine
import Foundation
import HTTPTypes
import Testing

@testable import WebAPI

@Suite("docs/api.md")
struct DocumentTests {
    private static let failures: [Failure] =
        [
            .invalid(field: "a", message: "b"), .unknownAgent("a"), .unknownCall, .unknownKey, .keyNotActive,
            .beyondKey("a"),
            .unknownDelivery, .unknownEndpoint,
            .idempotencyKeyReused, .unknownSuppression, .unknownConsent, .agentExists(slug: "a"), .agentInUse,
            .agentNotActive(slug: "a", status: .draft), .agentNotOutbound(slug: "a"), .agentHasNoNumber(slug: "a"),
            .missingVariables(["a"]), .unknownNumber, .numberInUse, .callEnded, .noRecording, .overloaded,
            .rateLimited(
                RateLimitState(
                    limit: RateLimit(name: "a", count: 1, window: 60),
                    taken: 1,
                    resetsAt: Date(),
                    now: Date()
                )
            ),
            .linkForged, .linkExpired, .callNotLive(.ringing), .callNotAnswered,
            .callsNotOver([]), .unknownErasure, .callErased,
            .insufficientFunds(balance: .zero, needed: .zero),
            .spendCapReached(SpendCap(scope: .key, cap: .zero, spent: .zero, needed: .zero, resetsAt: nil)),
            .draining,
        ].map(Failure.refusal)
        + GateRule.allCases.map { .refusal(.blocked(GateCheck($0, .blocked, "a"))) }
        + [
            .noKey, .wrongKey, .insufficientScope(.keysManage), .noSuchPath, .wrongMethod(allowed: ["GET"]),
            .malformedJSON(line: 1, column: 1, message: "a"), .unknownField("a", accepted: ["b"]), .missingField("a"),
            .invalidField("a", message: "b"), .unknownParameter("a", accepted: ["b"]),
            .invalidParameter("a", message: "b"), .invalidHeader("a", message: "b"), .bodyTooLarge(limit: 1),
            .unsupportedMediaType(accepted: ["a"]),
            .unsatisfiableRange(size: 1),
        ].map(Failure.request) + [.agentFile(AgentFileError(problems: [])), .fault]

    @Test("Every error that can be answered is in the table, with its status and type")
    func errors() async throws {
        let url = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("../../docs/api.md")
        let rows = try String(contentsOf: url, encoding: .utf8).split(separator: "\n").filter { $0.hasPrefix("| ") }
        try await TestServer.run { server in
            let dialect = NativeDialect(engine: server.engine)
            for failure in Self.failures {
                let answer = dialect.answer(to: failure)
                let error = try #require(answer.body as? NativeError).error
                #expect(
                    rows.contains { row in
                        row.hasPrefix("| \(answer.status.code) |") && row.contains("`\(error.type.rawValue)`")
                            && row.contains("`\(error.code)`")
                    },
                    "\(error.code)"
                )
            }
        }
    }

    @Test("Every word for a state, an end, an event and a reached party is explained")
    func words() throws {
        let url = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("../../docs/api.md")
        let text = try String(contentsOf: url, encoding: .utf8)
        let words =
            CallStatus.allCases.map(\.rawValue) + EndReason.allCases.map(\.rawValue) + Reached.allCases.map(\.rawValue)
            + Goal.allCases.map(\.rawValue) + CallEvent.Kind.allCases.map(\.rawValue)
            + GateRule.allCases.map(\.rawValue)
            + GateCheck.Outcome.allCases.map(\.rawValue) + Suppression.Reason.allCases.map(\.rawValue)
        for word in words { #expect(text.contains("`\(word)`"), "\(word)") }
    }
}
