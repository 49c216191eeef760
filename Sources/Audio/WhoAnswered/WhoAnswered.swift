package import Calls

/// Listens to the beginning of a call and says who answered: the callee's sound in, 20 ms at a time; verdicts, tones and the ends of greetings out.
///
/// A value for one call. What it heard is kept as `evidence`, on which `AnswerDecision.verdicts(on:thresholds:)` gives the same verdicts again.
///
///     var who = WhoAnswered(thresholds: agent.answering.thresholds)
///     for event in who.hear(frame, agentSpeaks: isPlaying) { … }
///     who.verdict
package struct WhoAnswered: Sendable {
    /// 20 ms at 8 kHz.
    package static let frameLength = VoiceActivity.frameLength

    package private(set) var evidence = AnswerEvidence()
    package var verdict: AnswerVerdict { decision.verdict }

    private var decision: AnswerDecision
    private var tones: ToneDetector
    private var voice: NearVoice
    private var music: OpeningMusic
    /// Given since the last frame.
    private var words: [String] = []

    package init(thresholds: AnswerThresholds = AnswerThresholds()) {
        decision = AnswerDecision(thresholds: thresholds)
        tones = ToneDetector(thresholds: thresholds)
        voice = NearVoice(drop: Double(thresholds[.backgroundDrop]))
        music = OpeningMusic(thresholds)
    }

    /// The callee's next 160 samples, from the first frame after the answer on and without gaps; a lost packet is what was played instead of it.
    /// `agentSpeaks`: whether words of the agent went out while these came in; `isEcho`: whether it is them, coming back. Takes some 10 µs.
    package mutating func hear(
        _ frame: ArraySlice<Int16>,
        agentSpeaks: Bool,
        isEcho: Bool = false
    ) -> [AnswerEvent] {
        let heard = tones.hear(frame)
        let isSpeech = voice.decide(frame) && !tones.isTone && !isEcho
        var moment = AnswerMoment(isSpeech: isSpeech, agentSpeaks: agentSpeaks, tones: heard, words: words)
        moment.isNearer = isSpeech && voice.isNearer
        moment.isMusic = music.hear(tones.frame, isSpeech: isSpeech)
        words = []
        evidence.append(moment)
        return heard.map(AnswerEvent.tone) + decision.note(moment)
    }

    package mutating func hear(_ frame: [Int16], agentSpeaks: Bool) -> [AnswerEvent] {
        hear(frame[...], agentSpeaks: agentSpeaks)
    }

    /// The callee's side has put the line down: nothing more will be heard.
    package mutating func hangUp() -> [AnswerEvent] {
        evidence.isHungUp = true
        return decision.hangUp()
    }

    /// Words of the callee that a recogniser understood, when it did. They count with the next frame. Partial results may be given as they grow.
    package mutating func hear(words text: String) {
        words.append(text)
    }
}

/// The voice that is near the telephone: speech, but not the radio behind it.
private struct NearVoice: Sendable {
    /// Sounds this much below the loudest speech are not the callee's, in dB.
    private let drop: Double
    /// Pauses inside words are 60 ms or shorter; the decision bridges longer ones by itself. Where packets are lost, what is played instead fades: the background
    /// would be taken to be quieter than it is, and its noise for speech.
    private var activity = VoiceActivity(configuration: .init(hangoverFrames: 3, fadeFrames: 3))
    /// Of the loudest frames of speech, in dB; sinks slowly.
    private var loudest = -100.0
    /// The same without the last frames, when they are louder by far.
    private var before = -100.0
    /// Frames of speech so far, and of those that are louder by far the last ones.
    private var spoken = 0
    private var louder = 0
    /// Whether it is known with this frame that somebody speaks who is much nearer than all before.
    private(set) var isNearer = false

    /// A voice in front of a crowd is louder by this, in dB, for so many frames.
    private static let step = 5.0
    private static let frames = 3
    /// So much was heard before, in frames: a word that grows louder is one voice.
    private static let leastBefore = 40

    init(drop: Double) {
        self.drop = drop
    }

    mutating func decide(_ frame: ArraySlice<Int16>) -> Bool {
        let decision = activity.decide(frame)
        isNearer = false
        guard decision.isSpeech else { return false }
        follow(decision.level)
        loudest = max(decision.level, loudest - 0.02)
        return decision.level > loudest - drop
    }

    private mutating func follow(_ level: Double) {
        spoken += 1
        if louder == 0 { before = loudest }
        louder = level > before + Self.step ? louder + 1 : 0
        guard louder >= Self.frames else { return }
        isNearer = spoken > Self.leastBefore
        louder = 0
        if isNearer { spoken = 0 }
    }
}
