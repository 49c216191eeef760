import Audio
import CMediaSocket

extension StreamCore {
    /// Takes what has arrived on the RTP socket. Returns whether there is news for the pump.
    func receiveRTP(_ batch: UnsafeMutablePointer<media_batch>, at now: Int64) -> Bool {
        guard terms != nil, budget > 0 else { return false }
        // A negative count is the echo of what we sent to a closed port; reading it has cleared it.
        let count = media_receive(batch, rtp, rtpPeer, Int32(budget))
        guard count > 0 else { return false }
        budget -= Int(count)
        var hasNews = false
        for index in 0..<Int(count) {
            if receivingLoss?.dropsNext() == true { continue }
            let length = Int(batch.pointee.lengths[index])
            let start = batch.pointee.data + index * Int(batch.pointee.stride)
            if takeRTP(UnsafeBufferPointer(start: start, count: length), at: now) { hasNews = true }
        }
        shared.counters.packetsLost.set(source.reception.lost)
        shared.counters.jitter.set(Int(source.reception.jitter * 1_000))
        return hasNews
    }

    private func takeRTP(_ bytes: UnsafeBufferPointer<UInt8>, at now: Int64) -> Bool {
        guard let packet = RTPPacket(bytes), let kind = terms?.kinds[Int(packet.payloadType)] else { return refuse() }
        if case .foreign = kind { return refuse() }
        switch source.admit(source: packet.source, sequence: packet.sequence, at: now) {
        case .accepted:
            return hear(packet, kind, in: bytes, at: now)
        case .adopted:
            jitter.reset()
            telephoneEvents.reset()
            let hadNews = hearUnproven(at: now)
            return hear(packet, kind, in: bytes, at: now) || hadNews
        case .unproven:
            unprovenLength = min(bytes.count, unproven.count)
            for index in 0..<unprovenLength { unproven[index] = bytes[index] }
            return false
        case .refused:
            return refuse()
        }
    }

    private func hearUnproven(at now: Int64) -> Bool {
        let bytes = UnsafeBufferPointer(rebasing: unproven[..<unprovenLength])
        unprovenLength = 0
        guard let packet = RTPPacket(bytes), let kind = terms?.kinds[Int(packet.payloadType)] else { return false }
        return hear(packet, kind, in: bytes, at: now)
    }

    private func hear(
        _ packet: RTPPacket,
        _ kind: PayloadKind,
        in bytes: UnsafeBufferPointer<UInt8>,
        at now: Int64
    ) -> Bool {
        let payload = UnsafeBufferPointer(rebasing: bytes[packet.payload])
        shared.counters.packetsReceived.add()
        shared.counters.bytesReceived.add(payload.count)
        lastHeard = now
        hasReportedNoMedia = false
        var hasNews = false
        switch kind {
        case .audio(let codec):
            source.noteTransit(timestamp: packet.timestamp, at: now)
            if terms?.receives == true { queue(payload, packet, codec) }
            if !hasHeardAnything {
                hasHeardAnything = true
                shared.counters.firstReceived.set(Int(media_wall_clock() / 1_000))
                tell(StreamNews.firstPacket)
                hasNews = true
            }
        case .telephoneEvent:
            if let code = telephoneEvents.read(payload, timestamp: packet.timestamp) {
                tell(code)
                hasNews = true
            }
        case .comfortNoise, .foreign: break
        }
        return hasNews
    }

    private func queue(_ payload: UnsafeBufferPointer<UInt8>, _ packet: RTPPacket, _ codec: MediaCodec) {
        guard payload.count <= decoded.count else { return shared.counters.packetsRefused.add() }
        var samples = decoded.mutableSpan
        G711.decode(payload.span, as: codec.law, into: &samples)
        let audio = decoded.span.extracting(0..<payload.count)
        switch jitter.insert(audio, timestamp: packet.timestamp, marker: packet.hasMarker) {
        case .late: shared.counters.packetsLate.add()
        case .misplaced: shared.counters.packetsRefused.add()
        case .queued, .duplicate: break
        }
    }

    private func refuse() -> Bool {
        shared.counters.packetsRefused.add()
        return false
    }
}

extension MediaCodec {
    var law: G711.Law {
        switch self {
        case .pcmu: .mu
        case .pcma: .a
        }
    }
}
