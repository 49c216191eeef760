import Calls

/// The published answering machine detection of Asterisk (`AMD`, the dialplan application), written from the description of its parameters and
/// with their defaults: the mark to beat.
///
/// It counts words and silences: too long a silence first, too much speech, or too many words are a machine; a pause after the greeting is a
/// person. It decides once, and listens for five seconds at most.
struct CadenceBaseline {
    // All in ms.
    private static let initialSilence = 2_500
    private static let greeting = 1_500
    private static let afterGreetingSilence = 800
    private static let totalAnalysis = 5_000
    private static let shortestWord = 100
    private static let betweenWords = 50
    private static let longestWord = 5_000
    private static let mostWords = 2
    /// The mean of the samples' magnitudes below which a frame is silence.
    private static let silenceThreshold = 256

    private(set) var verdict: Reached?
    private(set) var now = 0
    private var silence = 0
    /// In a row.
    private var voice = 0
    /// In all.
    private var voiced = 0
    private var words = 0
    private var isInWord = false
    private var isInGreeting = false

    mutating func hear(_ frame: ArraySlice<Int16>) {
        guard verdict == nil else { return }
        now += 20
        guard now < Self.totalAnalysis else {
            verdict = .unknown
            return
        }
        let magnitude = frame.reduce(0) { $0 + abs(Int($1)) } / frame.count
        if magnitude < Self.silenceThreshold { hearSilence() } else { hearVoice() }
    }

    private mutating func hearSilence() {
        silence += 20
        if silence >= Self.betweenWords {
            isInWord = false
            voice = 0
        }
        if !isInGreeting, silence >= Self.initialSilence {
            verdict = .machine
        } else if isInGreeting, silence >= Self.afterGreetingSilence {
            verdict = .person
        }
    }

    private mutating func hearVoice() {
        voice += 20
        voiced += 20
        if voice >= Self.shortestWord {
            silence = 0
            if !isInWord {
                isInWord = true
                words += 1
            }
            isInGreeting = true
        }
        if voice >= Self.longestWord || words > Self.mostWords || voiced >= Self.greeting { verdict = .machine }
    }
}
