import Calls
import Logging
import Synchronization

// What the agent says.
extension TalkLoop {
    /// The greeting, and what says that an automaton is speaking.
    func greet() async {
        guard !parts.isMissing else { return await stall() }
        if parts.realtime != nil, brief.agent.greeting.allSatisfy(\.isWhitespace) {
            greetByModel()
        } else {
            let opening = script.filled(brief.opening)
            let saying = account.disclosure?.text
            await say(opening, intent: opening == saying ? TranscriptEntry.disclosure : nil)
            if let saying, saying != opening { await say(saying, intent: TranscriptEntry.disclosure) }
        }
        let (prompts, lines) = (parts.prompts, TalkLines.all + (watch.isOn ? script.linesForMachines : []))
        let meanwhile = brief.agent.tools.compactMap(\.say) + brief.agent.transfers.compactMap(\.say)
        let ownLines = ([brief.agent.goodbye] + meanwhile).map(script.filled)
        let (model, first) = (parts.realtime == nil ? parts.model : nil, request(about: dialogue))
        begin(
            Work {
                async let reading: Void? = model?.foresee(first)
                await prompts.prepare(lines + ownLines)
                _ = await reading
            }
        )
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
        if intent != TranscriptEntry.filler {
            dialogue.agent(text, line: lines)
            if let session = parts.realtime {
                spoken.ownLines.insert(lines)
                session.send(.said(text))
            }
        }
        quietSince = position
    }

    /// Has the model answer what was said, `speech` last.
    func answer(_ speech: TurnTaking.Speech?) {
        guard leaving == nil else { return }
        if speech != nil { withdrawTransfer() }
        let since = waiting
        let isThoughtOf = isThoughtOf
        if !isThoughtOf { cancelReply() }
        waiting = since ?? Waiting(limits: parts.limits.waiting, since: position)
        isOwed = false
        isTakingLeave = false
        if speech == nil || clock == nil {
            clock = (nil, TurnClock(silent: speech?.end ?? position, decided: position))
        }
        clock?.times.heard = position
        clock?.line = nil
        if isThoughtOf {
            reply?.isSpeculative = false
            return release()
        }
        reply = Reply(line: 0, work: Work {})
        ask(dialogue)
    }

    /// Whether what would be asked now has been asked already, on the guess that the callee was done.
    private var isThoughtOf: Bool {
        guard let reply, reply.isSpeculative, let asked = reply.asked else { return false }
        return asked.isSame(as: request(about: dialogue))
    }

    func request(about dialogue: Dialogue) -> ModelRequest {
        var request = ModelRequest(messages: dialogue.messages)
        if parts.model?.abilities.tools == true {
            request.tools = TalkTool.offered(to: brief.agent, remote: brief.remote, side: brief.side)
        }
        return request
    }

    /// Asks the model for the next line of the answer.
    func ask(_ dialogue: Dialogue) {
        lines += 1
        reply?.line = lines
        reply?.text = ""
        reply?.calls = []
        reply?.hasSound = false
        reply?.missing = 0
        if let session = parts.realtime { return session.send(.answer(line: lines)) }
        guard let model = parts.model else { return }
        let request = request(about: dialogue)
        let work = Recital(line: lines, model: model, prompts: parts.prompts, inbox: inbox).work(request)
        reply?.work = work
        reply?.asked = request
        begin(work)
    }

    /// More of the answer's sound is there.
    func take(_ portion: Portion, line: Int) {
        guard let reply, reply.line == line, leaving == nil else { return }
        // Whoever began to speak again may have more to say. Once it is heard, it is for them to interrupt it.
        let mayGoOn = !reply.isAudible && (turns.isListening || recognitions > 0)
        if mayGoOn || reply.isSpeculative || !reply.held.isEmpty {
            self.reply?.held.append(portion)
            return
        }
        switch portion.place {
        case .first: begin(portion, line: line)
        case .next: mouth.goOn(portion.samples, line: line)
        case .end: mouth.complete(line)
        }
    }

