import Calls

/// What the agent does about what answered, beside its flow: holds its tongue while a recorded greeting plays and leaves its message after the
/// tone, tells a call screener who is calling, presses a menu's keys, and begins afresh when a person is there after all.
///
/// ```
/// talking ──machine──► awaitingTone ──tone, or silence──► leavingMessage ──it is out──► done
///   │  ▲                 │  ▲  └───── the greeting goes on ─────┘ │
///   │  └─── a person ────┴──┼─────────────────────────────────────┘
///   ├──screener──► screening ──it has asked──► introduced ──a person──► talking
///   └──menu──► inMenu ──it has spoken──► keysPressed ──somebody answers──► talking
/// ```
/// Knows neither audio nor words. Time is the position on the recording, in samples at 8 kHz.
struct AnswerHandling: Sendable {
    enum Action: Sendable, Hashable {
        /// Be silent: what is being said is cut off.
        case hush
        /// Leave the message, from its beginning.
        case leaveMessage
        /// Say who is calling and why.
        case introduce
        case press(String)
        /// Whoever answers next is somebody else: decide about them from the beginning.
        case decideAfresh
        /// A person is there: begin the conversation.
        case begin
        /// Hang up, once what is being said is out.
        case leave(EndReason)
    }

    private enum Phase: Hashable {
        case talking
        /// `isDoubtful` if speech cut off a message that was not asked for by a tone: the greeting goes on, or a person picked up.
        case awaitingTone(since: Int64, isDoubtful: Bool)
        /// Hung up on once its greeting is over: until then its words may tell that it is a screener or a menu.
        case hearingOut(since: Int64)
        /// Hung up on unless somebody answers after all.
        case awaitingReply(since: Int64)
        case leavingMessage(since: Int64, isAfterTone: Bool)
        /// A person speaks, and is let finish.
        case pickedUp(since: Int64)
        case screening(since: Int64)
        case introduced(since: Int64, times: Int)
        case inMenu(since: Int64)
        case keysPressed(since: Int64)
        case done
    }

    /// Silence, in ms, after which a mailbox without a tone is spoken to.
    static let silenceForTone = 2500
    /// Silence, in ms, that ends a prompt.
    static let endOfPrompt = 900
    /// The longest that a person says when picking up, in ms of speech.
    static let longestHello = 1400
    /// Speech, in ms, that is somebody picking up while a message is being left.
    static let pickUp = 500
    /// Silence, in ms, in which somebody who picked up is greeted, and how long their words are waited out, in ms.
    static let endOfPickUp = 300
    static let longestPickUp = 2500
    /// A tone so soon after the first, in ms, belongs to it: the message is begun again behind it.
    static let secondTone = 1500
    /// The longest that a greeting is listened to before it is hung up on, in ms.
    static let hearingOut = 6000
    /// For how long a late answer is waited for before what may yet be a person is hung up on, in ms.
    static let lateReply = 2700
    /// The longest that a greeting is waited through, and a screener or a menu for its person, in ms.
    static let patience = 90_000
    private static let mostIntroductions = 2

    private let voicemail: Agent.Voicemail.Action
    private let screener: Agent.Screener.Action
    private let menu: Agent.Menu.Action
    private let asksForWords: Bool
    private var keys: [String]
    private var phase = Phase.talking
    private var utterance = UtteranceMeter()
    private var wasSpeaking = false
    /// A person answered a question: whatever it sounds like from now on, it is one.
    private(set) var isPersonSure = false
    /// Where the message was left, from its first to its last sample. Nil if none was, or it was cut off.
    private(set) var message: Range<Int64>?

    /// `asksForWords`: what is said may yet tell a screener or a menu from a mailbox.
    init(_ agent: Agent, asksForWords: Bool = false) {
        voicemail = agent.voicemail.action
        screener = agent.answering.screener.action
        menu = agent.answering.menu.action
        self.asksForWords = asksForWords && (screener != .hangUp || menu != .hangUp)
        keys = agent.answering.menu.keys.split(separator: ",").map(String.init)
    }

    /// Whether the agent is not to talk as its flow has it.
    var holdsFlow: Bool { phase != .talking }

    /// Whether it is a mailbox that the agent deals with, or has dealt with.
    var isAtMailbox: Bool {
        switch phase {
        case .awaitingTone, .hearingOut, .awaitingReply, .leavingMessage, .done: true
        case .talking, .pickedUp, .screening, .introduced, .inMenu, .keysPressed: false
        }
    }

