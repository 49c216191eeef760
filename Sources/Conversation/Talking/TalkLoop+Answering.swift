import Calls
import Logging
import Synchronization

// What the agent says.
extension TalkLoop {
    /// The greeting, and what says that an automaton is speaking.
    func greet() async {
        let opening = script.filled(brief.agent.opening)
        let saying = account.disclosure?.text
        await say(opening, intent: opening == saying ? TranscriptEntry.disclosure : nil)
        if let saying, saying != opening { await say(saying, intent: TranscriptEntry.disclosure) }
        let (prompts, lines) = (parts.prompts, TalkLines.all + (watch.isOn ? script.linesForMachines : []))
        let meanwhile = brief.agent.tools.compactMap(\.say) + brief.agent.transfers.compactMap(\.say)
        let ownLines = ([brief.agent.goodbye] + meanwhile).map(script.filled)
        begin(Work { await prompts.prepare(lines + ownLines) })
    }

    /// Says words that are not the model's.
    func say(_ text: String, intent: String? = nil) async {
        guard text.contains(where: { !$0.isWhitespace }) else { return }
        guard muted == nil || intent == TranscriptEntry.byRequest else { return }
        lines += 1
        isBridging = intent == TranscriptEntry.filler
        do {
            for sentence in Sentences.of(text) {
                let samples = try await parts.prompts.clip(sentence)
                if !samples.isEmpty { mouth.say(sentence, samples, line: lines, intent: intent) }
            }
        } catch {
            parts.logger.warning("A voice failed during a call", metadata: ["error": "\(error)"])
            if text != FlowLines.apology { await stall() }
        }
        mouth.close(lines)
        // A model that is told of what bridged its own slowness goes on in the same words.
        if intent != TranscriptEntry.filler { dialogue.agent(text, line: lines) }
        quietSince = position
    }

    /// Has the model answer what was said, `speech` last.
    func answer(_ speech: TurnTaking.Speech?) {
        guard leaving == nil else { return }
        if speech != nil { withdrawTransfer() }
        let since = waiting
        cancelReply()
        waiting = since ?? Waiting(limits: parts.limits.waiting, since: position)
        isOwed = false
        isTakingLeave = false
        if speech == nil || clock == nil {
            clock = (nil, TurnClock(silent: speech?.end ?? position, decided: position))
        }
        clock?.times.heard = position
        clock?.line = nil
        reply = Reply(line: 0, work: Work {})
        ask()
    }

    /// Asks the model for the next line of the answer.
    func ask() {
        lines += 1
        let line = lines
        var request = ModelRequest(messages: dialogue.messages)
        if parts.model.abilities.tools { request.tools = TalkTool.offered(to: brief.agent, remote: brief.remote) }
        let (model, prompts, inbox) = (parts.model, parts.prompts, inbox)
        let asked = request
        let work = Work {
            let text = Mutex((sentences: SentenceStream(), hasBegun: false))
            @Sendable func speak(_ sentences: [String]) async throws {
                for sentence in sentences {
                    inbox.put(.sentence(line: line, sentence, try await prompts.clip(sentence)))
                }
            }
            do {
                let ending = try await model.answer(asked) { piece in
                    switch piece {
                    case .call(let call): inbox.put(.called(line: line, call))
                    case .text(let more):
                        let (sentences, isFirst) = text.withLock { text in
                            defer { text.hasBegun = true }
                            return (text.sentences.take(more), !text.hasBegun)
                        }
                        if isFirst { inbox.put(.began(line: line)) }
                        try await speak(sentences)
                    }
                }
                try await speak(text.withLock { $0.sentences.end() })
                inbox.put(.ended(line: line, ending))
            } catch {
                inbox.put(.failed(line: line, error))
            }
        }
        reply?.line = line
        reply?.work = work
        reply?.text = ""
        reply?.calls = []
        begin(work)
    }