    /// The next sentence of the answer can be heard.
    private func begin(_ portion: Portion, line: Int) {
        if clock?.line == nil {
            clock?.times.voiced = position
            if clock?.times.thought == nil { clock?.times.thought = position }
            clock?.line = line
        }
        waiting = nil
        isBridging = false
        reply?.isAudible = true
        let before = reply?.text ?? ""
        guard let text = portion.sentence else {
            return mouth.say(before, portion.samples, line: line, isWhole: false)
        }
        reply?.text = before.isEmpty ? text : "\(before) \(text)"
        dialogue.agent(text, line: line)
        mouth.say(text, portion.samples, line: line, isWhole: false)
    }

    /// The model has given all of the line.
    func end(_ ending: ModelEnding, line: Int) async {
        guard let reply, reply.line == line else { return }
        guard reply.held.isEmpty, !reply.isSpeculative else {
            self.reply?.ending = ending
            return
        }
        if parts.realtime != nil { await complete(reply) }
        guard let reply = self.reply, reply.line == line else { return }
        mouth.close(line)
        account.add(ending.usage, of: ending.model)
        if ending.reason == .repetition {
            parts.logger.warning("A language model said the same again and again: its answer was ended")
        }
        if !reply.calls.isEmpty { return await use(reply) }
        // To say nothing is an answer to a menu.
        guard !reply.text.isEmpty || menuEnd != nil else {
            return await fail(ModelFailure.garbled("an answer without words"), line: line)
        }
        if parts.realtime == nil, parts.model?.abilities.tools == false, reply.text.lowercased().contains("goodbye") {
            isTakingLeave = true
        }
        self.reply = nil
        if menuEnd != nil { waiting = nil }
    }

    /// The model, or the voice, gave up. Once that is passed over, if nothing of the answer was heard yet.
    func fail(_ error: any Error, line: Int) async {
        guard let reply, reply.line == line, !(error is CancellationError) else { return }
        parts.logger.warning("An answer failed during a call", metadata: ["error": "\(error)"])
        guard reply.held.isEmpty, !reply.isSpeculative else {
            self.reply?.failure = error
            return
        }
        if reply.isAudible {
            if let audible = mouth.audible(of: line), audible != reply.text {
                dialogue.cutOff(line: line, heard: audible)
            }
            mouth.close(line)
            self.reply = nil
        } else if reply.failures == 0 {
            self.reply?.failures = 1
            ask(dialogue)
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
        // It thinks in the voice in which it speaks: another one is heard only where it has to be.
        case .filler where parts.realtime != nil: break
        case .filler where menuEnd != nil, .apology where menuEnd != nil: break
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
        await leave(.providerStalled, saying: brief.side == .caller ? [FlowLines.apology] : [])
    }

    /// Stops the agent's words and thoughts. Returns what was not heard of what it was saying.
    func interrupt() -> String? {
        cancelReply()
        guard let stopped = mouth.cut(at: position) else { return nil }
        for cut in stopped.cut {
            dialogue.cutOff(line: cut.line, heard: cut.heard)
            tellCut(cut)
        }
        return stopped.unheard
    }

    func cancelReply() {
        guard let reply else { return }
        reply.work.cancel()
        parts.realtime?.send(.cancel(line: reply.line))
        // It was thought, and is to be paid for, although nobody hears it.
        if let ending = reply.ending { account.add(ending.usage, of: ending.model) }
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
        let said = transcript.filter { entry in
            entry.intent == TranscriptEntry.disclosure
                || parts.realtime != nil && entry.speaker == .agent && entry.generated?.says(disclosure.text) == true
        }
        guard let entry = said.first(where: { $0.text == $0.generated }) ?? said.last else { return disclosure }
        disclosure.start = entry.start
        disclosure.end = entry.end
        disclosure.isUninterrupted = entry.text == entry.generated
        return disclosure
    }
}
