import Audio

/// What a callee said in a call, taken from its recording stretch by stretch, each with when it began: measured from what the agent did then, so
/// that it can be said again to an agent that does something else.
package struct RecordedCallee: Sendable, Hashable {
    /// What has to have been for a stretch to begin.
    enum Moment: Sendable, Hashable {
        /// So many ms after the answer, before the agent said anything.
        case afterAnswer(Int)
        /// The agent has spoken since the last stretch, and been silent for so many ms.
        case afterAgent(Int)
        /// The agent has been speaking for so many ms.
        case duringAgent(Int)
        /// So many ms after the last stretch, in which the agent said nothing.
        case afterOwn(Int)
    }

    struct Stretch: Sendable, Hashable {
        var moment: Moment
        /// At 8,000 Hz.
        var samples: [Int16]
    }

    private(set) var stretches: [Stretch] = []
    /// When the callee hung up. Nil if the agent did.
    private(set) var hangUp: Moment?

    private static let frame = VoiceActivity.frameLength
    /// Silence that belongs to what is being said, in ms.
    private static let agentPause = 1000
    private static let calleePause = 300
    /// Taken along before and after what stands out, in ms.
    private static let margin = 120

    /// Of both sides of a recording at 8,000 Hz, from the answer on. `calleeHungUp`: the recording ends because the callee did.
    package init(callee: [Int16], agent: [Int16], calleeHungUp: Bool) {
        let agentSpeech = Self.joined(Self.agentFrames(agent), pause: Self.agentPause)
        let calleeSpeech = Self.joined(Self.calleeFrames(callee), pause: Self.calleePause)
        var lastEnd: Int?
        for speech in calleeSpeech {
            let start = max(lastEnd ?? 0, speech.lowerBound - Self.margin)
            let end = min(callee.count / 8, speech.upperBound + Self.margin)
            let moment = Self.moment(at: start, after: lastEnd, agentSpeech)
            stretches.append(Stretch(moment: moment, samples: Array(callee[(start * 8)..<(end * 8)])))
            lastEnd = end
        }
        if calleeHungUp { hangUp = Self.moment(at: callee.count / 8, after: lastEnd, agentSpeech) }
    }

    private static func moment(at time: Int, after last: Int?, _ agent: [Range<Int>]) -> Moment {
        if let speaking = agent.first(where: { $0.contains(time) }) { return .duringAgent(time - speaking.lowerBound) }
        if let spoken = agent.last(where: { $0.upperBound <= time && $0.upperBound > last ?? -1 }) {
            return .afterAgent(time - spoken.upperBound)
        }
        return last.map { .afterOwn(time - $0) } ?? .afterAnswer(time)
    }

    /// Whether there is speech, frame by frame: the callee's side is a line with its noise.
    private static func calleeFrames(_ samples: [Int16]) -> [Bool] {
        var activity = VoiceActivity(configuration: .init(hangoverFrames: 3))
        return stride(from: 0, to: samples.count - frame + 1, by: frame).map {
            activity.decide(samples[$0..<($0 + frame)]).isSpeech
        }
    }

    /// The agent's side is digital silence where it says nothing.
    private static func agentFrames(_ samples: [Int16]) -> [Bool] {
        stride(from: 0, to: samples.count - frame + 1, by: frame).map {
            Level.decibels(samples[$0..<($0 + frame)]) > VoiceActivity.quietestSpeech
        }
    }

    /// Stretches of speech in ms, with pauses of up to `pause` ms in them.
    private static func joined(_ frames: [Bool], pause: Int) -> [Range<Int>] {
        var stretches: [Range<Int>] = []
        for (index, isSpeech) in frames.enumerated() where isSpeech {
            let (start, end) = (index * 20, (index + 1) * 20)
            if let last = stretches.last, start - last.upperBound <= pause {
                stretches[stretches.count - 1] = last.lowerBound..<end
            } else {
                stretches.append(start..<end)
            }
        }
        return stretches
    }
}
