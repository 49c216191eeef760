/// Decides from 20 ms frames who has the turn. Knows neither words nor clocks: time is the position on the recording.
///
/// ```
/// quiet ──60 ms of speech──► speaking ──silence of endOfTurn──► quiet
///                               ▲  └──silence of likelyEnd──► suspected ──┘
///                               └───────────speech──────────────┘
///
/// while the agent speaks:
///   speaking ──100 ms──► held ──2 × bargeInSpeech──► the agent stops (once not, if it sounds like "uh-huh")
///                         └────240 ms of silence────► goes on where it was ("uh-huh", a cough)
///
/// Where the agent may not be held, it is ducked after `bargeInSpeech`.
/// ```
/// The first seconds after the answer are different: people say "hello?" over the greeting, which is no interruption.
struct TurnTaking: Sendable {
    /// 20 ms of a call.
    struct Frame: Sendable {
        /// Its first sample on the recording's clock.
        var position: Int64
        var sound: Sound
        /// The agent can be heard.
        var agentSpeaks: Bool
    }

    /// What the callee's side sounds like.
    enum Sound: Sendable, Hashable {
        case silence
        case speech
        /// Speech that may be the agent's own, coming back. Neither a word nor a pause.
        case echo
    }

    enum Action: Sendable, Hashable {
        /// Somebody may be speaking since this position: listen.
        case listen(from: Int64)
        /// Hold the agent's words: it may be an interruption.
        case hold
        /// The same, where it may be a machine that speaks: make them quieter.
        case duck
        /// It was none: go on where they were, as loud as before.
        case goOn
        /// The callee has taken the turn: stop the agent, unless `goOn` is answered.
        case stop
        /// The callee may be done.
        case suspect(Speech)
        /// They were not: they go on.
        case resume
        /// What was listened to is over.
        case finish(Speech)
    }

    /// One stretch of the callee's speech.
    struct Speech: Sendable, Hashable {
        /// First and last sample with speech, on the recording's clock.
        var start: Int64
        var end: Int64
        /// Ms of speech in it, pauses not counted.
        var voiced = 0
        /// It stopped the agent.
        var stoppedAgent = false
    }

    private struct Ongoing {
        var speech: Speech
        /// Ms of speech without a pause of more than 100 ms, or 400 ms in which echo may have covered it.
        var run = 0
        var pause = 0
        /// Ms of silence at the end.
        var silence = 0
        /// The agent was told to hold its words, or to say them quietly.
        var isHeld = false
        var isExcused = false
        var isSuspected = false
    }

    /// Silence, in ms, that ends the callee's turn.
    var endOfTurn = 700
    /// Silence, in ms, after which the callee's turn may be over, while the agent is silent. Nil: nobody wants to know.
    var likelyEnd: Int?
    /// Whether the agent may be interrupted now.
    var isInterruptible: Bool
    /// Whether its words may be held on suspicion. Not while it is open who answered: a machine speaks as long as it speaks, and would be found
    /// out late.
    var holdsWords = true
    private let bargeInSpeech: Int
    private var ongoing: Ongoing?
    private var onset = 0
    private var onsetStart: Int64 = 0

    /// Until here, in samples, speech shorter than `pickUpSpeech` is taken for picking up the phone.
    private static let pickUp: Int64 = 24_000
    private static let pickUpSpeech = 1200
    /// Ms of speech over the agent after which it holds its words. They are not lost, so it need not be sure: who breaks in is given the turn at
    /// once, and a cough costs a pause.
    private static let suspicious = 100
    /// Ms of silence after which it goes on.
    private static let quiet = 240
    /// Longer speech than this, in samples, is cut: music and announcements never pause.
    private static let longest: Int64 = 120_000

    /// `bargeInSpeech` is in ms, as in the agent's settings.
    init(bargeIn: Bool, bargeInSpeech: Int) {
        isInterruptible = bargeIn
        self.bargeInSpeech = bargeInSpeech
    }

    /// Somebody may be speaking.
    var isListening: Bool { ongoing != nil }

    mutating func hear(_ frame: Frame) -> [Action] {
        guard var current = ongoing else { return awaitOnset(frame) }
        var actions: [Action] = []
        if frame.sound == .speech {
            current.speech.voiced += 20
            current.speech.end = frame.position + 160
            current.run = current.pause > 100 ? 20 : current.run + 20
            current.pause = 0
            current.silence = 0
            if current.isSuspected {
                current.isSuspected = false
                actions.append(.resume)
            }
            actions += interrupt(&current, frame)
        } else {
            current.pause += frame.sound == .echo ? 5 : 20
            current.silence += 20
            if current.isHeld, current.silence >= Self.quiet {
                current.isHeld = false
                actions.append(.goOn)
            }
            let isLikely = likelyEnd.map { current.silence >= $0 } ?? false
            if isLikely, !current.isSuspected, !frame.agentSpeaks {
                current.isSuspected = true
                actions.append(.suspect(current.speech))
            }
        }
        ongoing = current
        let limit = frame.agentSpeaks ? min(400, endOfTurn) : endOfTurn
        if current.silence >= limit || frame.position - current.speech.start >= Self.longest {
            if current.isHeld { actions.append(.goOn) }
            actions.append(.finish(current.speech))
            ongoing = nil
            onset = 0
        }
        return actions
    }

    /// Where what is being listened to began.
    var speechStart: Int64? { ongoing?.speech.start }

    /// What seemed to take the turn is only listening aloud: the agent goes on, quieter, and stops if as much speech again follows. False
    /// if the callee was taken for that once already; then they mean it.
    mutating func goOn() -> Bool {
        guard var current = ongoing, !current.isExcused else { return false }
        current.isExcused = true
        current.speech.stoppedAgent = false
        current.run = 0
        current.isHeld = true
        ongoing = current
        return true
    }

    /// Somebody has been speaking, and was not listened to until now.
    mutating func begin(_ speech: Speech) {
        ongoing = Ongoing(speech: speech, run: speech.voiced)
        onset = 0
    }

    /// Ends what is being listened to, if anything is.
    mutating func cut() -> Speech? {
        defer { ongoing = nil }
        return ongoing?.speech
    }

    private mutating func awaitOnset(_ frame: Frame) -> [Action] {
        guard frame.sound == .speech else {
            onset = max(0, onset - 10)
            return []
        }
        if onset == 0 { onsetStart = frame.position }
        onset += 20
        guard onset >= 60 else { return [] }
        let speech = Speech(
            start: onsetStart,
            end: frame.position + 160,
            voiced: onset
        )
        ongoing = Ongoing(speech: speech, run: onset)
        return [.listen(from: onsetStart)]
    }

    private func interrupt(_ current: inout Ongoing, _ frame: Frame) -> [Action] {
        guard isInterruptible, frame.agentSpeaks, !current.speech.stoppedAgent else { return [] }
        let isPickUp = current.speech.start < Self.pickUp
        let enough = isPickUp ? max(Self.pickUpSpeech, 2 * bargeInSpeech) : 2 * bargeInSpeech
        if current.run >= enough {
            current.speech.stoppedAgent = true
            current.isHeld = false
            return [.stop]
        }
        guard !isPickUp, !current.isHeld, current.run >= (holdsWords ? Self.suspicious : bargeInSpeech) else {
            return []
        }
        current.isHeld = true
        return [holdsWords ? .hold : .duck]
    }
}
