/// A machine at home whose owner picks up while a message is being left on it.
package struct AnsweringMachine: Callee {
    private var machine: Voicemail?
    private var owner: Person
    /// Speech of the caller after the beep, in ms.
    private var heard = 0
    private let patience: Int

    /// `patience` is how long the owner listens to a message before picking up, in ms.
    package init(_ machine: Voicemail, owner: Person, patience: Int) {
        self.machine = machine
        self.owner = owner
        self.patience = patience
    }

    package var hearing: Hearing { owner.hearing }
    package var lines: [SpokenLine] { (machine?.lines ?? []) + owner.lines }

    package mutating func handle(_ event: LineEvent) -> [LineAction] {
        guard var machine else { return owner.handle(event) }
        let actions = machine.handle(event)
        self.machine = machine
        if case .tick(let tick) = event, tick.isSpeech, machine.isRecording { heard += tick.duration }
        guard heard >= patience else { return actions }
        self.machine = nil
        return actions + owner.handle(.answered)
    }
}
