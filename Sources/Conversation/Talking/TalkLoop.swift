import Calls
import Logging
import Telephony

/// Joins a line's audio to a recogniser, a language model and a voice, none of which it waits for: what they bring comes in through the inbox.
/// A realtime model stands for all three.
///
/// ```
/// callee speaks ──end of turn──► recogniser ──words──► model ──sentences──► voice ──► out
///        │                                                                            │
///        └──────────── speaks again: what is under way is thrown away ◄───────────────┘
/// ```
/// Time is `AudioTick.position`, the recording's clock, and nothing else.
final class TalkLoop {
    /// Whom it asks, and how patient it is.
    struct Parts {
        /// Thinks; where `realtime` does, only about what came of the call. Nil: nobody does.
        var model: (any LanguageModel)?
        /// Hears, thinks and speaks in place of the others. Nil: they do.
        var realtime: (any RealtimeSession)? = nil
        /// What is to speak could not be had: all that is said is that.
        var isMissing = false
        /// Takes dictation; where `realtime` hears, it is only asked what an interruption sounds like.
        var recognizer: any Recognizer
        var prompts: Prompts
        var ear: RecordingEar?
        var limits: TalkLimits
        var logger: Logger
    }

    let brief: ConversationBrief
    let parts: Parts
    let inbox: Inbox<TalkItem>
    let begin: (Work) -> Void
    private let audio: any LegAudio
    private let maxSamples: Int64
    /// The agent's own words, filled in.
    let script: FlowState
    let fresh: Dialogue

    let mouth: AgentSpeech
    let chronicle: Chronicle
    var dialogue: Dialogue
    var turns: TurnTaking
    var ear = CalleeEar()
    var watch: AnswerWatch
    private let glimpse: Listener?
    var account: ConversationAccount

    /// What is being listened to.
    var utterance: (any Utterance)?
    /// Counts utterances, so that what is told of one is not taken for another.
    var utterances = 0
    /// What was heard of the turn that goes on, from a little before it.
    var turnAudio: [Int16] = []
    /// Its words so far, of a recogniser that tells them.
    var partial: String?
    /// What was begun because the callee may be done.
    var guess: Guess?
    var guesses = 0
    /// Of guesses that came true, until what was said is known, what it was.
    var confirmed: [Int: TurnTaking.Speech] = [:]
    /// Whether the recogniser tells words while they are said.
    let hasPartials: Bool
    let endOfTurn: EndOfTurn
    /// What goes on with a realtime model.
    var spoken = SpokenState()
    /// How many utterances are being recognised.
    var recognitions = 0
    /// The answer under way.
    var reply: Reply?
    /// The answer whose first sound is not out yet: its line, and its times so far.
    var clock: (line: Int?, times: TurnClock)?
    /// Since the callee waits for an answer.
    var waiting: Waiting?
    /// What was said last only bridges the wait: the answer goes behind it.
    var isBridging = false
    var lines = 0
    /// What an interruption that may be none cut off.
    var unheard: String?
    /// Said over the agent, and to be answered when it is done.
    var isOwed = false
    /// The goodbye is being said: the call ends when it is out, unless the callee has more to say.
    var isTakingLeave = false
    var misunderstandings = 0
    var silences = 0
    /// The agent has said why it calls, to somebody who waited for it.
    var hasExplained = false
    var hasSpoken = false
    /// They said so, or had music played, and nothing was said since.
    var isHolding = false
    var holdingSince: Int64 = 0
    var music = HoldMusic()
    /// Where an automatic menu spoke last, after which no person has spoken. Nil: the callee is a person, as far as that is asked here.
    var menuEnd: Int64?
    var keys = ""
    var keysSince: Int64 = 0
    /// Tools without an outcome yet, by the order in which they were called.
    var errands: [Int: Errand] = [:]
    var errandCount = 0
    var fields: [String: JSONValue] = [:]
    var optedOut = false
    var requested: [String] = []
    /// Since the agent was muted: whether the callee said something. Nil if it is not.
    var muted: Bool?
    private(set) var position: Int64 = 0
    /// Since when neither side has spoken.
    var quietSince: Int64 = 0
    var leaving: EndReason?

