/// How patient a talking agent is.
package struct TalkLimits: Sendable, Hashable {
    /// How long the recogniser may take over an utterance.
    package var recognition: Duration = .seconds(5)
    /// How long a recogniser may take to say that an interruption is none before the agent stops.
    package var bargeIn: Duration = .milliseconds(250)
    /// How long a spotter may take over what was said meanwhile before it is not asked again in this call.
    package var spotting: Duration = .seconds(3)
    /// How long the voice may take over a sentence.
    package var voice: Duration = .seconds(5)
    /// How long everything after the call may take.
    package var extraction: Duration = .seconds(8)
    /// Whether work on an answer begins when the callee may be done, to be thrown away if they go on.
    package var speculates = true
    var waiting = Waiting.Limits()
    /// Silence, in ms, after which the callee is asked whether they are there.
    var silence = 6000
    /// The same after a greeting that asked nothing: then the agent says why it calls.
    var opening = 1500
    /// Silence, in ms, that ends a row of keys.
    var keyPause = 2000
    /// How long the words of a turn may take that a realtime model has heard, in ms.
    var transcript = 5000
    /// How long, all in all, an answer that a realtime model has begun may leave the line silent, in ms.
    var nextSound = 5000
    /// How often one answer may go through tools.
    var rounds = 5

    package init() {}
}
