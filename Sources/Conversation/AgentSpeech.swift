import Calls
import Telephony

/// The agent's side of the line: what it says, and how much of it was heard.
final class AgentSpeech {
    private let audio: any LegAudio
    private let prompts: Prompts
    private let chronicle: Chronicle
    private var playout = Playout()

    init(audio: any LegAudio, prompts: Prompts, chronicle: Chronicle) {
        self.audio = audio
        self.prompts = prompts
        self.chronicle = chronicle
    }

    /// Whether something of the agent's is still to be heard.
    var isSpeaking: Bool { playout.isSpeaking }
    /// The step whose line is being heard; nil between lines and during the greeting.
    var currentStep: String? { playout.currentStep }

    /// Time went on: writes down what was said in it. Returns how loud the agent was in each of its 20 ms frames, in dB.
    func advance(_ tick: AudioTick) -> [Double] {
        let (levels, said) = playout.advance(tick)
        for entry in said { chronicle.add(entry) }
        return levels
    }

    /// Queues `line` behind what is being said. Throws what the voice throws; what was rendered before is heard then all the same.
    func say(_ line: FlowMove.Line) async throws {
        beLoud()
        var sentences: [(text: String, samples: [Int16], range: Range<Int64>)] = []
        for sentence in Sentences.of(line.text) {
            let samples = try await prompts.clip(sentence)
            if !samples.isEmpty { sentences.append((sentence, samples, audio.play(samples))) }
        }
        playout.add(line, sentences: sentences)
    }

    /// Queues a sentence of the line `id`, which is said while it is still being thought, until `close`. One that is not whole is gone on with by
    /// `goOn`.
    func say(_ sentence: String, _ samples: [Int16], line id: Int, intent: String? = nil, isWhole: Bool = true) {
        beLoud()
        playout.extend(id, (sentence, samples, audio.play(samples)), intent: intent, isWhole: isWhole)
    }

    /// Queues more of the last sentence of the line `id`.
    func goOn(_ samples: [Int16], line id: Int) {
        playout.prolong(id, samples, audio.play(samples))
    }

    /// More words of the last sentence of the line `id` are known, spaces included. Nothing if none of it was queued.
    func add(_ words: String, line id: Int) {
        playout.add(words, to: id)
    }

    /// The last sentence of the line `id` is whole.
    func complete(_ id: Int) {
        playout.complete(id)
    }

    /// What can be heard of the line `id`, if what was queued of it is played out. Nil if nothing was.
    func audible(of id: Int) -> String? { playout.audible(of: id) }

    /// No more of the line `id` will come.
    func close(_ id: Int) {
        playout.close(id)
    }

    /// Where on the recording the line `id` began, as long as it is being said. Nil if it did not yet.
    func start(of id: Int) -> Int64? { playout.start(of: id) }

    /// Stops the agent's words at `position` on the recording. Returns what was not heard of them.
    func stop(at position: Int64) -> String? {
        cut(at: position)?.unheard
    }

    /// The same. Returns also what was heard of the lines that have an id. Nil if nothing was being said.
    func cut(at position: Int64) -> Playout.Stopped? {
        guard playout.isSpeaking else { return nil }
        let stopped = playout.stop(at: audio.stopPlaying(), position: position)
        audio.setGain(1)
        for entry in stopped.said { chronicle.add(entry) }
        return stopped
    }

    /// Says nothing more of what is queued, and loses nothing of it, until `goOn`.
    func hold() {
        audio.setGain(0)
    }

    /// Goes on where `hold` held it, `quietly` if the callee is still to be heard.
    func goOn(quietly: Bool = false) {
        audio.setGain(quietly ? 0.3 : 1)
    }

    /// What is added to words that are held waits with them.
    private func beLoud() {
        if !playout.isSpeaking { audio.setGain(1) }
    }
}