    /// Whether there is nothing left to find out.
    var isOver: Bool { phase == .done }

    /// Whether no words can change what it is: it is all over, or a message is left behind the tone that asked for it.
    var isSettled: Bool {
        switch phase {
        case .done, .leavingMessage(_, isAfterTone: true): true
        default: false
        }
    }

    mutating func confirmPerson() {
        isPersonSure = true
    }

    /// It is known, or known better, what answered. `isDoubtful`: a machine only because of what it did not say.
    mutating func decide(_ verdict: Reached, isDoubtful: Bool = false, at position: Int64) -> [Action] {
        guard !isPersonSure, phase != .done else { return [] }
        switch (verdict, phase) {
        case (.person, .talking), (.person, .pickedUp), (.unknown, _), (.nobody, _): return []
        case (.person, .leavingMessage):
            phase = .pickedUp(since: position)
            return [.hush]
        case (.person, _): return begin()
        case (.machine, .talking), (.machine, .screening), (.machine, .introduced), (.machine, .keysPressed):
            return meetMailbox(isDoubtful: isDoubtful, at: position)
        case (.screener, .talking), (.screener, .awaitingTone), (.screener, .hearingOut), (.screener, .awaitingReply),
            (.screener, .keysPressed):
            return meetScreener(at: position)
        case (.ivr, .talking), (.ivr, .awaitingTone), (.ivr, .hearingOut), (.ivr, .awaitingReply), (.ivr, .keysPressed):
            return meetMenu(at: position)
        case (.machine, _), (.screener, _), (.ivr, _): return []
        }
    }

    /// A tone that asks for a message is over at `position`.
    mutating func hearTone(at position: Int64) -> [Action] {
        switch phase {
        case .awaitingTone:
            return leaveMessage(at: position, isAfterTone: true)
        case .leavingMessage(let since, let isAfterTone)
        where !isAfterTone || position - since < Int64(Self.secondTone) * 8:
            return [.hush] + leaveMessage(at: position, isAfterTone: true)
        case .hearingOut, .awaitingReply: return leave(.voicemail)
        case .talking, .leavingMessage, .pickedUp, .screening, .introduced, .inMenu, .keysPressed, .done: return []
        }
    }

    /// There is nobody to talk to, nor a mailbox, and why.
    mutating func meetDeadEnd(_ reason: EndReason) -> [Action] {
        isPersonSure || isOver ? [] : leave(reason)
    }

    mutating func hear(_ frame: TurnTaking.Frame) -> [Action] {
        let now = frame.position + 160
        utterance.hear(frame)
        defer { wasSpeaking = frame.agentSpeaks }
        switch phase {
        case .talking, .done: return []
        case .hearingOut(let since):
            let isOver = utterance.silence >= Self.endOfPrompt || now - since >= Int64(Self.hearingOut) * 8
            return isOver ? leave(.voicemail) : []
        case .awaitingReply(let since):
            // Not in the middle of an answer.
            let isOver = now - since >= Int64(Self.lateReply) * 8 && utterance.silence >= Self.endOfPrompt
            return isOver || now - since >= Int64(Self.hearingOut) * 8 ? leave(.voicemail) : []
        case .awaitingTone(let since, let isDoubtful): return awaitTone(since, isDoubtful, now)
        case .leavingMessage(let since, let isAfterTone):
            if utterance.voiced >= Self.pickUp {
                phase = isAfterTone ? .pickedUp(since: now) : .awaitingTone(since: now, isDoubtful: true)
                return [.hush]
            }
            guard wasSpeaking, !frame.agentSpeaks else { return [] }
            message = since..<now
            phase = .done
            return [.leave(.voicemail)]
        case .pickedUp(let since):
            let isOver = utterance.silence >= Self.endOfPickUp || now - since >= Int64(Self.longestPickUp) * 8
            return isOver ? begin() : []
        case .screening(let since):
            let isOver = utterance.silence >= Self.endOfPrompt
            return isOver ? introduce(1, at: now) : giveUp(since, now)
        case .introduced(let since, let times): return awaitPerson(since, times, now)
        case .inMenu(let since):
            guard utterance.silence >= Self.endOfPrompt else { return giveUp(since, now) }
            phase = .keysPressed(since: now)
            utterance = UtteranceMeter()
            return [.press(keys.removeFirst()), .decideAfresh]
        case .keysPressed(let since):
            // Somebody has answered, and it is neither a menu nor a mailbox: that would be known by now.
            return utterance.isOver(after: Self.endOfPrompt) ? begin() : giveUp(since, now)
        }
    }

