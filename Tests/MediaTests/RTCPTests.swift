import Testing

@testable import Media

@Suite("RTCP")
struct RTCPTests {
    private func written(_ report: RTCPReport) -> [UInt8] {
        let buffer = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: RTCPReport.longest)
        defer { buffer.deallocate() }
        return Array(buffer[..<report.write(to: buffer)])
    }

    private func parse(_ bytes: [UInt8], ours: UInt32) -> RTCPNews? {
        bytes.withUnsafeBufferPointer { RTCPNews($0, ours: ours) }
    }

    private var full: RTCPReport {
        var report = RTCPReport(source: 1, clock: 0x1111_2222_3333_4444, name: Array("abcdefg".utf8))
        report.sent = .init(timestamp: 7, packets: 8, bytes: 9)
        report.heard = .init(
            source: 2,
            fractionLost: 64,
            lost: 5,
            extendedHighest: 6,
            jitter: 7,
            lastReport: 8,
            delay: 9
        )
        report.isGoodbye = true
        return report
    }

    @Test("A sender report with everything reads back at the other end")
    func roundTrip() throws {
        let news = try #require(parse(written(full), ours: 2))
        #expect(news.senderClock == 0x2222_3333)
        #expect(news.fractionLost == 64)
        #expect(news.echo == .init(lastReport: 8, delay: 9))
        #expect(news.goodbye == 1)
    }

    @Test("Reports about somebody else are not about us")
    func others() throws {
        let news = try #require(parse(written(full), ours: 3))
        #expect(news.fractionLost == nil)
        #expect(news.echo == nil)
    }

    @Test("Every part of the compound is a whole number of words, whatever the name's length", arguments: 0...20)
    func wholeWords(length: Int) throws {
        var report = full
        report.name = [UInt8](repeating: 65, count: length)
        let bytes = written(report)
        #expect(bytes.count % 4 == 0)
        #expect(parse(bytes, ours: 2) != nil)
    }

    @Test("Without packets sent it is a receiver report")
    func receiverReport() {
        var report = full
        report.sent = nil
        report.isGoodbye = false
        let bytes = written(report)
        #expect(bytes[1] == 201)
        #expect(parse(bytes, ours: 2)?.fractionLost == 64)
        #expect(parse(bytes, ours: 2)?.senderClock == nil)
    }

    @Test("The clock counts from 1900, with a fraction of 2⁻³² s")
    func clock() {
        #expect(RTCPReport.clock(0) == UInt64(2_208_988_800) << 32)
        #expect(RTCPReport.clock(500_000_000) == UInt64(2_208_988_800) << 32 + 1 << 31)
    }

    @Test("Every shortened or lengthened report is refused, and random bytes do no harm")
    func malformed() {
        let bytes = written(full)
        for length in 0..<bytes.count where parse(Array(bytes[..<length]), ours: 2) != nil {
            // A compound cut between two of its packets is still a compound.
            #expect([52, 52 + 20].contains(length))
        }
        #expect(parse(bytes + [0x80], ours: 2) == nil)
        var random = Seeded(state: 9)
        for _ in 0..<20_000 {
            var noise = (0..<Int.random(in: 0...80, using: &random)).map { _ in
                UInt8.random(in: 0...255, using: &random)
            }
            if noise.count > 4 {
                noise[0] = 0x80 | noise[0] & 0x1F
                noise[1] = 200 + noise[1] % 5
                noise[2] = 0
                noise[3] %= 20
            }
            _ = parse(noise, ours: 2)
        }
    }
}
