import Calls
import Logging

// What the callee says.
extension TalkLoop {
    func listen(from start: Int64) async {
        turnAudio = ear.audio(from: start)
        await listen()
    }

    /// Begins an utterance with what was heard of the turn.
    func listen() async {
        turns.endOfTurn = endOfTurn.usual
        partial = nil
        utterances += 1
        if let session = parts.realtime { return session.send(.hear(turnAudio)) }
        do {
            let utterance = try await parts.recognizer.listen(
                for: Vocabulary(
                    entries: [],
                    dictation: Self.dictation,
                    language: brief.agent.language,
                    keywords: brief.agent.keywords
                )
            )
            utterance.hear(turnAudio)
            self.utterance = utterance
            guard hasPartials else { return }
            let (events, inbox, number) = (utterance.events, inbox, utterances)
            begin(Work { for await event in events { inbox.put(.told(utterance: number, event)) } })
        } catch {
            parts.logger.warning("A recogniser failed during a call", metadata: ["error": "\(error)"])
        }
    }

    private static let dictation = "words"
    /// So often in a row nothing is understood before the agent leaves.
    private static let mostMisunderstandings = 3

    /// The callee is done: finds out what it was, while everything goes on.
    func finish(_ stretch: TurnTaking.Speech) {
        let speech = stretch.ending(at: ear.lastSound)
        let (utterance, guess) = (utterance, guess)
        (self.utterance, self.guess) = (nil, nil)
        partial = nil
        utterances += 1
        if let session = parts.realtime { return finish(speech, in: session) }
        // A click, a breath.
        guard speech.stoppedAgent || speech.voiced >= 200 else { return release() }
        guard utterance != nil || guess?.work != nil else {
            return inbox.put(.heard(speech, .failure(ConversationError.stalled)))
        }
        recognitions += 1
        if !mouth.isSpeaking || isBridging, reply?.isAudible != true, leaving == nil, !isHeld, muted == nil {
            // Anew if an answer is under way: whoever goes on speaking waits since now.
            waiting = Waiting(limits: parts.limits.waiting, since: position)
            clock = (nil, TurnClock(silent: speech.end, decided: position))
        }
        if let guess, guess.work != nil {
            guard let result = guess.result else {
                confirmed[guess.number] = speech
                return
            }
            return inbox.put(.heard(speech, result))
        }
        guard let utterance else { return }
        begin(recognition(of: utterance) { .heard(speech, $0) })
    }

    /// Finds out what `utterance` was, and puts it into the inbox.
    func recognition(
        of utterance: any Utterance,
        as item: @escaping @Sendable (Result<Recognition, any Error>) -> TalkItem
    ) -> Work {
        let (inbox, deadline) = (inbox, parts.limits.recognition)
        return Work {
            do {
                inbox.put(item(.success(try await withDeadline(deadline) { try await utterance.finish() })))
            } catch {
                inbox.put(item(.failure(error)))
            }
        }
    }

    /// What was said is known.
    func understand(_ speech: TurnTaking.Speech, _ result: Result<Recognition, any Error>) async {
        recognitions -= 1
        await take(speech, result)
        // It wants no answer, or another one than was thought of.
        if guess == nil, reply?.isSpeculative == true { cancelReply() }
    }

    private func take(_ speech: TurnTaking.Speech, _ result: Result<Recognition, any Error>) async {
        let unheard = unheard
        self.unheard = nil
        switch result {
        case .success(.heard(_, let words, _)) where words.contains { $0.isLetter || $0.isNumber }:
            misunderstandings = 0
            await take(words, speech, unheard)
        case .success: await nothing(speech, unheard)
        case .failure(let error):
            parts.logger.warning("A recogniser failed during a call", metadata: ["error": "\(error)"])
            misunderstandings += 1
            guard misunderstandings < 3 else { return await stall() }
            await nothing(speech, unheard)
        }
    }