    private mutating func meetMailbox(isDoubtful: Bool, at position: Int64) -> [Action] {
        switch voicemail {
        case .talk: return []
        case .hangUp where isDoubtful:
            phase = .awaitingReply(since: position)
            return [.hush]
        case .hangUp where asksForWords:
            phase = .hearingOut(since: position)
            return [.hush]
        case .hangUp: return leave(.voicemail)
        case .leaveMessage:
            phase = .awaitingTone(since: position, isDoubtful: false)
            return [.hush]
        }
    }

    private mutating func meetScreener(at position: Int64) -> [Action] {
        switch screener {
        case .talk: return talk()
        case .hangUp: return leave(.screened)
        case .answer:
            phase = .screening(since: position)
            return [.hush]
        }
    }

    private mutating func meetMenu(at position: Int64) -> [Action] {
        switch menu {
        case .talk: return talk()
        case .hangUp: return leave(.screened)
        case .press:
            // Every key was pressed, and there is still no person.
            guard !keys.isEmpty else { return leave(.screened) }
            phase = .inMenu(since: position)
            return [.hush]
        }
    }

    /// Like to a person: on with the conversation, or back to it.
    private mutating func talk() -> [Action] {
        phase == .talking ? [] : begin()
    }

    private mutating func awaitTone(_ since: Int64, _ isDoubtful: Bool, _ now: Int64) -> [Action] {
        if isDoubtful, utterance.voiced <= Self.longestHello, utterance.isOver(after: Self.endOfPrompt) {
            return begin()
        }
        if utterance.silence >= Self.silenceForTone { return leaveMessage(at: now, isAfterTone: false) }
        return giveUp(since, now)
    }

    private mutating func awaitPerson(_ since: Int64, _ times: Int, _ now: Int64) -> [Action] {
        guard utterance.isOver(after: Self.endOfPrompt) else { return giveUp(since, now) }
        if utterance.voiced <= Self.longestHello || times >= Self.mostIntroductions { return begin() }
        // "Please stay on the line" wants no answer; what is longer may have asked once more.
        if utterance.voiced >= 2 * Self.longestHello { return introduce(times + 1, at: now) }
        utterance = UtteranceMeter()
        return []
    }

    private mutating func introduce(_ times: Int, at now: Int64) -> [Action] {
        phase = .introduced(since: now, times: times)
        utterance = UtteranceMeter()
        return [.introduce]
    }

    private mutating func leaveMessage(at position: Int64, isAfterTone: Bool) -> [Action] {
        phase = .leavingMessage(since: position, isAfterTone: isAfterTone)
        utterance = UtteranceMeter()
        return [.leaveMessage]
    }

    private mutating func begin() -> [Action] {
        phase = .talking
        isPersonSure = true
        return [.begin]
    }

    private mutating func giveUp(_ since: Int64, _ now: Int64) -> [Action] {
        guard now - since >= Int64(Self.patience) * 8 else { return [] }
        return leave(isAtMailbox ? .voicemail : .screened)
    }

    private mutating func leave(_ reason: EndReason) -> [Action] {
        phase = .done
        return [.hush, .leave(reason)]
    }
}

/// How long the callee's side has been speaking, and silent since.
private struct UtteranceMeter {
    /// Ms of speech since the last pause of `endOfPrompt`.
    private(set) var voiced = 0
    /// Ms of silence since the last speech, or since the beginning.
    private(set) var silence = 0

    mutating func hear(_ frame: TurnTaking.Frame) {
        switch frame.sound {
        case .speech:
            if silence >= AnswerHandling.endOfPrompt { voiced = 0 }
            voiced += 20
            silence = 0
        case .silence: silence += 20
        // Our own words coming back: neither speech nor a pause.
        case .echo: break
        }
    }

    /// Whether something was said, and `pause` ms of silence followed it.
    func isOver(after pause: Int) -> Bool { voiced >= 200 && silence >= pause }
}
