/// What the media threads noticed on a stream.
package enum MediaEvent: Sendable, Hashable {
    /// The first valid audio packet of the far end. Before the answer this is early media.
    case firstPacket
    /// A key the far end pressed: `0`–`9`, `*`, `#`, `A`–`D` (RFC 4733). Reported once, when its first packet arrives.
    case digit(Character)
    /// No packet came for `MediaEngine.Configuration.noMediaTimeout` although the far end should send. Comes again only after packets
    /// came in between.
    case noMedia
}
