import Audio

/// What a mailbox says, from the answer on, in a voice that the recogniser understands.
enum Mailbox {
    static func greeting(tone: Bool = true) async throws -> [Int16] {
        let words = """
            Hello, you have reached the mailbox of Samantha Jones at Harbor Street Flowers. I am out of the office or with a customer, and \
            cannot come to the telephone right now. Please leave your name and a short message after the tone.
            """
        let silence = [Int16](repeating: 0, count: 4000)
        let sound = silence + (try await Studio.callee(words, voice: "awb"))
        guard tone else { return sound }
        return sound + silence + Tone.samples(frequencies: Tone.beep, milliseconds: 400, level: -12)
    }
}
