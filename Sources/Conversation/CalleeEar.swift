import Audio

/// The callee's side of the line: level, speech, echo and the moments just past.
struct CalleeEar {
    /// Fed to the recogniser in front of what the detector noticed, in samples (400 ms): soft beginnings are noticed late.
    private static let preRoll = 3200

    private var activity = VoiceActivity()
    private var echo = EchoGate()
    private var recent: [Int16] = []
    private var recentEnd: Int64 = 0

    /// Whether 20 ms at `position` are the callee's speech. `agentLevel` is how loud the agent was in them, in dB.
    mutating func isSpeech(_ frame: ArraySlice<Int16>, position: Int64, agentLevel: Double) -> Bool {
        recent += frame
        if recent.count > 4 * Self.preRoll { recent.removeFirst(recent.count - 2 * Self.preRoll) }
        recentEnd = position + Int64(frame.count)
        let isEcho = echo.isEcho(callee: Level.decibels(frame), agent: agentLevel)
        return activity.process(Array(frame)) && !isEcho
    }

    /// What was heard from a little before `start` until now.
    func audio(from start: Int64) -> [Int16] {
        Array(recent.suffix(min(2 * Self.preRoll, Int(recentEnd - start) + Self.preRoll)))
    }
}
