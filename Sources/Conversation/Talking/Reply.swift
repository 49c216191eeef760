/// The answer that a talking agent is getting ready, or giving.
struct Reply {
    /// The line that its words belong to: another one each time the model is asked.
    var line: Int
    var work: Work
    /// What the line says, so far.
    var text = ""
    /// Some of it was given to be played, in this line or one before.
    var isAudible = false
    /// What waits until the callee, who may not be done after all, is silent.
    var held: [Portion] = []
    /// What the model was asked.
    var asked: ModelRequest?
    /// It answers what the callee has said if they are done, which they may not be: nothing of it is heard or carried out.
    var isSpeculative = false
    /// Some of the line's sound came from a realtime model.
    var hasSound = false
    /// How long nothing was to be heard of the line since, because the rest of it was not there, in samples.
    var missing: Int64 = 0
    var calls: [ToolCall] = []
    /// It goes on when its tools have an outcome.
    var isOnErrand = false
    /// How often the model was asked.
    var rounds = 1
    var failures = 0
    /// Set when all of the line is here, but some of it is held.
    var ending: ModelEnding?
    /// Set when it broke off, but what came before is held.
    var failure: (any Error)?
}
