import Foundation
import Logging
import Synchronization
import Testing

@testable import trunkline

@Suite("What people see")
struct TerminalTests {
    @Test("A SIP ladder has one arrow per message, pointing the way it went, with times since the first")
    func ladder() {
        let start: Int64 = 1_781_179_200_000_000
        let sdp = "\r\nContent-Type: application/sdp\r\n\r\nv=0\r\n"
        let lines = SIPLadder(messages: [
            .init(at: start, sent: true, peer: "udp/192.0.2.1:5060", text: "INVITE sip:1@x SIP/2.0" + sdp),
            .init(at: start + 1500, sent: false, peer: "udp/192.0.2.1:5060", text: "SIP/2.0 180 Ringing\r\n\r\n"),
            .init(
                at: start + 2_000_000,
                sent: false,
                peer: "udp/192.0.2.1:5060",
                text: "SIP/2.0 486 Busy Here\r\nReason: Q.850;cause=17\r\n\r\n"
            ),
        ]).lines()
        #expect(lines.count == 6)
        #expect(lines[0].contains("trunkline") && lines[0].contains("udp/192.0.2.1:5060"))
        #expect(lines[2].contains("0.0 ms") && lines[2].contains(" INVITE ") && lines[2].contains("►│  SDP"))
        #expect(lines[3].contains("1.5 ms") && lines[3].contains("│◄") && lines[3].contains(" 180 Ringing "))
        #expect(lines[4].contains("2000.0 ms") && lines[4].hasSuffix("Q.850;cause=17"))
        #expect(Set(lines[2...4].map { $0.prefix { $0 != "│" }.count }) == [12])
        #expect(SIPLadder(messages: []).lines().isEmpty)
    }

    @Test("What a callee or a far end says cannot move the cursor")
    func printable() {
        #expect("a\u{1B}[2Jb\u{9B}c\n".printable == "a [2Jb c ")
    }

    @Test("Times on the recording's clock", arguments: [(0, "0:00.0"), (7340, "0:07.3"), (61_000, "1:01.0")])
    func time(milliseconds: Int, text: String) {
        #expect(CallReport.time(milliseconds) == text)
    }

    @Test("The exit status tells how the call ended, and every final status has one")
    func exits() {
        #expect(CallExit(status: "completed") == .completed)
        #expect(CallExit(status: "busy") == .notReached)
        #expect(CallExit(status: "carrier_error") == .network)
        #expect(CallExit(status: "canceled") == .notPlaced)
        #expect(CallExit(status: "internal_error") == .internalError)
        #expect(CallExit(status: "unheard of") == .internalError)
    }

    @Test("A misspelt name finds its neighbour, a strange one finds none")
    func didYouMean() {
        #expect(nearest(to: "http.prot", among: SettingsKey.names) == "http.port")
        #expect(nearest(to: "zzzzzz", among: SettingsKey.names) == nil)
    }
}

@Suite("Log lines")
struct LogTests {
    private final class Lines: Sendable {
        let all = Mutex<[String]>([])
    }

    private func logger(_ format: LogFormat) -> (Logger, Lines) {
        let lines = Lines()
        let logger = Logger(label: "test") { label in
            LineLogHandler(
                label: label,
                level: .debug,
                format: format,
                sink: .init { line in lines.all.withLock { $0.append(line) } },
                now: { Date(timeIntervalSince1970: 1_781_179_200) }
            )
        }
        return (logger, lines)
    }

    @Test("Text is one line: time, level, sentence, facts in order; personal facts are masked")
    func text() {
        let (logger, lines) = logger(.text)
        logger.info(
            "Call ended",
            metadata: ["call.id": "call_1", "call.pii.destination": "+15551230001", "b": "two words\nand a line"]
        )
        logger.trace("Not shown")
        #expect(
            lines.all.withLock { $0 } == [
                "2026-06-11T12:00:00.000Z info     Call ended b=\"two words\\nand a line\" call.id=call_1"
                    + " call.pii.destination=•••\n"
            ]
        )
    }

    @Test("JSON is one object per line that any reader takes")
    func json() throws {
        var (logger, lines) = logger(.json)
        logger[metadataKey: "node"] = "a\"b"
        logger.warning("Careful", metadata: ["n": "1"])
        let line = try #require(lines.all.withLock { $0.first })
        let object = try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? NSDictionary)
        #expect(
            object == [
                "time": "2026-06-11T12:00:00.000Z", "level": "warning", "message": "Careful", "logger": "test",
                "node": "a\"b", "n": "1",
            ]
        )
    }
}