    /// The next sentence of the answer is there.
    func take(_ text: String, _ samples: [Int16], line: Int) {
        guard reply?.line == line, leaving == nil else { return }
        // Whoever began to speak again may have more to say.
        if turns.isListening || recognitions > 0 {
            reply?.held.append((text, samples))
            return
        }
        guard !samples.isEmpty else { return }
        if clock?.line == nil {
            clock?.times.voiced = position
            if clock?.times.thought == nil { clock?.times.thought = position }
            clock?.line = line
        }
        waiting = nil
        isBridging = false
        reply?.isAudible = true
        let before = reply?.text ?? ""
        reply?.text = before.isEmpty ? text : "\(before) \(text)"
        dialogue.agent(text, line: line)
        mouth.say(text, samples, line: line)
    }

    /// The model has given all of the line.
    func end(_ ending: ModelEnding, line: Int) async {
        guard let reply, reply.line == line else { return }
        guard reply.held.isEmpty else {
            self.reply?.ending = ending
            return
        }
        mouth.close(line)
        account.add(ending.usage, of: ending.model)
        if !reply.calls.isEmpty { return await use(reply) }
        guard !reply.text.isEmpty else {
            return await fail(ModelFailure.garbled("an answer without words"), line: line)
        }
        if !parts.model.abilities.tools, reply.text.lowercased().contains("goodbye") { isTakingLeave = true }
        self.reply = nil
    }

    /// The model, or the voice, gave up. Once that is passed over, if nothing of the answer was heard yet.
    func fail(_ error: any Error, line: Int) async {
        guard let reply, reply.line == line, !(error is CancellationError) else { return }
        parts.logger.warning("An answer failed during a call", metadata: ["error": "\(error)"])
        mouth.close(line)
        if reply.isAudible {
            self.reply = nil
        } else if reply.failures == 0 {
            self.reply?.failures = 1
            ask()
        } else {
            await stall()
        }
    }

    /// Fills the time in which the callee waits.
    func bridge() async {
        let isOnErrand = reply?.isOnErrand ?? false
        // What the agent says while a tool is at work is no silence yet.
        if isOnErrand, mouth.isSpeaking, !isBridging {
            waiting = waiting.map { Waiting(limits: $0.limits, since: position) }
        }
        guard muted == nil, !turns.isListening, let action = waiting?.due(at: position) else { return }
        switch action {
        case .filler:
            clock?.times.isBridged = true
            await say(TalkLines.filler, intent: TranscriptEntry.filler)
        case .apology:
            clock?.times.isBridged = true
            await say(TalkLines.wait, intent: TranscriptEntry.filler)
        // A tool has a deadline of its own.
        case .end where isOnErrand: break
        case .end: await stall()
        }
    }

    /// Nothing more can be expected of what the agent thinks, hears or speaks with: excuses it in words rendered before, and ends.
    func stall() async {
        guard leaving == nil else { return }
        _ = interrupt()
        waiting = nil
        await leave(.providerStalled, saying: [FlowLines.apology])
    }

    /// Stops the agent's words and thoughts. Returns what was not heard of what it was saying.
    func interrupt() -> String? {
        cancelReply()
        guard let stopped = mouth.cut(at: position) else { return nil }
        for (line, heard) in stopped.cut { dialogue.cutOff(line: line, heard: heard) }
        return stopped.unheard
    }

    func cancelReply() {
        guard let reply else { return }
        reply.work.cancel()
        mouth.close(reply.line)
        self.reply = nil
        waiting = nil
    }

    /// Takes down where the time went, when the first sound of an answer is out.
    func noteSound() {
        guard let clock, let line = clock.line, let start = mouth.start(of: line) else { return }
        if let timing = clock.times.timing(played: start) { account.turns.append(timing) }
        self.clock = nil
    }

    /// What became of the words that say what is speaking.
    func disclosure(in transcript: [TranscriptEntry]) -> ConversationAccount.Disclosure? {
        guard var disclosure = account.disclosure else { return nil }
        let said = transcript.filter { $0.intent == TranscriptEntry.disclosure }
        guard let entry = said.first(where: { $0.text == $0.generated }) ?? said.last else { return disclosure }
        disclosure.start = entry.start
        disclosure.end = entry.end
        disclosure.isUninterrupted = entry.text == entry.generated
        return disclosure
    }
}
