import Audio

/// The callee's side of the line: level, speech, echo and the moments just past.
struct CalleeEar {
    /// Fed to the recogniser in front of what the detector noticed, in samples (400 ms): soft beginnings are noticed late.
    private static let preRoll = 3200
    /// What is kept at the least, in samples: 3 s, in which somebody may have spoken who was taken for music.
    static let memory = 24_000

    /// `TurnTaking` bridges pauses itself, so the detector may let go soon: its hangover would make every cough a word.
    private var activity = VoiceActivity(configuration: .init(hangoverFrames: 3))
    private var echo = EchoGate()
    private var recent: [Int16] = []
    private var recentEnd: Int64 = 0
    /// Where the callee's last sound ended on the recording: the detector holds on to speech a little longer.
    private(set) var lastSound: Int64 = 0

    /// What 20 ms at `position` sound like. `agentLevel` is how loud the agent was in them, in dB.
    mutating func sound(of frame: ArraySlice<Int16>, position: Int64, agentLevel: Double) -> TurnTaking.Sound {
        recent += frame
        if recent.count > 2 * Self.memory { recent.removeFirst(recent.count - Self.memory) }
        recentEnd = position + Int64(frame.count)
        let isEcho = echo.isEcho(callee: Level.decibels(frame), agent: agentLevel)
        let decision = activity.decide(frame)
        if decision.isLoud, !isEcho { lastSound = recentEnd - Self.silentEnd(of: frame, decision) }
        guard decision.isSpeech else { return .silence }
        return isEcho ? .echo : .speech
    }

    /// 80 if the second half of a loud frame is silent, else 0: a voice ends to 10 ms.
    private static func silentEnd(of frame: ArraySlice<Int16>, _ decision: VoiceActivity.Decision) -> Int64 {
        let level = Level.decibels(frame.suffix(80))
        return level > max(VoiceActivity.quietestSpeech, decision.background + 4) ? 0 : 80
    }

    /// `sound` without caution: echo only if the line has been found to have one. A recording that talks over the agent is quieter than it, often.
    func plain(_ sound: TurnTaking.Sound) -> TurnTaking.Sound {
        sound == .echo && !echo.isProven ? .speech : sound
    }

    /// What was heard from a little before `start` until now: as much as is remembered of it, or `longest` samples.
    func audio(from start: Int64, longest: Int = memory) -> [Int16] {
        Array(recent.suffix(min(longest, Int(recentEnd - start) + Self.preRoll)))
    }

    /// What was heard last of somebody who has spoken since `start`: enough to tell listening aloud from an interruption.
    func glimpse(from start: Int64) -> [Int16] { audio(from: start, longest: 2 * Self.preRoll) }
}
