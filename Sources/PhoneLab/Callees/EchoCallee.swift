/// Sends back everything it hears, some 80 ms later.
package struct EchoCallee: Callee {
    /// Sent ahead of the echo, so that a late tick does not tear it: 60 ms.
    private static let cushion = LabSound.silence(milliseconds: 60)

    /// Queued samples beyond which it catches up: 200 ms.
    private static let latest = 1600

    package init() {}

    package mutating func handle(_ event: LineEvent) -> [LineAction] {
        switch event {
        case .answered: [.play(Self.cushion, name: nil)]
        // After a stall of this machine the ticks come all at once: what is left out keeps the echo from being late ever after.
        case .tick(let tick) where tick.backlog > Self.latest: []
        case .tick(let tick): [.play(tick.samples, name: nil)]
        case .key: []
        }
    }
}
