/// Sends back everything it hears, some 80 ms later.
package struct EchoCallee: Callee {
    /// Sent ahead of the echo, so that a late tick does not tear it: 60 ms.
    private static let cushion = LabSound.silence(milliseconds: 60)

    package init() {}

    package mutating func handle(_ event: LineEvent) -> [LineAction] {
        switch event {
        case .answered: [.play(Self.cushion, name: nil)]
        case .tick(let tick): [.play(tick.samples, name: nil)]
        case .key: []
        }
    }
}