    /// Writes down what was said. Returns what it is if everybody may say it, and whether an automatic menu said it.
    func write(_ words: String, _ speech: TurnTaking.Speech) -> (intent: UniversalIntent?, isMenu: Bool) {
        watch.hear(words: words)
        guard !isMenu(words) else {
            chronicle.addSpeech(words, speech, step: nil, intent: TranscriptEntry.menu)
            return (nil, true)
        }
        menuEnd = nil
        let said = UniversalIntent.said(in: words)
        // A caller does not ask not to be called.
        let intent = brief.side == .callee && said == .optOut ? nil : said
        chronicle.addSpeech(words, speech, step: nil, intent: intent?.rawValue)
        if intent == .optOut { optOut() }
        return (intent, false)
    }

    func take(_ words: String, _ speech: TurnTaking.Speech, _ unheard: String?) async {
        let (intent, isMenu) = write(words, speech)
        guard leaving == nil, !isHeld else { return }
        if isMenu, muted == nil { return hearMenu(words) }
        hasSpoken = true
        silences = 0
        isHolding = intent == .hold
        holdingSince = position
        dialogue.callee(words)
        if intent == .optOut { informOfOptOut() }
        guard muted == nil else {
            muted = true
            return
        }
        // Nothing but listening aloud: it wants no answer, and takes nothing back.
        let isListening = intent == .backchannel || intent == .hello && mouth.isSpeaking
        if isListening, mouth.isSpeaking || reply != nil { return release() }
        if isTakingLeave, intent == .goodbye || intent == .backchannel { return }
        isTakingLeave = false
        if mouth.isSpeaking, !isBridging {
            // Too short to have stopped the agent: answered when it is done, and not by what is thought of less than was said.
            if reply?.isAudible == false { cancelReply() }
            isOwed = true
            return
        }
        confirmPerson(speech)
        if let unheard, intent == .backchannel || intent == .hello { return await say(unheard) }
        answer(speech)
    }

    func informOfOptOut() {
        inform("Noted: this number will not be called again. Say so, and goodbye")
    }

    /// Whoever takes turns with the agent, in less than a monologue, is a person.
    func confirmPerson(_ speech: TurnTaking.Speech) {
        if account.turns.count >= 2, speech.voiced < 3000 { watch.confirmPerson() }
    }

    /// Something was said, or coughed, and nobody knows what.
    private func nothing(_ speech: TurnTaking.Speech, _ unheard: String?) async {
        guard speech.stoppedAgent || speech.voiced >= 300 else { return release() }
        if leaving == nil, reply == nil || speech.stoppedAgent {
            chronicle.addSpeech(Chronicle.unintelligible, speech, step: nil, intent: nil)
        }
        guard leaving == nil, !isHeld else { return }
        guard muted == nil else {
            muted = true
            return
        }
        // They are away: it is not meant for the agent.
        if isHolding, unheard == nil { return release() }
        misunderstandings += 1
        // Music, or a room full of people.
        guard misunderstandings <= Self.mostMisunderstandings else {
            return await leave(.silence, saying: [script.filled(brief.agent.goodbye)])
        }
        if let unheard {
            // It was no interruption after all.
            waiting = nil
            return await say(unheard)
        }
        guard reply == nil, !mouth.isSpeaking, !turns.isListening else { return release() }
        waiting = nil
        if misunderstandings <= 2 { await say(TalkLines.notUnderstood) }
    }

    /// What the callee does is nothing to wait for: says what was held back.
    func release() {
        if reply == nil, recognitions == 0 { waiting = nil }
        guard !turns.isListening, let reply, !reply.isSpeculative else { return }
        self.reply?.held = []
        for portion in reply.held { take(portion, line: reply.line) }
        if let ending = reply.ending {
            self.reply?.ending = nil
            inbox.put(.ended(line: reply.line, ending))
        }
        if let failure = reply.failure {
            self.reply?.failure = nil
            inbox.put(.failed(line: reply.line, failure))
        }
    }
}

extension TurnTaking.Speech {
    /// With its last sound there: the detector holds on to speech a little longer than it lasts.
    fileprivate func ending(at lastSound: Int64) -> TurnTaking.Speech {
        var speech = self
        speech.end = max(start, min(end, lastSound))
        return speech
    }
}
