import Audio
import Calls
import Logging
import Telephony

// A talk in which a realtime model hears, thinks and speaks. Whose turn it is, is decided here as in every other: the model is given whole
// turns, and is heard when it is its turn. So deadlines, interruptions, machines and tools are the same whoever speaks.
extension TalkLoop {
    /// The line was answered: from here on it is known how its audio is written.
    func beginSession(_ coding: LineCoding) {
        parts.realtime?.send(.law(coding == .aLaw ? .a : .mu))
    }

    /// Has the model say the first words, which are its own.
    func greetByModel() {
        let telling = account.disclosure.map { " Say in this: \($0.text)" } ?? ""
        inform("The call was answered. Greet the callee.\(telling)")
        answer(nil)
        clock = nil
        spoken.greeting = reply?.line
    }

    /// Tells whoever thinks about something that happened.
    func inform(_ text: String) {
        dialogue.note(text)
        parts.realtime?.send(.note("[\(text)]"))
    }

    /// The callee is done. The answer need not wait for their words, where these decide nothing.
    func finish(_ speech: TurnTaking.Speech, in session: any RealtimeSession) {
        unheard = nil
        guard speech.stoppedAgent || speech.voiced >= 200 else {
            session.send(.forget)
            return release()
        }
        let isAnswered =
            leaving == nil && !isHeld && muted == nil && !isTakingLeave && (!mouth.isSpeaking || isBridging)
        commit(speech, to: session, isAnswered: isAnswered)
        guard isAnswered else {
            recognitions += 1
            return
        }
        hasSpoken = true
        silences = 0
        holdingSince = position
        confirmPerson(speech)
        dialogue.callee(Chronicle.unintelligible)
        waiting = Waiting(limits: parts.limits.waiting, since: position)
        clock = (nil, TurnClock(silent: speech.end, decided: position))
        answer(speech)
    }

    func commit(_ speech: TurnTaking.Speech, to session: any RealtimeSession, isAnswered: Bool) {
        spoken.turnCount += 1
        session.send(.commit(turn: spoken.turnCount))
        spoken.turns.append(
            SpokenTurn(number: spoken.turnCount, speech: speech, isAnswered: isAnswered, since: position)
        )
    }

    func handle(_ event: RealtimeEvent) async {
        switch event {
        case .sound(let line, let samples):
            guard reply?.line == line else { return }
            let place = reply?.hasSound == false ? Portion.Place.first : .next
            reply?.hasSound = true
            take(Portion(samples: samples, place: place), line: line)
        case .words(let line, let words):
            guard reply?.line == line else { return }
            if clock?.line == nil, clock?.times.thought == nil { clock?.times.thought = position }
            reply?.text += words
            mouth.add(words, line: line)
        case .called(let line, let call): if reply?.line == line { reply?.calls.append(call) }
        case .ended(let line, let ending):
            if reply?.line == line {
                await end(ending, line: line)
            } else {
                // Nobody hears it, and it is to be paid for.
                account.add(ending.usage, of: account.model)
            }
        case .failed(let line, let failure): await fail(failure, line: line)
        case .heard(let turn, let words):
            guard let index = spoken.turns.firstIndex(where: { $0.number == turn }) else { return }
            await understand(spoken.turns.remove(at: index), words)
        case .lost(let failure):
            parts.logger.warning("A realtime model was lost during a call", metadata: ["error": "\(failure)"])
            spoken.isLost = true
            guard let reply, reply.isAudible else { return }
            mouth.close(reply.line)
            self.reply = nil
        }
    }

    /// What was said in a turn is known, or will not be.
    private func understand(_ turn: SpokenTurn, _ words: String?) async {
        let heard = words.flatMap { $0.contains { $0.isLetter || $0.isNumber } ? $0 : nil }
        guard turn.isAnswered else {
            recognitions -= 1
            if let heard { return await take(heard, turn.speech, nil) }
            return await nothing(turn.speech)
        }
        guard let heard else {
            return chronicle.addSpeech(Chronicle.unintelligible, turn.speech, step: nil, intent: nil)
        }
        let (intent, isMenu) = write(heard, turn.speech)
        if isMenu, leaving == nil, !isHeld, muted == nil { return hearMenu(heard) }
        isHolding = intent == .hold
        if intent == .optOut { informOfOptOut() }
    }

