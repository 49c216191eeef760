import CMediaSocket

extension StreamCore {
    func receiveRTCP(_ batch: UnsafeMutablePointer<media_batch>, at now: Int64) {
        guard terms != nil else { return }
        let count = media_receive(batch, rtcp, rtcpPeer, 4)
        guard count > 0 else { return }
        for index in 0..<Int(count) {
            let start = batch.pointee.data + index * Int(batch.pointee.stride)
            let bytes = UnsafeBufferPointer(start: start, count: Int(batch.pointee.lengths[index]))
            guard let news = RTCPNews(bytes, ours: ssrc) else {
                shared.counters.packetsRefused.add()
                continue
            }
            take(news, at: now)
        }
    }

    private func take(_ news: RTCPNews, at now: Int64) {
        if let clock = news.senderClock { senderReport = (clock, now) }
        if let lost = news.fractionLost { shared.counters.remoteLoss.set(Int(lost) + 1) }
        if let echo = news.echo {
            let present = UInt32(truncatingIfNeeded: RTCPReport.clock(media_wall_clock()) >> 16)
            let roundTrip = present &- echo.lastReport &- echo.delay
            // More than ten seconds is somebody's clock, not the way.
            if roundTrip < 10 << 16 { shared.counters.roundTrip.set(1 + (Int(roundTrip) * 1_000_000) >> 16) }
        }
        if let source = news.goodbye { self.source.release(source) }
    }

    func sendReport(isGoodbye: Bool, at now: Int64) {
        guard terms != nil else { return }
        var report = RTCPReport(source: ssrc, clock: RTCPReport.clock(media_wall_clock()), name: name)
        report.isGoodbye = isGoodbye
        if shared.counters.packetsSent.value > 0 {
            report.sent = RTCPReport.Sent(
                timestamp: timestamp,
                packets: UInt32(truncatingIfNeeded: shared.counters.packetsSent.value),
                bytes: UInt32(truncatingIfNeeded: shared.counters.bytesSent.value)
            )
        }
        if let heard = source.current {
            report.heard = RTCPReport.Heard(
                source: heard,
                fractionLost: source.takeReportFraction(),
                lost: source.reception.lost,
                extendedHighest: source.reception.extendedHighest,
                jitter: UInt32(source.reception.jitter),
                lastReport: senderReport?.clock ?? 0,
                delay: senderReport.map { UInt32(truncatingIfNeeded: ((now - $0.at) << 16) / 1_000_000_000) } ?? 0
            )
        }
        let length = report.write(to: packet)
        _ = media_send(rtcp, packet.baseAddress, Int32(length))
    }
}
