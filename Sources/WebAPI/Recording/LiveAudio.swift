import Audio
import HTTPTypes
package import Hummingbird
import ServiceLifecycle
package import Telephony

/// A live call's audio, answered as a WAV file that goes on until the call is over or the key is not good any more: 8 kHz, 16 bit, left the
/// callee, right the agent.
package struct LiveAudio {
    /// What a file whose end nobody knows says of its length: the most that fits.
    private static let endless = Int(UInt32.max) - 36

    let sounds: AsyncStream<LegSound>
    /// How often the key is looked at.
    let interval: Duration
    /// Whether whoever listens may go on: their key or session is still good.
    let isStillGood: @Sendable () async -> Bool

    package init(
        sounds: AsyncStream<LegSound>,
        interval: Duration,
        while isStillGood: @escaping @Sendable () async -> Bool
    ) {
        self.sounds = sounds
        self.interval = interval
        self.isStillGood = isStillGood
    }

    package func response(to request: Request) -> Response {
        let (sounds, interval, isStillGood) = (sounds, interval, isStillGood)
        return Response(
            status: .ok,
            headers: [
                .contentType: "audio/wav",
                .cacheControl: "no-store",
                // Watching for the client to go away uses the connection up.
                .connection: "close",
                .known("X-Accel-Buffering"): "no",
            ],
            body: ResponseBody { writer in
                try await request.body.consumeWithCancellationOnInboundClose { _ in
                    let header = WAVHeader.pcm16(sampleRate: 8000, channels: 2, dataBytes: Self.endless)
                    try await writer.write(ByteBuffer(bytes: header))
                    var lookedAt = ContinuousClock.now
                    for await sound in sounds.cancelOnGracefulShutdown() {
                        if lookedAt.duration(to: .now) >= interval {
                            guard await isStillGood() else { break }
                            lookedAt = .now
                        }
                        try await writer.write(Self.bytes(of: sound))
                    }
                }
                try await writer.finish(nil)
            }
        )
    }

    private static func bytes(of sound: LegSound) -> ByteBuffer {
        var buffer = ByteBuffer()
        buffer.reserveCapacity(sound.samples.count * 2)
        for sample in sound.samples { buffer.writeInteger(sample, endianness: .little) }
        return buffer
    }
}