    init(
        brief: ConversationBrief,
        parts: Parts,
        audio: any LegAudio,
        inbox: Inbox<TalkItem>,
        account: ConversationAccount,
        begin: @escaping (Work) -> Void,
        report: @escaping @Sendable (ConversationEvent) -> Void
    ) {
        self.brief = brief
        self.parts = parts
        self.audio = audio
        self.inbox = inbox
        self.begin = begin
        self.account = account
        maxSamples = Int64(brief.maxDuration) * 8000
        script = FlowState(agent: brief.agent, variables: brief.variables)
        fresh = Dialogue(system: account.prompt, other: brief.side.other)
        dialogue = fresh
        chronicle = Chronicle(keepsWords: brief.keepsWords, report: report)
        mouth = AgentSpeech(audio: audio, prompts: parts.prompts, chronicle: chronicle)
        watch = AnswerWatch(brief.agent, ear: parts.ear, chronicle: chronicle)
        // Without a quick glance every interruption is taken for one.
        let abilities = parts.recognizer.capabilities(in: brief.agent.language)
        // Words that come by a clock of their own are of no use to one that stands still.
        hasPartials = abilities.contains(.partials) && brief.works == nil && parts.realtime == nil
        endOfTurn = EndOfTurn(brief.agent.settings.eagerness)
        glimpse =
            abilities.contains(.quickGlimpse)
            ? Listener(
                recognizer: parts.recognizer,
                language: brief.agent.language,
                deadline: parts.limits.recognition,
                bargeInDeadline: parts.limits.bargeIn
            ) : nil
        turns = TurnTaking(
            bargeIn: brief.agent.settings.bargeIn,
            bargeInSpeech: brief.agent.settings.bargeInSpeech
        )
        turns.endOfTurn = endOfTurn.usual
        // Whoever is called has nothing to explain.
        hasExplained = brief.side == .callee
        turns.likelyEnd = parts.limits.speculates ? endOfTurn.likely(knowsWords: hasPartials) : nil
    }

    func run() async -> ConversationRecord {
        beginSession(audio.coding)
        await greet()
        for await tick in audio.ticks {
            await hear(tick)
            if isOver(tick) { return await record() }
        }
        lineDown()
        return await record()
    }

    // One tick.

    private func hear(_ tick: AudioTick) async {
        let levels = tick.samples.isEmpty ? [] : mouth.advance(tick)
        for (index, level) in levels.enumerated() {
            let frame = tick.samples[(index * 160)..<min(tick.samples.count, (index + 1) * 160)]
            let start = tick.position + Int64(index * 160)
            position = start + Int64(frame.count)
            await hear(frame, at: start, agentLevel: level)
        }
        noteSound()
        for item in inbox.takeAll() { await handle(item) }
        // Not into the middle of an answer that is still being made.
        if !turns.isListening, !isHeld, reply?.isAudible != true { await sayRequested() }
        await watchTheClock()
        if isBusy { quietSince = position }
    }

    private func hear(_ frame: ArraySlice<Int16>, at start: Int64, agentLevel: Double) async {
        let sound = ear.sound(of: frame, position: start, agentLevel: agentLevel)
        let heard = TurnTaking.Frame(
            position: start,
            sound: music.isPlaying ? .silence : sound,
            agentSpeaks: mouth.isSpeaking
        )
        await meet(frame, .init(position: start, sound: ear.plain(sound), agentSpeaks: mouth.isSpeaking))
        if turns.isListening {
            turnAudio += frame
            utterance?.hear(Array(frame))
            parts.realtime?.send(.hear(Array(frame)))
        }
        turns.holdsWords = watch.isWithPerson
        for action in turns.hear(heard) {
            switch action {
            case .listen(let from): await listen(from: from)
            case .hold where isHeld, .duck where isHeld: break
            case .hold: mouth.hold()
            case .duck: mouth.goOn(quietly: true)
            case .goOn,
                .stop where isHeld:
                mouth.goOn()
            case .stop:
                if await isListeningAloud(), turns.goOn() {
                    mouth.goOn(quietly: true)
                } else {
                    unheard = interrupt()
                }
            case .suspect(let speech): suspect(speech)
            case .resume: await resume()
            case .finish(let speech): finish(speech)
            }
        }
        await followMusic(frame, sound, at: start)
    }

    /// Whether anybody has the turn, or what was said is being worked on.
    private var isBusy: Bool {
        mouth.isSpeaking || turns.isListening || reply != nil || recognitions > 0 || !errands.isEmpty
    }

    private func isListeningAloud() async -> Bool {
        guard let start = turns.speechStart, let glimpse else { return false }
        return await glimpse.isListeningAloud(ear.glimpse(from: start), StepVocabulary(answers: []))
    }

