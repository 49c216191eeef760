/// Tells the callee's voice from the agent's own, coming back over the line.
///
/// Learns how loud the echo is: the level of the callee's side relative to what the agent said in the last 600 ms. On a line without
/// echo that falls to nothing within a second, and everything the callee says passes; on a line with one, only what is clearly louder.
struct EchoGate: Sendable {
    /// Echo paths are shorter than this: 30 frames of 20 ms.
    private static let memory = 30
    /// Levels below this are silence.
    private static let silence = -55.0

    /// dB per frame, newest last.
    private var agent: [Double] = []
    private var callee: [Double] = []
    /// Whether the callee's side followed the agent's, the latest answers last: one for each 100 ms in which the agent was heard.
    private var traces: [Bool] = []
    private var frames = 0
    /// Loudest echo to be expected, in dB relative to the agent's loudest recent frame. Echo cancellers leave no more than −10.
    private var coupling = -10.0

    /// Whether a frame of the callee's side may be echo. Levels are in dB of full scale, of the same 20 ms.
    mutating func isEcho(callee level: Double, agent played: Double) -> Bool {
        agent.append(played)
        callee.append(level)
        if agent.count > 2 * Self.memory { agent.removeFirst() }
        if callee.count > Self.memory { callee.removeFirst() }

        let loudest = agent.suffix(Self.memory).max() ?? Self.silence
        guard loudest > Self.silence else { return false }
        trace()
        learn(loudest)
        return level < loudest + coupling + 4
    }

    /// Whether the agent's words have lately been found to come back. Until then what `isEcho` says is caution: it may be the callee.
    var isProven: Bool { traces.count { $0 } >= 8 }

    private mutating func trace() {
        frames += 1
        guard frames.isMultiple(of: 5), callee.count == Self.memory else { return }
        traces.append((callee.max() ?? Self.silence) > Self.silence && followsAgent())
        if traces.count > 20 { traces.removeFirst() }
    }

    private mutating func learn(_ loudest: Double) {
        guard agent.count >= 2 * Self.memory else { return }
        let ratio = (callee.max() ?? Self.silence) - loudest
        if ratio < coupling {
            coupling = max(ratio, coupling - 0.5, -60)
        } else if ratio > coupling + 1, ratio < 0, followsAgent() {
            // Slowly: the first half second of an interruption still looks like the echo it covers.
            coupling = min(-3, coupling + 0.2)
        }
    }

    /// Whether the callee's side rises and falls as the agent's did, at some delay up to 600 ms.
    private func followsAgent() -> Bool {
        let length = callee.count
        return (0..<Self.memory).contains { delay in
            let start = agent.count - length - delay
            guard start >= 0 else { return false }
            return correlation(callee, agent[start..<(start + length)]) > 0.85
        }
    }

    private func correlation(_ a: [Double], _ b: ArraySlice<Double>) -> Double {
        let count = Double(a.count)
        let meanA = a.reduce(0, +) / count
        let meanB = b.reduce(0, +) / count
        var ab = 0.0
        var aa = 0.0
        var bb = 0.0
        for (x, y) in zip(a, b) {
            let dx = max(x, Self.silence) - max(meanA, Self.silence)
            let dy = max(y, Self.silence) - max(meanB, Self.silence)
            ab += dx * dy
            aa += dx * dx
            bb += dy * dy
        }
        return aa > 0 && bb > 0 ? ab / (aa * bb).squareRoot() : 0
    }
}
