import Audio
import CMediaSocket
import Glibc
import Synchronization

extension StreamCore {
    /// The sending half of a tick: one packet, at once.
    ///
    /// What is queued waits while the far end holds us or a key is pressed.
    func sendTick(at now: Int64) {
        guard canSend, let terms else {
            said.update(repeating: 0)
            needsMarker = true
            return
        }
        switch keys.next() {
        case .none:
            takeQueued()
        case .gap:
            said.update(repeating: 0)
        case .press(let code, let duration, let isFirst, let isLast):
            said.update(repeating: 0)
            if isFirst { keyTimestamp = timestamp }
            if let payload = terms.telephoneEventPayload {
                sendKey(code, duration, payload: payload, isFirst: isFirst, isLast: isLast)
                return
            }
            mixTone(of: code, startingAt: Int(duration) - Self.tickLength)
        }
        var codes = UnsafeMutableBufferPointer(rebasing: packet[RTPPacket.headerLength...]).mutableSpan
        G711.encode(said.span, as: terms.codec.law, into: &codes)
        send(payloadType: terms.payloadType, marker: needsMarker, timestamp: timestamp, payloadLength: Self.tickLength)
        needsMarker = false
    }

    /// The far end has no telephone-event: it gets the tone itself.
    private func mixTone(of code: UInt8, startingAt offset: Int) {
        guard let digit = TelephoneEvent.digit(of: code), let frequencies = Tone.frequencies(of: digit) else { return }
        for index in said.indices {
            let angle = 2 * Double.pi * Double(offset + index) / 8_000
            said[index] = Int16(frequencies.reduce(0) { $0 + 7_000 * sin(angle * $1) })
        }
    }

    private func sendKey(_ code: UInt8, _ duration: UInt16, payload: UInt8, isFirst: Bool, isLast: Bool) {
        // Volume 10: −10 dBm0.
        packet[RTPPacket.headerLength] = code
        packet[RTPPacket.headerLength + 1] = (isLast ? 0x80 : 0) | 10
        packet.write(duration, at: RTPPacket.headerLength + 2)
        for _ in 0..<(isLast ? 3 : 1) {
            send(payloadType: payload, marker: isFirst, timestamp: keyTimestamp, payloadLength: 4)
        }
        needsMarker = true
    }

    private func send(payloadType: UInt8, marker: Bool, timestamp: UInt32, payloadLength: Int) {
        RTPPacket(
            hasMarker: marker,
            payloadType: payloadType,
            sequence: sequence,
            timestamp: timestamp,
            source: ssrc
        ).writeHeader(to: packet)
        sequence &+= 1
        if sendingLoss?.dropsNext() == true { return }
        guard media_send(rtp, packet.baseAddress, Int32(RTPPacket.headerLength + payloadLength)) > 0 else { return }
        let counters = shared.counters
        if counters.packetsSent.value == 0 { counters.firstSent.set(Int(media_wall_clock() / 1_000)) }
        counters.packetsSent.add()
        counters.bytesSent.add(payloadLength)
    }

    /// The next of what is queued, unless it is held: then silence, once it has faded.
    private func takeQueued() {
        let target = Float(bitPattern: shared.gain.load(ordering: .relaxed))
        guard target > 0 || gain > 0 else {
            said.update(repeating: 0)
            return
        }
        shared.playing.take(into: said)
        applyGain(target)
    }

    /// From the last tick's gain to the present one over 5 ms, so that the change does not click.
    private func applyGain(_ target: Float) {
        guard target != 1 || gain != 1 else { return }
        let ramp = 40
        for index in said.indices {
            let share = Float(min(index, ramp)) / Float(ramp)
            said[index] = Int16((Float(said[index]) * (gain + (target - gain) * share)).rounded())
        }
        gain = target
    }
}

/// A lossy line, the same for the same seed.
struct Impairment: Sendable {
    /// Of 2⁶⁴.
    private let threshold: UInt64
    private var state: UInt64

    /// Nil for a line without loss.
    init?(lossPercent: Double, seed: UInt64) {
        guard lossPercent > 0 else { return nil }
        threshold = lossPercent >= 100 ? .max : UInt64(lossPercent / 100 * 0x1p64)
        state = seed
    }

    mutating func dropsNext() -> Bool {
        // SplitMix64: passes statistical tests, and is the same on every machine.
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31) < threshold
    }
}
