/// What goes on between a talk and the realtime model that speaks in it.
struct SpokenState {
    /// Turns whose words are not known yet, in order.
    var turns: [SpokenTurn] = []
    var turnCount = 0
    /// Lines that the program said in the agent's place.
    var ownLines: Set<Int> = []
    /// The line with which the model greets, if it does.
    var greeting: Int?
    /// Until where on the recording its answers were watched, in samples.
    var watched: Int64 = 0
    /// The model will say nothing more.
    var isLost = false
}

/// Something the callee said, whose words are still to be told: it may be being answered meanwhile.
struct SpokenTurn {
    let number: Int
    let speech: TurnTaking.Speech
    /// It is being answered as it was heard. If not, its words decide what it is.
    let isAnswered: Bool
    /// On the recording, in samples.
    let since: Int64
}
