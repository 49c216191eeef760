import Foundation
import Media
import SIP
import Synchronization
import Testing

@Suite("The start of a SIP stack")
struct StartTests {
    /// A server that restarts hears at once from the far ends of the process before it: repeated answers, BYEs.
    @Test("Messages that come in the moment the port opens are taken like any other", .timeLimit(.minutes(2)))
    func earlyMessages() async throws {
        let media = try Rig.media()
        defer { media.stop() }
        // A free port, which stays free for the moment.
        let first = try await SIPTelephone(configuration: .init(port: 0), trunks: [], media: media, logger: Rig.logger)
        let port = first.port
        await first.stop()

        let rain = try Rain(on: port)
        defer { rain.stop() }
        for _ in 0..<20 {
            let telephone = try await SIPTelephone(
                configuration: .init(port: port),
                trunks: [],
                media: media,
                logger: Rig.logger
            )
            await telephone.stop()
        }
    }
}

/// BYEs of nobody's dialog, as fast as one thread can send them.
private final class Rain: Sendable {
    private let isOver = Atomic(false)

    init(on port: Int) throws {
        let descriptor = socket(AF_INET, Int32(SOCK_DGRAM.rawValue), 0)
        try #require(descriptor >= 0)
        let message = Array(
            """
            BYE sip:trunkline@127.0.0.1:\(port) SIP/2.0\r
            Via: SIP/2.0/UDP 127.0.0.1:9;branch=z9hG4bK-early\r
            Max-Forwards: 70\r
            From: <sip:far@127.0.0.1>;tag=1\r
            To: <sip:trunkline@127.0.0.1>;tag=2\r
            Call-ID: early\r
            CSeq: 2 BYE\r
            Content-Length: 0\r
            \r

            """.utf8
        )
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(port).bigEndian
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        let target = address
        Thread { [self] in
            var target = target
            while !isOver.load(ordering: .relaxed) {
                _ = withUnsafePointer(to: &target) { pointer in
                    pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                        sendto(descriptor, message, message.count, 0, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
                    }
                }
            }
            close(descriptor)
        }.start()
    }

    func stop() { isOver.store(true, ordering: .relaxed) }
}
