/// The answer that a talking agent is getting ready, or giving.
struct Reply {
    /// The line that its words belong to: another one each time the model is asked.
    var line: Int
    var work: Work
    /// What the line says, so far.
    var text = ""
    /// Some of it was given to be played, in this line or one before.
    var isAudible = false
    /// Sentences that wait until the callee, who may not be done after all, is silent.
    var held: [(text: String, samples: [Int16])] = []
    var calls: [ToolCall] = []
    /// It goes on when its tools have an outcome.
    var isOnErrand = false
    /// How often the model was asked.
    var rounds = 1
    var failures = 0
    /// Set when all of the line is here, but some of it is held.
    var ending: ModelEnding?
}
