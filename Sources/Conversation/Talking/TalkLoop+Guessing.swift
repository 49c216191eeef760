import Calls
import Logging

// What is done before it is known that the callee is done. All of it is thrown away if they go on.
extension TalkLoop {
    /// The callee may be done: finds out what they said and begins to think of an answer, of which nothing is heard or carried out yet.
    func suspect(_ speech: TurnTaking.Speech) {
        guard leaving == nil, !isHeld, muted == nil, guess == nil, recognitions == 0,
            utterance != nil || parts.realtime != nil, speech.voiced >= 200
        else { return }
        guesses += 1
        let silence = min(turnAudio.count, max(0, Int(position - ear.lastSound)))
        var guess = Guess(number: guesses, speech: speech, prosody: Prosody(turnAudio.dropLast(silence).suffix(6400)))
        if hasPartials {
            guess.words = partial
        } else if let utterance {
            // Whoever goes on is listened to anew, from the beginning.
            let number = guesses
            let work = recognition(of: utterance) { .guessed(guess: number, $0) }
            guess.work = work
            self.utterance = nil
            begin(work)
        }
        self.guess = guess
        weigh()
    }

    /// The callee was not done.
    func resume() async {
        guard let guess else { return }
        dropGuess()
        guard guess.work != nil else {
            turns.endOfTurn = endOfTurn.usual
            return
        }
        await listen()
    }

    func dropGuess() {
        guess?.work?.cancel()
        guess = nil
        if reply?.isSpeculative == true { cancelReply() }
    }

    /// What was said is known, before or after it was sure that it was all.
    func take(_ result: Result<Recognition, any Error>, guess number: Int) async {
        if let speech = confirmed.removeValue(forKey: number) {
            return await understand(speech, result)
        }
        guard guess?.number == number else { return }
        guess?.result = result
        if case .success(.heard(_, let words, _)) = result { guess?.words = words }
        weigh()
    }

    /// What the recogniser tells of the utterance that is being listened to.
    func take(_ event: HearingEvent) {
        switch event {
        case .endOfTurn: guess?.isCalled = true
        case .partial(let words):
            partial = words
            guard let guess, guess.work == nil, guess.words != words else { return }
            self.guess?.words = words
        }
        if guess != nil { weigh() }
    }

    /// Decides how long the silence has to last, and whether an answer is worth thinking of.
    private func weigh() {
        guard let guess else { return }
        turns.endOfTurn = endOfTurn.silence(guess.signs)
        guard let words = guess.words, words.contains(where: { $0.isLetter || $0.isNumber }) else { return }
        var asked = dialogue
        asked.callee(words)
        if let reply {
            // An answer to something before is not given up for a guess; one to fewer words is.
            guard reply.isSpeculative, reply.asked?.isSame(as: request(about: asked)) == false else { return }
            cancelReply()
        }
        let isAnswerable: Bool =
            switch UniversalIntent.said(in: words) {
            case .optOut, .hold, .backchannel: false
            default: true
            }
        guard isAnswerable, !isMenu(words), !mouth.isSpeaking, !isTakingLeave, endOfTurn.isWorthATry(guess.signs) else {
            return
        }
        reply = Reply(line: 0, work: Work {})
        reply?.isSpeculative = true
        ask(asked)
    }
}
