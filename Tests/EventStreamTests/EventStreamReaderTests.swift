import Testing

@testable import EventStream

@Suite("Server-sent events, read")
struct EventStreamReaderTests {
    private static let stream = """
        : connected\r\n\r\nid: 1\nevent: call.status\ndata: {"a":1}\n\n: heartbeat\n\nid:2\rdata: one\rdata: two\r\rid: 3\n\ndata: x
        """

    @Test("Events are the same however the bytes are cut")
    func cuts() throws {
        let bytes = Array(Self.stream.utf8)
        for size in [1, 2, 3, 7, bytes.count] {
            var reader = EventStreamReader()
            var events: [EventStreamReader.Event] = []
            var start = 0
            while start < bytes.count {
                events += try reader.take(bytes[start..<min(bytes.count, start + size)])
                start += size
            }
            #expect(
                events == [
                    .init(id: "1", type: "call.status", data: #"{"a":1}"#),
                    .init(id: "2", type: "message", data: "one\ntwo"),
                ],
                "cut every \(size) bytes"
            )
            #expect(reader.end() == .init(id: "3", type: "message", data: "x"))
            #expect(reader.end() == nil)
        }
    }

    @Test("A line without an end is given up")
    func tooLong() throws {
        var reader = EventStreamReader()
        _ = try reader.take([UInt8](repeating: 0x61, count: EventStreamReader.longestLine))
        #expect(throws: LineTooLong.self) { try reader.take([0x61]) }
    }
}
