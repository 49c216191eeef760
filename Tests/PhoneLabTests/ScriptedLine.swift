import PhoneLab

/// A line in the abstract: feeds a callee with ticks of 20 ms and plays what it says into a queue, as a real line would.
struct ScriptedLine {
    private(set) var callee: any Callee
    /// What it did, and when it began, in ms.
    private(set) var deeds: [(at: Int, action: LineAction)] = []
    private(set) var now = 0
    private var backlog = 0

    init(_ callee: some Callee) {
        self.callee = callee
        pass(.answered)
    }

    init(script: PersonScript, seed: UInt64 = 7) {
        self.init(Person(script: script, random: SplitMix64(seed: seed)))
    }

    /// The caller speaks for so long, and `heard` is spotted at the end of it.
    mutating func callerSpeaks(_ milliseconds: Int, heard: [String] = []) {
        tick(milliseconds, isSpeech: true, heard: heard)
    }

    mutating func callerIsSilent(_ milliseconds: Int) {
        tick(milliseconds, isSpeech: false, heard: [])
    }

    mutating func callerPresses(_ key: Character) {
        pass(.key(key))
    }

    var hasHungUp: Bool { deeds.contains { $0.action == .hangUp } }

    var said: [String] {
        deeds.compactMap { if case .say(let line) = $0.action { line.text } else { nil } }
    }

    var pressed: [String] {
        deeds.compactMap { if case .press(let keys) = $0.action { keys } else { nil } }
    }

    private mutating func tick(_ milliseconds: Int, isSpeech: Bool, heard: [String]) {
        let count = milliseconds / 20
        for index in 0..<count where !hasHungUp {
            now += 20
            backlog = max(0, backlog - 160)
            let samples = [Int16](repeating: isSpeech ? 1000 : 0, count: 160)
            let words = index == count - 1 ? heard : []
            pass(.tick(LineTick(duration: 20, samples: samples, isSpeech: isSpeech, heard: words, backlog: backlog)))
        }
    }

    /// A word takes 400 ms.
    private mutating func pass(_ event: LineEvent) {
        for action in callee.handle(event) {
            deeds.append((now, action))
            switch action {
            case .say(let line): backlog += line.text.split(separator: " ").count * 3200
            case .play(let samples, _): backlog += samples.count
            case .press, .hangUp: break
            }
        }
    }
}