    /// Something was said while it was not the callee's turn, and nobody knows what: the model has heard it.
    private func nothing(_ speech: TurnTaking.Speech) async {
        guard speech.stoppedAgent || speech.voiced >= 300 else { return release() }
        chronicle.addSpeech(Chronicle.unintelligible, speech, step: nil, intent: nil)
        guard leaving == nil, !isHeld else { return }
        guard muted == nil else {
            muted = true
            return
        }
        isTakingLeave = false
        isOwed = true
        release()
    }

    /// Asks a callee who says nothing whether they are there, in the voice that they have been hearing.
    func rouse() async {
        guard parts.realtime != nil else { return await say(TalkLines.stillThere) }
        inform("The callee has been silent. Ask whether they are still there")
        answer(nil)
    }

    /// The line is whole: nothing more is added to what was said. What was not to be heard was not said.
    func complete(_ reply: Reply) async {
        let line = reply.line
        mouth.complete(line)
        if !reply.hasSound {
            self.reply?.text = ""
        } else if reply.text.isEmpty {
            self.reply?.text = Chronicle.unintelligible
            mouth.add(Chronicle.unintelligible, line: line)
        }
        guard let text = self.reply?.text, !text.isEmpty else { return }
        dialogue.agent(text, line: line)
        guard line == spoken.greeting, let saying = account.disclosure?.text, !text.says(saying) else { return }
        // Whatever the model makes of its part, what is speaking is said.
        await say(saying, intent: TranscriptEntry.disclosure)
    }

    /// Tells the model how much of what it said was heard.
    func tellCut(_ cut: Playout.Cut) {
        guard let session = parts.realtime else { return }
        if spoken.ownLines.contains(cut.line) {
            session.send(.note("[You were interrupted. All that was heard of your last words: \"\(cut.heard)\"]"))
        } else {
            session.send(.truncate(line: cut.line, heard: Int(cut.played / 8)))
        }
    }

    /// What nobody waits for any longer.
    func watchTheSession() async {
        guard parts.realtime != nil else { return }
        let oldest = position - Int64(parts.limits.transcript) * 8
        for turn in spoken.turns where turn.since <= oldest { await handle(.heard(turn: turn.number, nil)) }
        if spoken.isLost, !isTakingLeave, !mouth.isSpeaking, !turns.isListening { return await stall() }
        let time = position - spoken.watched
        spoken.watched = position
        guard let reply, reply.hasSound, reply.held.isEmpty, !reply.isOnErrand, !mouth.isSpeaking else { return }
        self.reply?.missing += time
        guard reply.missing + time >= Int64(parts.limits.nextSound) * 8 else { return }
        parts.realtime?.send(.cancel(line: reply.line))
        await fail(ModelFailure.stalled(.milliseconds(parts.limits.nextSound)), line: reply.line)
    }

    /// The talk is over: what is known soon of what was said last still counts.
    func takeLastWords() async {
        guard let session = parts.realtime else { return }
        if !spoken.turns.isEmpty { try? await withDeadline(Self.lastWords) { await session.settle() } }
        for case .realtime(let event) in inbox.takeAll() {
            switch event {
            case .heard(let turn, let words?):
                guard let index = spoken.turns.firstIndex(where: { $0.number == turn }) else { continue }
                _ = write(words, spoken.turns.remove(at: index).speech)
            case .ended: await handle(event)
            default: break
            }
        }
        for turn in spoken.turns {
            chronicle.addSpeech(Chronicle.unintelligible, turn.speech, step: nil, intent: nil)
        }
        spoken.turns = []
    }

    /// How long the words of somebody who has hung up are waited for.
    private static let lastWords = Duration.seconds(2)
}
