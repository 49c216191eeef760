/// A person who follows a script.
///
/// They let the agent finish — that is, they wait for as much silence as the script's `pause` after at least a quarter of a second of
/// speech — and then give the reply whose phrase they heard last, because a question stands at the end of a turn.
package struct Person: Callee {
    /// Less speech than this is no turn: a click, a breath, the tail of a word that was broken off.
    private static let shortestTurn = 240
    /// A gap in speech up to this long does not break the run that draws an "uh-huh" or an interruption.
    private static let longestGap = 300

    private let script: PersonScript
    private var random: SplitMix64
    private var acting: Acting?
    private var pause: Int
    private var turn = 1
    private var heard: [String] = []
    private var repliesGiven: [Int: Int] = [:]
    private var interruptions = 0
    private var backchannels = 0
    private var silencesBroken = 0
    /// Speech of the agent that was not yet answered, in ms.
    private var unanswered = 0
    /// How long the agent has been silent, in ms.
    private var silence = 0
    /// Unbroken speech of the agent, in ms.
    private var run = 0
    /// The length of `run` that draws the next "uh-huh".
    private var nextBackchannel = 0
    /// How long nobody has spoken, in ms.
    private var quiet = 0

    package init(script: PersonScript, random: SplitMix64) {
        self.script = script
        self.random = random
        self.pause = self.random.pick(from: script.pause)
        self.nextBackchannel = script.backchannel?.every ?? 0
    }

    package var hearing: Hearing { script.phrases.isEmpty ? .speech : .phrases(script.phrases) }
    package var lines: [SpokenLine] { script.lines.map { SpokenLine($0, voice: script.voice) } }

    package mutating func handle(_ event: LineEvent) -> [LineAction] {
        switch event {
        case .answered:
            if !script.hello.isEmpty {
                acting = Acting(steps: [.wait(script.helloDelay)] + script.hello, kind: .hello)
            }
            return []
        case .key(let key):
            guard let reply = script.replies.indices.first(where: { isOpen($0) && script.replies[$0].key == key })
            else { return [] }
            return give(reply)
        case .tick(let tick):
            listen(to: tick)
            return acting == nil ? decide(tick) : act(tick)
        }
    }

    private mutating func listen(to tick: LineTick) {
        heard += tick.heard
        if tick.isSpeech {
            run += tick.duration
            silence = 0
            if acting?.kind != .reply { unanswered += tick.duration }
        } else {
            silence += tick.duration
            if silence > Self.longestGap {
                run = 0
                nextBackchannel = script.backchannel?.every ?? 0
            }
        }
        quiet = tick.isSpeech || tick.isTalking ? 0 : quiet + tick.duration
    }

    /// What to begin, when nothing is being done.
    private mutating func decide(_ tick: LineTick) -> [LineAction] {
        if let interruption = script.interruption, interruptions < interruption.times, run >= interruption.after,
            interruption.turn.map({ $0 == turn }) ?? true
        {
            interruptions += 1
            return begin(interruption.steps, kind: .reply, tick)
        }
        if unanswered >= Self.shortestTurn, silence >= pause {
            return answer(tick)
        }
        if let backchannel = script.backchannel, run >= nextBackchannel, !tick.isTalking,
            backchannels < backchannel.times ?? .max, !backchannel.says.isEmpty
        {
            let text = backchannel.says[backchannels % backchannel.says.count]
            backchannels += 1
            nextBackchannel = run + backchannel.every
            return [.say(SpokenLine(text, voice: script.voice))]
        }
        if let afterSilence = script.afterSilence, quiet >= afterSilence.after, silencesBroken < afterSilence.times {
            silencesBroken += 1
            return begin(afterSilence.steps, kind: .reply, tick)
        }
        return []
    }

    private mutating func answer(_ tick: LineTick) -> [LineAction] {
        defer { turn += 1 }
        guard let index = bestReply() else { return begin(script.otherwise, kind: .reply, tick) }
        repliesGiven[index, default: 0] += 1
        return begin(script.replies[index].steps, kind: .reply, tick)
    }

    /// The first reply that fits this turn by its number; else the one whose phrase was heard last.
    private func bestReply() -> Int? {
        let open = script.replies.indices.filter { isOpen($0) && script.replies[$0].key == nil }
        let numbered = open.first { index in
            let reply = script.replies[index]
            return reply.turn == turn && (reply.hear.isEmpty || !reply.hear.allSatisfy { !heard.contains($0) })
        }
        if let numbered { return numbered }
        for phrase in heard.reversed() {
            if let index = open.first(where: {
                script.replies[$0].turn == nil && script.replies[$0].hear.contains(phrase)
            }) {
                return index
            }
        }
        return open.first { script.replies[$0].turn == nil && script.replies[$0].hear.isEmpty }
    }

    private func isOpen(_ index: Int) -> Bool {
        repliesGiven[index, default: 0] < script.replies[index].times ?? .max
    }

    private mutating func give(_ index: Int) -> [LineAction] {
        repliesGiven[index, default: 0] += 1
        acting = Acting(steps: script.replies[index].steps, kind: .reply)
        return []
    }

    private mutating func begin(_ steps: [PersonScript.Step], kind: Acting.Kind, _ tick: LineTick) -> [LineAction] {
        acting = Acting(steps: steps, kind: kind)
        return act(tick)
    }

    /// Does the next step once the one before is over: said to its end, or waited for.
    private mutating func act(_ tick: LineTick) -> [LineAction] {
        guard var doing = acting else { return [] }
        doing.wait -= tick.duration
        guard doing.wait <= 0, !tick.isTalking else {
            acting = doing
            return []
        }
        guard !doing.steps.isEmpty else {
            finish(doing.kind)
            return []
        }
        let step = doing.steps.removeFirst()
        if case .wait(let time) = step { doing.wait = time }
        acting = doing
        return switch step {
        case .say(let text): [.say(SpokenLine(text, voice: script.voice))]
        case .press(let keys): [.press(keys)]
        case .wait: []
        case .music(let time): [.play(LoopSound.holdMusic.samples(lasting: time), name: LoopSound.holdMusic.name)]
        case .hangUp: [.hangUp]
        }
    }

    /// What the agent said during the opening line still wants an answer; what it said before a reply has had one.
    private mutating func finish(_ kind: Acting.Kind) {
        acting = nil
        quiet = 0
        guard kind == .reply else { return }
        unanswered = 0
        heard = []
        pause = random.pick(from: script.pause)
    }
}

/// The rest of what a person is doing.
private struct Acting: Sendable {
    enum Kind: Sendable {
        case hello
        case reply
    }

    var steps: [PersonScript.Step]
    var kind: Kind
    /// How long until the next step, in ms.
    var wait = 0
}