    private func handle(_ item: TalkItem) async {
        switch item {
        case .command(.pressed(let keys)): chronicle.addPressed(keys, at: position, step: nil)
        case .command(.transferred(let outcome)): take(outcome)
        case .command, .digit:
            if leaving == nil { await obey(item) }
        case .heard(let speech, let result):
            await understand(speech, result)
        case .guessed(let number, let result): await take(result, guess: number)
        case .told(let number, let event): if number == utterances { take(event) }
        case .began(let line):
            if reply?.line == line, clock?.line == nil { clock?.times.thought = position }
        case .sound(let line, let portion): take(portion, line: line)
        case .called(let line, let call):
            if reply?.line == line { reply?.calls.append(call) }
        case .ended(let line, let ending): await end(ending, line: line)
        case .failed(let line, let error): await fail(error, line: line)
        case .returned(let errand, let result): take(result, errand: errand)
        case .realtime(let event): await handle(event)
        }
    }

    // Time.

    private func watchTheClock() async {
        guard leaving == nil else { return }
        guard !isHeld else {
            if position >= maxSamples { leaving = .maxDuration }
            return
        }
        if !keys.isEmpty, position - keysSince >= Int64(parts.limits.keyPause) * 8 { takeKeys() }
        // Six seconds are enough for the last words; in a very short call a quarter of it has to do.
        if position >= maxSamples - min(48_000, maxSamples / 4) {
            _ = interrupt()
            return await leave(.maxDuration, saying: [FlowLines.timeUp, script.filled(brief.agent.goodbye)])
        }
        if isOwed, !mouth.isSpeaking, !turns.isListening, recognitions == 0, reply == nil {
            if let menuEnd { answerMenu(since: menuEnd) } else { answer(nil) }
        }
        if isTakingLeave, !isBusy, position - chronicle.agentEnd >= 800 {
            leaving = .agentHungUp
            return
        }
        handOver()
        await watchTheSession()
        await bridge()
        // Whoever is away may have put the telephone down where music plays.
        if mouth.isSpeaking || reply != nil { holdingSince = position }
        let since = isHolding ? holdingSince : quietSince
        if muted == nil, !isTakingLeave, (position - since) / 8 >= Int64(patience) { await breakSilence() }
    }

    /// How long the callee may stay silent now, in ms.
    private var patience: Int {
        if isHolding { return brief.agent.settings.holdTimeout }
        // A greeting that asks nothing is followed by what the call is about.
        let isQuestion = dialogue.lastWords?.hasSuffix("?") ?? false
        let isWaiting = !hasSpoken && !isQuestion && silences == 0 && !hasExplained
        return isWaiting ? parts.limits.opening : parts.limits.silence
    }

    private func breakSilence() async {
        quietSince = position
        if isHolding {
            isHolding = false
            return await rouse()
        }
        if !hasSpoken, silences == 0, !hasExplained, !(dialogue.lastWords?.hasSuffix("?") ?? false) {
            hasExplained = true
            inform("The callee has heard your greeting and waits")
            return answer(nil)
        }
        silences += 1
        if silences > brief.agent.settings.silenceReprompts {
            return await leave(.silence, saying: [script.filled(brief.agent.goodbye)])
        }
        await rouse()
    }

    /// The goodbye is out, and 100 ms more for the far end's jitter buffer; or the call may last no longer.
    private func isOver(_ tick: AudioTick) -> Bool {
        guard leaving != nil else { return false }
        return position >= maxSamples || tick.isIdle && !mouth.isSpeaking && position - chronicle.agentEnd >= 800
    }

    // The end.

    /// Says `texts` and hangs up, whatever the callee says to that.
    func leave(_ reason: EndReason, saying texts: [String]) async {
        guard leaving == nil else { return }
        leaving = reason
        turns.isInterruptible = false
        cancelReply()
        for text in texts { await say(text) }
    }

    private func lineDown() {
        _ = interrupt()
        watch.lineDown(isHungUp: audio.isHungUp && leaving == nil && !isTakingLeave)
        let words = guess?.words ?? partial
        guard let speech = turns.cut(), speech.voiced >= 200 else { return }
        if let session = parts.realtime { return commit(speech, to: session, isAnswered: false) }
        chronicle.addSpeech(words ?? Chronicle.unintelligible, speech, step: nil, intent: nil)
    }

    private func record() async -> ConversationRecord {
        cancelReply()
        abandonErrands()
        if let since = music.since { chronicle.addHold(since..<position) }
        await takeLastWords()
        var record = chronicle.record(goal: .undecided, reason: leaving, optedOut: optedOut, answer: watch.record)
        record.fields = fields
        account.disclosure = disclosure(in: record.transcript)
        account.deadAir = DeadAir(in: record.transcript, duration: Int(position / 8))
        record.account = account
        return record
    }
}
